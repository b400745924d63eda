// Ground truth for the browser tests: what the browser really did, and how long the learner was there by
// the rule in DESIGN.md. It shares no line with src/, so the two can only agree by both being right.
//
//   await page.addInitScript(recordTruth)
//   …
//   const truth = await readTruth(page, { idleAfterMs: 60_000 })    // { active, idle, hidden } in ms
//
// Instants are on the page's monotonic clock, as `event.timeStamp` and `performance.now()` give them.

import type { Page } from 'playwright-core'

/** One thing that happened: the page turned visible or hidden, or the learner did something. */
export interface TruthEntry {
  kind: 'visible' | 'hidden' | 'interaction'
  at: number
  /** The event's type, for the reader of a failed test. */
  type: string
  /** How long the browser took to hand it over, in ms. */
  late: number
}

export interface TruthOptions {
  idleAfterMs: number
  /** Default: when the recorder started. */
  from?: number
  /** Default: now. */
  to?: number
}

/** Milliseconds of [from, to); the three add up to its length. */
export interface Truth {
  active: number
  idle: number
  hidden: number
}

declare global {
  var truthLog: TruthEntry[]
}

/**
 * Runs in the page, before any script of it; give it to `page.addInitScript`. Playwright sends its source
 * text, so it must use nothing from outside itself.
 */
export function recordTruth(): void {
  const log: TruthEntry[] = []
  globalThis.truthLog = log
  const add = (kind: TruthEntry['kind'], at: number, type: string) =>
    log.push({ kind, at, type, late: performance.now() - at })

  add(document.visibilityState, performance.now(), 'start')
  document.addEventListener('visibilitychange', (event) => {
    add(document.visibilityState, event.timeStamp, event.type)
  })

  const types =
    'pointermove pointerdown keydown wheel scroll touchstart click input selectionchange focus'
  for (const type of types.split(' ')) {
    const listen = (event: Event) => {
      // Scripts can dispatch events too. And focus that moves inside the page is not the learner coming back.
      if (!event.isTrusted || (type === 'focus' && event.target !== window)) return
      add('interaction', event.timeStamp, type)
    }
    window.addEventListener(type, listen, { capture: true, passive: true })
  }
}

/** What `recordTruth` has seen in this page since it was loaded, and what that adds up to. */
export async function readTruth(page: Page, options: TruthOptions): Promise<Truth> {
  const { log, now } = await page.evaluate(() => ({ log: truthLog, now: performance.now() }))
  return measureTruth(log, { to: now, ...options })
}

/**
 * How late the browser handed over what it was latest with, in ms. What was told by then stays told, so nobody can be
 * held to less; on an idle machine it is some ms.
 */
export const readLateMs = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(...truthLog.map(({ late }) => late)))

/**
 * The rule: hidden is hidden. Visible is active within `idleAfterMs` of the last interaction or of becoming
 * visible, and idle after that.
 */
export function measureTruth(
  log: readonly TruthEntry[],
  { idleAfterMs, from: start, to }: TruthOptions & { to: number },
): Truth {
  // An event's instant may lie before that of an event delivered earlier.
  const entries = log.toSorted((a, b) => a.at - b.at)
  const from = start ?? entries[0]?.at ?? Number.NaN
  if (!entries[0] || entries[0].at > from)
    throw new RangeError('The recorder started after `from`.')

  const truth: Truth = { active: 0, idle: 0, hidden: 0 }
  let visible = false
  for (const [index, entry] of entries.entries()) {
    if (entry.kind !== 'interaction') visible = entry.kind === 'visible'
    // From this entry to the next one nothing happened.
    const next = entries[index + 1]?.at ?? to
    const idleAt = entry.at + idleAfterMs
    if (visible) {
      truth.active += overlap(entry.at, Math.min(idleAt, next), from, to)
      truth.idle += overlap(idleAt, next, from, to)
    } else {
      truth.hidden += overlap(entry.at, next, from, to)
    }
  }
  return truth
}

/** How much of [a, b) lies in [from, to). */
function overlap(a: number, b: number, from: number, to: number): number {
  return Math.max(0, Math.min(b, to) - Math.max(a, from))
}
