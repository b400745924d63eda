// The demo's page for tests: what a visitor sees and presses there, and the learner's page in its frame.

import type { FrameLocator, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { startDemo } from './demo-process.ts'
import type { RunningDemo } from './demo-process.ts'
import type { StintGlobal } from './world.ts'

export interface DemoPage {
  page: Page
  /** What the learner has before them. */
  activity: FrameLocator
  press(name: string): Promise<void>
  /** The line under the buttons, once it says this. */
  said(text: string): Promise<void>
  /** A panel, by its id. */
  panel(id: string): Locator
  /** Ms that are shown as seen, as being at the relay, and as told to Timeback. */
  figures(): Promise<{ seen: number; relay: number; told: number }>
  answer(question: number): Promise<void>
  runId(): Promise<string>
}

/** The demo builds its scripts at its start, and a busy machine takes its time. */
const START_MS = 150_000

/** One demo and one browser for a test file, and a fresh page for each of its tests, which is handed over. */
export function useDemo(port: number, onOpen: (demo: DemoPage) => void): void {
  let running: RunningDemo
  let browser: TestBrowser
  let page: Page

  beforeAll(async () => {
    running = await startDemo(port)
    browser = await launchBrowser()
  }, START_MS)
  afterAll(async () => {
    await browser.close()
    await running.stop()
  })
  beforeEach(async () => {
    page = await browser.newPage()
    onOpen(await openDemo(page, running.origin))
  })
  afterEach(() => page.close())
}

/** Opens the demo as after its first start. */
export async function openDemo(page: Page, origin: string): Promise<DemoPage> {
  await page.setViewportSize({ width: 1400, height: 900 })
  await page.goto(origin)
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const said = (text: string) => page.locator('.word', { hasText: text }).waitFor()
  const activity = page.frameLocator('#device iframe')
  await press('Start over')
  await said('As new')
  await untilOpen(page)

  const toMs = (clock = '') => {
    const [m = 0, s = 0] = clock.split(':').map(Number)
    return (m * 60 + s) * 1_000
  }
  return {
    page,
    activity,
    press,
    said,
    panel: (id) => page.locator(`#${id}`),
    // All at once, as each goes on while the next is read.
    figures: async () => {
      const [seen, , relay, told] = await page.locator('.places strong').allTextContents()
      return { seen: toMs(seen), relay: toMs(relay), told: toMs(told) }
    },
    answer: (question) =>
      activity.locator(`fieldset[data-question="${question}"] input`).first().check(),
    runId: () =>
      page.evaluate(() => {
        const frame = document.querySelector('iframe')?.contentWindow
        const stint = (frame as { Stint?: StintGlobal } | null | undefined)?.Stint
        return stint?.getSnapshot().run?.runId ?? ''
      }),
  }
}

export const untilOpen = (page: Page) =>
  page.waitForSelector('#device[data-state="open"]', { timeout: 20_000 })

/** All that was seen by then has arrived at the relay. */
export const untilArrived = (demo: DemoPage, seen: number) =>
  expect
    .poll(async () => (await demo.figures()).relay, { timeout: 20_000 })
    .toBeGreaterThanOrEqual(seen)
