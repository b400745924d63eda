/**
 * Measuring: what each span counts as. Page and relay use this one function, the page for display, the relay for
 * the record. It is additive: since a span says where its presence began, each piece measures the same over any
 * cut, and a later piece never changes an earlier verdict. Only the learner's own word does: idle time that was
 * work on paper.
 */
import type { FlagMetric, OnPaper, Presence, Span } from '../contract/entry.ts'
import type { Terms } from './policy.ts'

/** Timeback's kinds of time (Caliper, `TimeSpentMetric`). */
export type Metric = 'active' | 'inactive' | FlagMetric

/** A stretch `[from, to)` and what it counts as; `undefined` is not counted. The reason becomes Timeback's `subType`. */
export interface Piece {
  presence: Presence
  from: number
  to: number
  metric: Metric | undefined
  reason: string | undefined
}

/** How long a learner was in each kind, in ms; the five and `uncounted` add up to the time measured. */
export type Totals = Record<Metric | 'uncounted', number>

export const NO_TIME: Readonly<Totals> = {
  active: 0,
  inactive: 0,
  waste: 0,
  unknown: 0,
  'anti-pattern': 0,
  uncounted: 0,
}

/** What a presence counts as at first; what is not named is not counted. A flag brings its own. */
const COUNTS_AS: Partial<Record<Presence, Metric>> = {
  active: 'active',
  idle: 'inactive',
  hidden: 'inactive',
  paused: 'inactive',
}

/** The reason told with a presence; what is active needs none, and a flag brings its own. */
export const REASONS: Partial<Record<Presence, string>> = {
  idle: 'idle',
  hidden: 'tab-hidden',
  paused: 'paused',
  suspended: 'suspended',
  left: 'left',
}

/** Cuts a span where the policy changes its mind about it, and where the learner was on paper, in the order of its starts. */
export function toPieces(span: Span, terms: Terms, onPaper: readonly OnPaper[] = []): Piece[] {
  const [presence, from, to, since, flagged, reason = REASONS[presence]] = span
  const metric = flagged ?? COUNTS_AS[presence]
  const whole: Piece = { presence, from, to, metric, reason }
  if (metric !== 'inactive') return [whole]
  const wasteAfterMs = presence === 'paused' ? Infinity : terms[`${presence as 'idle'}WasteAfterMs`]
  // The page tells by itself when a learner left; here it is seen to that none stays longer than allowed.
  const leftAt = since + terms.leaveAfterMs
  const wasteAt = Math.min(since + wasteAfterMs, leftAt)
  const pieces = cut(whole, wasteAt, leftAt, { metric: 'waste' }, LEFT)
  if (presence !== 'idle') return pieces
  return pieces.flatMap((piece) => {
    const laid = [piece]
    // Each stretch cuts only the last of what the ones before it have left.
    if (piece.metric)
      for (const [start, end] of onPaper) laid.push(...cut(laid.pop()!, start, end, ON_PAPER))
    return laid
  })
}

const LEFT = { metric: undefined, reason: REASONS.left }
const ON_PAPER = { metric: 'unknown', reason: 'on-paper' } as const

/** What a piece is before `start`, between, and from `end` on. */
function cut(
  piece: Piece,
  start: number,
  end: number,
  between: Partial<Piece>,
  after: Partial<Piece> = {},
): Piece[] {
  const [first, second] = [start, end].map((at) =>
    Math.min(Math.max(at, piece.from), piece.to),
  ) as [number, number]
  const pieces = [
    { ...piece, to: first },
    { ...piece, ...between, from: first, to: second },
    { ...piece, ...after, from: second },
  ]
  return pieces.filter(({ from, to }) => from < to)
}

/** Adds up spans by kind, on top of what there was `before`. */
export function measure(
  spans: readonly Span[],
  terms: Terms,
  before: Totals = NO_TIME,
  onPaper?: readonly OnPaper[],
): Totals {
  const totals = { ...before }
  for (const { from, to, metric } of spans.flatMap((span) => toPieces(span, terms, onPaper))) {
    totals[metric ?? 'uncounted'] += to - from
  }
  return totals
}
