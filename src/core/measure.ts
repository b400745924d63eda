/**
 * Measuring: what each span counts as. Page and relay use this one function, the page for display, the relay for
 * the record. It is additive: since a span says where its presence began, each piece measures the same over any
 * cut, and a later piece never changes an earlier verdict.
 */
import type { Span } from '../contract/entry.ts'
import type { Policy } from '../contract/grant.ts'

/** Timeback's kinds of time (Caliper, `TimeSpentMetric`). */
export type Metric = 'active' | 'inactive' | 'waste' | 'unknown' | 'anti-pattern'

/** A stretch `[from, to)` and what it counts as; `undefined` is not counted. The reason becomes Timeback's `subType`. */
export interface Piece {
  from: number
  to: number
  metric: Metric | undefined
  reason?: string
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

/** Cuts a span where the policy changes its mind about it. */
export function toPieces(span: Span, policy: Policy): Piece[] {
  const [presence, from, to, since] = span
  switch (presence) {
    case 'active':
      return [{ from, to, metric: 'active' }]
    case 'idle':
      return cut(from, to, since, policy.idleWasteAfterMs, 'idle')
    case 'hidden':
      return cut(from, to, since, policy.hiddenWasteAfterMs, 'tab-hidden')
    case 'paused':
      return [{ from, to, metric: 'inactive', reason: 'paused' }]
    case 'flag':
    case 'suspended':
      return [{ from, to, metric: undefined }]
  }
}

function cut(
  from: number,
  to: number,
  since: number,
  wasteAfterMs: number | 'never',
  reason: string,
): Piece[] {
  const wasteAt = wasteAfterMs === 'never' ? to : Math.min(Math.max(since + wasteAfterMs, from), to)
  const pieces: Piece[] = [
    { from, to: wasteAt, metric: 'inactive', reason },
    { from: wasteAt, to, metric: 'waste', reason },
  ]
  return pieces.filter((piece) => piece.from < piece.to)
}

/** Adds up spans by kind. */
export function measure(spans: readonly Span[], policy: Policy): Totals {
  const totals = { ...NO_TIME }
  for (const piece of spans.flatMap((span) => toPieces(span, policy))) {
    totals[piece.metric ?? 'uncounted'] += piece.to - piece.from
  }
  return totals
}

export function addTotals(a: Totals, b: Totals): Totals {
  const sum = { ...a }
  for (const kind of Object.keys(NO_TIME) as (keyof Totals)[]) sum[kind] += b[kind]
  return sum
}
