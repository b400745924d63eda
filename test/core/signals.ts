/** Random days at a page, for the property tests, and what several of them need to look at the outcome. */
import * as fc from 'fast-check'
import type { Presence, Span } from '../../src/contract/entry.ts'
import type { Policy } from '../../src/contract/grant.ts'
import { openPresence, transition, type Signal } from '../../src/core/presence.ts'
import type { Slice } from '../../src/core/slices.ts'

export const RUNS = { numRuns: 2_000 }

/** Short, so that a random day meets its boundary often. */
export const IDLE_AFTER_MS = 4_000
export const RULES = { idleAfterMs: IDLE_AFTER_MS }

export interface Day {
  visible: boolean
  signals: Signal[]
}

const TYPES = [
  'visible',
  'hidden',
  'focus',
  'blur',
  'interaction',
  'tick',
  'pause',
  'resume',
] as const

const type = fc.constantFrom(...TYPES)

/** Gaps meet the boundary, miss it by one, or fall anywhere; some signals come in the same ms. */
const gap = fc.oneof(
  fc.constantFrom(0, 1, IDLE_AFTER_MS - 1, IDLE_AFTER_MS, IDLE_AFTER_MS + 1),
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
    signals: fc.array(fc.tuple(type, gaps), { minLength, maxLength, size: 'max' }).map((steps) => {
      let at = 0
      return steps.map(([name, ms]) => ({ type: name, at: (at += ms) }))
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
  signals: fc.array(fc.record({ type, at: fc.nat(8 * IDLE_AFTER_MS) }), {
    minLength: 1,
    maxLength: 12,
  }),
})

const threshold = fc.oneof(fc.constant('never' as const), fc.nat(3 * IDLE_AFTER_MS))

export const policy: fc.Arbitrary<Policy> = fc.record({
  idleWasteAfterMs: threshold,
  hiddenWasteAfterMs: threshold,
})

export function toSpans({ visible, signals }: Day, rules = RULES): Span[] {
  let state = openPresence(visible)
  return signals.flatMap((signal) => {
    const [next, spans] = transition(state, signal, rules)
    state = next
    return spans
  })
}

/** The latest instant that a day tells of. */
export const toEndAt = ({ signals }: Day): number => Math.max(0, ...signals.map(({ at }) => at))

/** Joins neighbours that are one stretch told in pieces. */
export function join(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const [presence, from, to, since] of spans) {
    const last = joined.at(-1)
    const goesOn = last && last[0] === presence && last[3] === since && last[2] === from
    if (goesOn) joined[joined.length - 1] = [presence, last[1], to, since]
    else joined.push([presence, from, to, since])
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
  return spans.flatMap(([presence, from, to, since]): Span[] => {
    const inside = instants.filter((at) => at > from && at < to)
    const edges = [...new Set([from, ...inside, to])].toSorted((a, b) => a - b)
    return edges.slice(1).map((end, index) => [presence, edges[index]!, end, since])
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
