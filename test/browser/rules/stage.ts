// What every file of rules stands on: one world and one browser for the file, a fresh page for each test, and in
// each page and frame a log of what the browser really dispatched, kept by listeners that share nothing with Stint.

import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Stretch } from '../../../src/index.ts'
import type { Identify } from '../../../src/relay/relay.ts'
import { launchBrowser } from '../../support/browser.ts'
import type { TestBrowser } from '../../support/browser.ts'
import { startWorld, toTag } from '../world.ts'
import type { StintGlobal, World, WorldSettings } from '../world.ts'

declare global {
  var Stint: StintGlobal
  var seen: Seen[]
}

/** An event that the browser dispatched; `at` is epoch ms, so that instants of several frames can be compared. */
export interface Seen {
  type: string
  at: number
  /** Of `pageshow`: out of the back-forward cache. */
  persisted?: boolean
}

export interface Stage {
  world: World
  browser: TestBrowser
  /**
   * Opens a page with the script tag, in front of all others, once the relay's grant is there and with it the right to
   * ask for any threshold. `others` are pages of the same origin, by their paths.
   */
  open(body: string, options?: Attributes, others?: Record<string, string>): Promise<Page>
  /** Opens an address in front of all others. */
  visit(url: string): Promise<Page>
  /** As `open`, in a window of its own beside the others: tests that don't need the focus can run at once. */
  openBeside: Stage['open']
}

/** Whatever runs code in a page: a page or a frame of Playwright's, or one of Firefox's. */
export interface InPage {
  evaluate<Result, Arg>(act: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>
  evaluate<Result>(act: () => Result | Promise<Result>): Promise<Result>
}

export type Attributes = Record<string, string>

/** There is nothing shorter. */
export const IDLE_MS = 1_000

/** No rule but the one under test shall get in the way: a busy machine may well stop a page for two seconds. */
const QUICK: Attributes = {
  'idle-after-ms': `${IDLE_MS}`,
  'suspend-after-ms': 'never',
  'leave-after-ms': 'never',
}

/** Instants of one event may differ so much: the two clocks are read one after the other when a leg begins. */
const NEAR_MS = 100

const PATIENCE_MS = 30_000

/** Each page, since it has an origin of its own, is of a learner of their own: no other page's time gets in its way. */
const toLearner: Identify = ({ headers }) => {
  const sourcedId = `learner-${headers.get('origin')?.split(':').at(-1)}`
  return { sourcedId, email: `${sourcedId}@school.example`, role: 'student' }
}

/** Sets a file of rules up, and clears it away. */
export function setStage(settings: WorldSettings = {}): Stage {
  const stage = {} as Stage
  const visited: Page[] = []
  beforeAll(async () => {
    ;[stage.world, stage.browser] = await Promise.all([
      startWorld({ identify: toLearner, ...settings }),
      launchBrowser(),
    ])
    await stage.browser.context.addInitScript(recordEvents)
  })
  afterEach(async () => {
    for (const page of visited.splice(0)) await page.close()
  })
  afterAll(async () => {
    // Neither is there if the set-up failed, and then that is what has to be seen.
    await (stage.browser as TestBrowser | undefined)?.close()
    await (stage.world as World | undefined)?.close()
  })
  const open =
    (openAt: (url: string) => Promise<Page>): Stage['open'] =>
    async (body, attributes, others) => {
      const site = await stage.world.servePage({ '/': toPage(stage, body, attributes), ...others })
      const page = await openAt(site.origin)
      // Without a run nobody asks for a grant.
      if (attributes?.start !== 'manual') await untilGranted(page)
      return page
    }
  stage.visit = async (url) => {
    const page = await stage.browser.newPage()
    visited.push(page)
    await page.goto(url)
    return page
  }
  stage.open = open(stage.visit)
  stage.openBeside = open(async (url) => {
    const page = await stage.browser.openAt(url, 'window')
    visited.push(page)
    return page
  })
  return stage
}

/** A page with the script tag. */
export const toPage = ({ world }: Pick<Stage, 'world'>, body = '', attributes: Attributes = {}) =>
  `<!doctype html><body>${toTag(world.relayOrigin, { ...QUICK, ...attributes })}${body}`

/** Runs in every page and frame before any script of it. Playwright sends its text, so it uses nothing from outside. */
export function recordEvents(): void {
  const seen: Seen[] = []
  globalThis.seen = seen
  const types =
    'visibilitychange freeze resume pagehide pageshow focus blur pointerdown pointermove click keydown input wheel ' +
    'scroll touchmove selectionchange dragover playing pause ended prerenderingchange'
  for (const type of types.split(' ')) {
    const listen = (event: Event) => {
      const { isTrusted, timeStamp, persisted } = event as PageTransitionEvent
      if (isTrusted) seen.push({ type, at: performance.timeOrigin + timeStamp, persisted })
    }
    addEventListener(type, listen, { capture: true, passive: true })
  }
}

/** By the page's own word: a page that is hidden draws no frames, by which Playwright would wait. */
export const untilGranted = (page: InPage) =>
  until(() => page.evaluate(() => globalThis.Stint?.getSnapshot().sync === 'saved'))

/** For what takes as long as it takes, on a machine that is busy too. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  while (!(await isSo())) {
    patience.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

/** Resolves once the run is in a presence. */
export const untilPresence = (page: InPage, presence: string) =>
  page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (Stint.getSnapshot().run?.presence !== wanted) return
          unsubscribe()
          resolve()
        }
        const unsubscribe = Stint.subscribe(look)
        look()
      }),
    presence,
  )

/** Real time that has to pass, as the page's own clock has it. */
export const pass = (page: InPage, ms: number) =>
  page.evaluate((wait) => new Promise((go) => setTimeout(go, wait)), ms)

export const readNow = (page: InPage) =>
  page.evaluate(() => performance.timeOrigin + performance.now())

export const readPresence = (page: InPage) => page.evaluate(() => Stint.getSnapshot().run?.presence)

/**
 * The run's timeline up to now, of which the whole is checked: no gap, no overlap. With `since`, what of it reaches beyond
 * that instant: how long it took to get there is the machine's business.
 */
export async function readSpans(page: InPage, since = 0): Promise<Stretch[]> {
  const spans = await page.evaluate(() => Stint.current?.spans() ?? [])
  for (const [index, { from }] of spans.entries()) {
    if (index > 0) expect(from).toBe(spans[index - 1]?.to)
  }
  return spans.filter(({ to }) => to > since + NEAR_MS)
}

/** The presences one after the other, or the first so many: a busy machine may be late to read, and find more. */
export const toPresences = (spans: readonly Stretch[], most?: number) =>
  spans.slice(0, most).map(({ presence }) => presence)

export const readSeen = (page: InPage, type: string): Promise<Seen[]> =>
  page.evaluate((wanted) => seen.filter((one) => one.type === wanted), type)

/** When the page's latest event of a type happened. There has to be one. */
export async function readLast(page: InPage, type: string): Promise<number> {
  const last = (await readSeen(page, type)).at(-1)
  if (!last) throw new Error(`The browser dispatched no ${type}`)
  return last.at
}

export function expectNear(actual: number | undefined, expected: number, within = NEAR_MS) {
  expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(within)
}
