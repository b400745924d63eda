// The widget in real Chromium: in a page of the script tag, or beside a stint that shows what a test tells it to.

import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { startWorld, toTag } from './world.ts'
import type { World } from './world.ts'

/** One world and one browser for a test file. */
export function useWidgetWorld() {
  let world: World
  let browser: TestBrowser

  beforeAll(async () => {
    world = await startWorld()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  return {
    /** Opens a page of its own origin with the script tag in it; `html` comes before the tag. */
    async open({ html = '', head = '', attributes = {}, lang = 'en' }: PageOptions = {}) {
      const site = await world.servePage(
        `<!doctype html><html lang="${lang}"><head>${head}</head><body>${html}${toTag(world.relayOrigin, attributes)}`,
      )
      const page = await browser.newPage()
      const loaded: string[] = []
      const errors: string[] = []
      page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('favicon'))
          errors.push(message.text())
      })
      await page.goto(site.origin)
      return { page, loaded, errors, origin: site.origin }
    },
    relayOrigin: () => world.relayOrigin,
    hideBehind: (page: Page) => browser.hideBehind(page),
    connect: (page: Page): Promise<CDPSession> => browser.context.newCDPSession(page),
  }
}

export interface PageOptions {
  html?: string
  head?: string
  lang?: string
  attributes?: Record<string, string>
}

export const untilWidget = (page: Page) =>
  page.locator('stint-timer .widget').first().waitFor({ state: 'attached' })

export async function openDetails(page: Page): Promise<void> {
  await page.locator('stint-timer .details').click()
  await page.locator('stint-timer .panel').waitFor()
}

/** A morning with every kind of time in it, in s since it began: presence, from, to, metric, reason. */
const MORNING = [
  ['active', 0, 420, 'active'],
  ['idle', 420, 500, 'inactive', 'idle'],
  ['active', 500, 800, 'active'],
  ['hidden', 800, 860, 'inactive', 'tab-hidden'],
  ['hidden', 860, 900, 'waste', 'tab-hidden'],
  ['active', 900, 1060, 'active'],
  ['paused', 1060, 1120, 'inactive', 'paused'],
  ['active', 1120, 1200, 'active'],
  ['suspended', 1200, 1290, undefined, 'suspended'],
  ['active', 1290, 1400, 'active'],
  ['idle', 1400, 1450, 'unknown', 'on-paper'],
  ['active', 1450, 1500, 'active'],
]

const RUN = {
  runId: 'shown',
  activity: { id: 'fractions', name: 'Comparing fractions', course: { subject: 'Math', grade: 5 } },
  startedAt: 0,
  isContinued: false,
  presence: 'active',
  isPaused: false,
  isEnded: false,
  totals: { active: 1_120_000, inactive: 0, waste: 0, unknown: 0, 'anti-pattern': 0, uncounted: 0 },
  elapsedMs: 4_000,
  idleAt: null,
  claimableMs: 0,
  result: null,
}

const SNAPSHOT = {
  learner: 'known',
  sync: 'saved',
  unkept: { rows: 0, ms: 0 },
  problem: null,
  context: {
    v: 1,
    asOf: 0,
    enrolled: true,
    ifNotEnrolled: 'hold',
    course: null,
    progress: null,
    today: { activeMs: 720_000, xpEarned: 9 },
    week: null,
    goals: { activeMinutes: 45, xp: 20 },
    missing: [],
  },
}

/** What a page shows without a stint of its own; the page's tag says `data-widget="off"`. */
export interface Shown {
  run?: Record<string, unknown>
  snapshot?: Record<string, unknown>
  options?: Record<string, unknown>
}

/** Loads the widget as a page of its own would, and gives it to the page's scripts as `widget`. */
export const loadWidget = (page: Page): Promise<void> =>
  // As text: in a function the tests' own build would take the import for one of theirs.
  page.evaluate(
    `import(document.querySelector('script[src*="stint.js"]').src.replace('stint.js', 'stint-widget.js'))
      .then((widget) => void Object.assign(globalThis, { widget }))`,
  )

export interface WidgetGlobal {
  widget: { mountWidget: (stint: unknown, options?: unknown) => () => void }
}

interface ShownGlobal extends WidgetGlobal {
  unmounts: (() => void)[]
  heard: number
}

/** Mounts a widget for a stint that shows this and never changes; `unmountAll` takes it away. */
export async function showMorning(
  page: Page,
  { run = {}, snapshot = {}, options = {} }: Shown = {},
): Promise<void> {
  const given = {
    snapshot: { ...SNAPSHOT, ...snapshot, run: { ...RUN, ...run } },
    options,
    morning: MORNING,
  }
  await loadWidget(page)
  await page.evaluate(({ snapshot: shown, options: chosen, morning }) => {
    const global = globalThis as unknown as ShownGlobal
    const listeners = new Set<() => void>()
    const spans = morning.map(([presence, from, to, metric, reason]) => ({
      presence,
      from: Number(from) * 1_000,
      to: Number(to) * 1_000,
      metric,
      reason,
    }))
    const stint = {
      current: { runId: 'shown', pause() {}, resume() {}, claim: () => true, spans: () => spans },
      context: null,
      getSnapshot: () => shown,
      subscribe(listener: () => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    ;(global.unmounts ??= []).push(global.widget.mountWidget(stint, chosen))
    Object.defineProperty(global, 'heard', { get: () => listeners.size, configurable: true })
  }, given)
  await untilWidget(page)
}

/** Takes every widget of `showMorning` away; returns how many listeners their stints still have. */
export const unmountAll = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const global = globalThis as unknown as ShownGlobal
    for (const unmount of global.unmounts.splice(0)) unmount()
    return global.heard
  })
