/**
 * Random days at a page, for the property tests, and what several of them need to look at the outcome. STINT_RUNS says
 * how many days each property sees; `npm run test:properties` gives it a million.
 */
import * as fc from 'fast-check'
import type { OnPaper, Presence, Span } from '../../src/contract/entry.ts'
import { toTerms, DEFAULT_POLICY, type Terms } from '../../src/core/policy.ts'
import { openPresence, transition, type Signal, type SignalType } from '../../src/core/presence.ts'
import type { Slice } from '../../src/core/slices.ts'

export const RUNS = { numRuns: Number(process.env['STINT_RUNS'] ?? 2_000) }

/** The default policy, in numbers. */
export const DEFAULT_TERMS: Terms = toTerms(
  { policy: DEFAULT_POLICY, allowances: [] },
  { id: 'any', course: { code: 'any' } },
)

/** Short, so that a random day meets its boundaries often; no sleep is told by ticks, as days may have none. */
export const IDLE_AFTER_MS = 4_000
export const LEAVE_AFTER_MS = 9_000
export const TERMS: Terms = {
  idleAfterMs: IDLE_AFTER_MS,
  mediaIdleAfterMs: 7_000,
  frameIdleAfterMs: 5_500,
  suspendAfterMs: Infinity,
  leaveAfterMs: LEAVE_AFTER_MS,
  idleWasteAfterMs: 3_000,
  hiddenWasteAfterMs: 2_000,
}

export interface Day {
  visible: boolean
  signals: Signal[]
}

const TYPES = [
  'visible',
  'hidden',
  'interaction',
  'mediastart',
  'mediastop',
  'frame',
  'unframe',
  'pause',
  'resume',
  'flag',
  'unflag',
  'tick',
] as const satisfies SignalType[]

const FLAGS = [['waste', 'guessing'], ['anti-pattern'], ['unknown', 'off']] as const

/** A flag brings what it says; all else is its name. */
const kind: fc.Arbitrary<Pick<Signal, 'type' | 'flag'>> = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom(...FLAGS))
  .map(([type, flag]) => (type === 'flag' ? { type, flag } : { type }))

/** Gaps meet a boundary, miss it by one, or fall anywhere; some signals come in the same ms. */
const boundary = fc.constantFrom(IDLE_AFTER_MS, 5_500, 7_000, LEAVE_AFTER_MS)
const gap = fc.oneof(
  fc.constant(0),
  fc.constant(1),
  fc.tuple(boundary, fc.constantFrom(-1, 0, 1)).map(([ms, off]) => ms + off),
  fc.nat(3 * IDLE_AFTER_MS),
)

/** Signals in the order of their instants, so many ms after one another; `size`, or fast-check would give ten at most. */
const toDay = (
  minLength: number,
  maxLength: number,
  gaps: fc.Arbitrary<number>,
): fc.Arbitrary<Day> =>
  fc.record({
    visible: fc.boolean(),
    signals: fc.array(fc.tuple(kind, gaps), { minLength, maxLength, size: 'max' }).map((steps) => {
      let at = 0
      return steps.map(([what, ms]) => ({ ...what, at: (at += ms) }))
    }),
  })

export const day = toDay(1, 12, gap)

/** Days in which slices fill up: with time, or with spans. */
export const longDay = fc.oneof(
  toDay(1, 40, fc.oneof(gap, fc.nat(100_000))),
  toDay(100, 200, fc.nat(40)),
)

/** Signals as a busy browser gives them: some are older than what was told already. */
export const untidyDay: fc.Arbitrary<Day> = fc.record({
  visible: fc.boolean(),
  signals: fc.array(
    fc.tuple(kind, fc.nat(8 * IDLE_AFTER_MS)).map(([what, at]) => ({ ...what, at })),
    { minLength: 1, maxLength: 12 },
  ),
})

/** What the wall clock did between two signals beyond what the monotonic one saw: nothing, drift, a jump, a sleep. */
const wallStep = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: -30, max: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom(-3_600_000, 3_600_000, 30 * 365 * 24 * 3_600_000) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
)

