// A Chromium on a profile that stays: it is killed with all its children, or closed as a user closes it, and the next
// one finds what it left.

import { connectDevTools } from '../../bench/support/devtools.ts'
import type { Stretch } from '../../bench/support/stretch.ts'
import { attachTab, type Tab } from '../../bench/support/tab.ts'
import { startChromium } from '../../support/chromium-process.ts'
import { findBrowser } from '../../support/find-browser.ts'
import { BINDING, type Fact } from './recorder.ts'

/** Whatever ends a page says within which time it died, in epoch ms. */
export interface Browser {
  /** In front of the others. `hear` gets what the page's recorder tells, as soon as it comes. */
  open(url: string, hear?: (fact: Fact) => void): Promise<Tab>
  /** As a user closes a tab. */
  closeTab(tab: Tab): Promise<void>
  /** Crashes the renderer of a tab; resolves when it is gone. */
  crash(tab: Tab): Promise<Stretch>
  /** SIGKILL to every process, at once; resolves when they are gone. */
  kill(): Promise<Stretch>
  /** As a user ends a browser. */
  quit(): Promise<void>
}

const QUIT_TIMEOUT_MS = 10_000

export async function openBrowser(profile: string): Promise<Browser> {
  const { path: file } = await findBrowser()
  const chromium = await startChromium(file, profile)
  const devTools = await connectDevTools(chromium.address)
  const hearers = new Map<string, (fact: Fact) => void>()
  const crashes = new Map<string, () => void>()
  devTools.on(({ method, params, sessionId = '' }) => {
    if (method === 'Runtime.bindingCalled' && params['name'] === BINDING)
      hearers.get(sessionId)?.(JSON.parse(String(params['payload'])) as Fact)
    if (method === 'Inspector.targetCrashed') crashes.get(sessionId)?.()
  })

  return {
    async open(url, hear) {
      const { targetId } = await devTools.send<{ targetId: string }>('Target.createTarget', {
        url: 'about:blank',
      })
      const tab = await attachTab(devTools, targetId)
      if (hear) {
        hearers.set(tab.sessionId, hear)
        await tab.send('Runtime.enable')
        await tab.send('Runtime.addBinding', { name: BINDING })
      }
      await tab.send('Page.navigate', { url })
      return tab
    },
    async closeTab(tab) {
      await devTools.send('Target.closeTarget', { targetId: tab.targetId })
    },
    async crash(tab) {
      await tab.send('Inspector.enable')
      const crashed = new Promise<void>((resolve) => crashes.set(tab.sessionId, resolve))
      const from = Date.now()
      // Nobody is left to answer it.
      tab.send('Page.crash').catch(() => undefined)
      await crashed
      return { from, to: Date.now() }
    },
    async kill() {
      const from = Date.now()
      chromium.signal('SIGKILL')
      const to = Date.now()
      await chromium.exited
      return { from, to }
    },
    async quit() {
      const timer = setTimeout(() => chromium.signal('SIGKILL'), QUIT_TIMEOUT_MS)
      await devTools.send('Browser.close').catch(() => undefined)
      await chromium.exited
      clearTimeout(timer)
    },
  }
}
