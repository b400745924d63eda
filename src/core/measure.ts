/**
 * Measuring: what each span counts as. Page and relay use this one function, the page for display, the relay for
 * the record. It is additive: since a span says where its presence began, each piece measures the same over any
 * cut, and a later piece never changes an earlier verdict.
 */
import type { Presence, Span } from '../contract/entry.ts'
import type { Policy } from '../contract/grant.ts'

/** Timeback's kinds of time (Caliper, `TimeSpentMetric`). */
export type Metric = 'active' | 'inactive' | 'waste' | 'unknown' | 'anti-pattern'

/** A stretch `[from, to)` and what it counts as; `undefined` is not counted. The reason becomes Timeback's `subType`. */
export interface Piece {
  from: number
  to: number
  metric: Metric | undefined
  reason: string | undefined
}

/** How long a learner was in each kind, in ms; the five and `uncounted` add up to the time measured. */
export type Totals = Record<Metric | 'uncounted', number>

export const DEFAULT_POLICY: Policy = { idleWasteAfterMs: 300_000, hiddenWasteAfterMs: 60_000 }

export const NO_TIME: Readonly<Totals> = {
  active: 0,
  inactive: 0,
  waste: 0,
  unknown: 0,
  'anti-pattern': 0,
  uncounted: 0,
}

/** What a presence counts as at first, and the reason told with it. What is not named is not counted. */
const COUNTS_AS: Partial<Record<Presence, [metric: Metric, reason?: string]>> = {
  active: ['active'],
  idle: ['inactive', 'idle'],
  hidden: ['inactive', 'tab-hidden'],
  paused: ['inactive', 'paused'],
}

/** Cuts a span where the policy changes its mind about it. */
export function toPieces([presence, from, to, since]: Span, policy: Policy): Piece[] {
  const [metric, reason] = COUNTS_AS[presence] ?? []
  const { idleWasteAfterMs: idle, hiddenWasteAfterMs: hidden } = policy
  const wasteAfterMs = presence === 'idle' ? idle : presence === 'hidden' ? hidden : 'never'
  const wasteAt = wasteAfterMs === 'never' ? to : Math.min(Math.max(since + wasteAfterMs, from), to)
  const pieces: Piece[] = [
    { from, to: wasteAt, metric, reason },
    { from: wasteAt, to, metric: 'waste', reason },
  ]
  return pieces.filter((piece) => piece.from < piece.to)
}

/** Adds up spans by kind, on top of what there was `before`. */
export function measure(spans: readonly Span[], policy: Policy, before: Totals = NO_TIME): Totals {
  const totals = { ...before }
  for (const { from, to, metric } of spans.flatMap((span) => toPieces(span, policy))) {
    totals[metric ?? 'uncounted'] += to - from
  }
  return totals
}
