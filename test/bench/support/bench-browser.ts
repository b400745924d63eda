// A fresh Chromium for one run of one scenario, driven over the raw protocol: its tabs hide, freeze and lose the
// focus as a learner's do.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startChromium, type ChromiumProcess } from '../../support/chromium-process.ts'
import { findBrowser } from '../../support/find-browser.ts'
import { connectDevTools } from './devtools.ts'
import { attachTab, type Tab } from './tab.ts'

export interface BenchBrowser {
  /** The empty tab that the browser came with; in front of another one it hides it. */
  blank: Tab
  openTab(url: string, how?: { background?: boolean; newWindow?: boolean }): Promise<Tab>
  signal: ChromiumProcess['signal']
  close(): Promise<void>
}

const CLOSE_TIMEOUT_MS = 5_000

export async function openBrowser(): Promise<BenchBrowser> {
  const { path: file } = await findBrowser()
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-bench-'))
  const chromium = await startChromium(file, profile)
  const devTools = await connectDevTools(chromium.address)
  const { targetInfos } = await devTools.send<{
    targetInfos: { type: string; targetId: string }[]
  }>('Target.getTargets')
  const first = targetInfos.find(({ type }) => type === 'page')
  if (!first) throw new Error('Chromium came without a tab.')

  return {
    blank: await attachTab(devTools, first.targetId),
    async openTab(url, how = {}) {
      const { targetId } = await devTools.send<{ targetId: string }>('Target.createTarget', {
        url,
        ...how,
      })
      return attachTab(devTools, targetId)
    },
    signal: chromium.signal,
    async close() {
      const timer = setTimeout(() => chromium.signal('SIGKILL'), CLOSE_TIMEOUT_MS)
      // The answer may be lost with the connection: what counts is that the process ends.
      await devTools.send('Browser.close').catch(() => undefined)
      await chromium.exited
      clearTimeout(timer)
      devTools.close()
      // Children of a browser that has just ended may still be writing.
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