/** Days with a wall clock of its own will. */
export const clockDay: fc.Arbitrary<Day> = fc
  .tuple(fc.oneof(day, untidyDay), fc.array(wallStep, { minLength: 12, maxLength: 12 }))
  .map(([given, steps]) => {
    let aheadMs = 0
    const signals = given.signals.map((signal, index) => {
      aheadMs += steps[index % steps.length]!
      return { ...signal, wall: signal.at + aheadMs }
    })
    return { ...given, signals }
  })

const threshold = fc.oneof(fc.constant(Infinity), fc.nat(3 * IDLE_AFTER_MS))

const patience = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 3 * IDLE_AFTER_MS }))

/** Any thresholds at all. */
export const terms: fc.Arbitrary<Terms> = fc.record({
  idleAfterMs: patience,
  mediaIdleAfterMs: patience,
  frameIdleAfterMs: patience,
  suspendAfterMs: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 8_000 })),
  leaveAfterMs: threshold,
  idleWasteAfterMs: threshold,
  hiddenWasteAfterMs: threshold,
})

/** What a learner may claim of such a day, in the order of its starts. */
export const papers: fc.Arbitrary<OnPaper[]> = fc
  .array(
    fc
      .tuple(fc.nat(40_000), fc.integer({ min: 1, max: 20_000 }))
      .map(([from, ms]): OnPaper => [from, from + ms]),
    { maxLength: 4 },
  )
  .map((claims) => claims.toSorted(([one], [other]) => one - other))

export function toSpans({ visible, signals }: Day, by = TERMS): Span[] {
  let state = openPresence(visible)
  return signals.flatMap((signal) => {
    const [next, spans] = transition(state, signal, by)
    state = next
    return spans
  })
}

/** The latest instant that a day tells of, where its clocks agree. */
export const toEndAt = ({ signals }: Day): number => Math.max(0, ...signals.map(({ at }) => at))

/** Joins neighbours that are one stretch told in pieces. */
export function join(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const [presence, from, to, since, ...flag] of spans) {
    const last = joined.at(-1)
    const goesOn = last && last[0] === presence && last[3] === since && last[2] === from
    if (goesOn) joined[joined.length - 1] = [presence, last[1], to, since, ...flag]
    else joined.push([presence, from, to, since, ...flag])
  }
  return joined
}

/** Follows from `from` to `to` without gap, overlap or empty span, and each presence began before or with it. */
export function isUnbroken(spans: readonly Span[], from: number, to: number): boolean {
  let at = from
  for (const [, start, end, since] of spans) {
    if (start !== at || end <= start || since > start) return false
    at = end
  }
  return at === to
}

/** The same time told in more pieces: spans are cut at those of the instants that fall inside them. */
export function cutAt(spans: readonly Span[], instants: readonly number[]): Span[] {
  return spans.flatMap(([presence, from, to, since, ...flag]): Span[] => {
    const inside = instants.filter((at) => at > from && at < to)
    const edges = [...new Set([from, ...inside, to])].toSorted((a, b) => a - b)
    return edges.slice(1).map((end, index) => [presence, edges[index]!, end, since, ...flag])
  })
}

/** Whether `later` holds all that `earlier` says: the same spans, the last of them maybe longer, maybe more after it. */
export function contains(later: Slice, earlier: Slice = { n: later.n, spans: [] }): boolean {
  if (later.n !== earlier.n) return false
  const lastIndex = earlier.spans.length - 1
  return earlier.spans.every(([presence, from, to, since], index) => {
    const same = later.spans[index]
    if (same?.[0] !== presence || same[1] !== from || same[3] !== since) return false
    return index === lastIndex ? same[2] >= to : same[2] === to
  })
}

export const sumMs = (spans: readonly Span[], presence?: Presence): number =>
  spans.reduce((sum, span) => sum + (!presence || span[0] === presence ? span[2] - span[1] : 0), 0)
