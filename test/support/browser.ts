// A real Chromium for one test: its tabs hide, freeze and lose focus as a learner's do.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { startChromium } from './chromium-process.ts'
import type { ChromiumProcess } from './chromium-process.ts'
import { findBrowser } from './find-browser.ts'

export interface TestBrowser {
  /** The default context: `setOffline`, `addInitScript` and the rest of Playwright. */
  context: BrowserContext
  /** The profile folder; give it to the next `launchBrowser` to start again with the same storage. */
  profile: string
  /** Opens a tab in front of the others. */
  newPage(): Promise<Page>
  /** Opens an address in a window of its own, beside those that there are, or in a tab behind the one in front. */
  openAt(url: string, where: 'window' | 'background'): Promise<Page>
  /** Puts another tab in front of this one, and returns the way back; resolves when the page knows. */
  hideBehind(page: Page): Promise<() => Promise<void>>
  /** Puts the window of a page away, all its tabs with it, and returns the way back; no other window is touched. */
  minimize(page: Page): Promise<() => Promise<void>>
  /** Stops every process of the browser as a sleeping laptop does, and returns the waking. */
  suspend(): () => void
  /** SIGKILL to every process of the browser. The profile stays until `close`. */
  kill(): Promise<void>
  /** Ends the browser as a user does. Removes the profile, unless it was given. */
  close(): Promise<void>
}

export interface LaunchOptions {
  /** A folder to keep: pass the same one again after a kill or a close. Default: a fresh one. */
  profile?: string
}

const CLOSE_TIMEOUT_MS = 30_000

export async function launchBrowser({ profile }: LaunchOptions = {}): Promise<TestBrowser> {
  const { path: file } = await findBrowser()
  const folder = profile ?? (await mkdtemp(path.join(tmpdir(), 'stint-browser-')))
  const chromiumProcess = await startChromium(file, folder)
  // `noDefaults`: no focus emulation, so that a page behind another tab is hidden.
  const browser = await chromium.connectOverCDP(chromiumProcess.address, { noDefaults: true })
  const [context] = browser.contexts()
  if (!context) throw new Error('Chromium has no default context.')

  return {
    context,
    profile: folder,
    newPage: () => context.newPage(),
    openAt: (url, where) => openAt(context, url, where),
    hideBehind: (page) => hideBehind(context, page),
    minimize: (page) => minimize(context, page),
    suspend() {
      chromiumProcess.signal('SIGSTOP')
      return () => chromiumProcess.signal('SIGCONT')
    },
    async kill() {
      chromiumProcess.signal('SIGKILL')
      await chromiumProcess.exited
    },
    async close() {
      await closeBrowser(browser, chromiumProcess)
      // Children of a browser that has just ended may still be writing.
      if (!profile) await rm(folder, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

async function openAt(context: BrowserContext, url: string, where: 'window' | 'background') {
  const session = await context.browser()!.newBrowserCDPSession()
  // Several may be opened at once: each is known by its first address.
  const first = `about:blank#${crypto.randomUUID()}`
  const opened = new Promise<Page>((resolve) => {
    const look = (page: Page) => {
      if (page.url() !== first) return
      context.off('page', look)
      resolve(page)
    }
    context.on('page', look)
  })
  await session.send('Target.createTarget', {
    url: first,
    ...(where === 'window' ? { newWindow: true } : { background: true }),
  })
  const page = await opened
  await session.detach()
  await page.goto(url)
  return page
}

async function hideBehind(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const cover = await context.newPage()
  await cover.bringToFront()
  await untilVisibility(page, 'hidden')
  return async () => {
    await page.bringToFront()
    await untilVisibility(page, 'visible')
    await cover.close()
  }
}

async function minimize(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const session = await context.newCDPSession(page)
  const { windowId } = await session.send('Browser.getWindowForTarget')
  const put = (windowState: 'minimized' | 'normal') =>
    session.send('Browser.setWindowBounds', { windowId, bounds: { windowState } })
  await put('minimized')
  await untilVisibility(page, 'hidden')
  return async () => {
    await put('normal')
    await untilVisibility(page, 'visible')
  }
}

/** By the page's own event: Playwright's waiting polls by animation frames, of which a hidden page has none. */
function untilVisibility(page: Page, state: DocumentVisibilityState): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (document.visibilityState !== wanted) return
          document.removeEventListener('visibilitychange', look)
          resolve()
        }
        document.addEventListener('visibilitychange', look)
        look()
      }),
    state,
  )
}

async function closeBrowser(browser: Browser, chromiumProcess: ChromiumProcess): Promise<void> {
  // `browser.close()` would only disconnect. The answer may be lost with the connection, and after a kill
  // there is nobody to ask: what counts is that the process ends.
  const timer = setTimeout(() => chromiumProcess.signal('SIGKILL'), CLOSE_TIMEOUT_MS)
  if (browser.isConnected()) {
    const session = await browser.newBrowserCDPSession()
    await session.send('Browser.close').catch(() => undefined)
  }
  await chromiumProcess.exited
  clearTimeout(timer)
}
