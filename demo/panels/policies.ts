/**
 * The same spans under one policy and under another, by the functions with which page and relay measure. The spans are
 * what the relay keeps of a run: where idle began and when the learner left is in them, and no policy changes that.
 */
import type { OnPaper } from '../../src/contract/entry.ts'
import { measure, NO_TIME, toPieces, type Piece, type Totals } from '../../src/core/measure.ts'
import { DEFAULT_POLICY, toTerms } from '../../src/core/policy.ts'
import type { RunReport } from '../../src/relay/relay.ts'

/** In ms; `Infinity` for a rule that never applies. */
export interface Thresholds {
  idleWasteAfterMs: number
  hiddenWasteAfterMs: number
  leaveAfterMs: number
}

export const STINTS_OWN: Thresholds = {
  idleWasteAfterMs: 300_000,
  hiddenWasteAfterMs: 60_000,
  leaveAfterMs: 600_000,
}

export const POLICIES: readonly [name: string, Thresholds][] = [
  [
    'This demo, in a hurry',
    { idleWasteAfterMs: 10_000, hiddenWasteAfterMs: 10_000, leaveAfterMs: 60_000 },
  ],
  ['Stint’s defaults', STINTS_OWN],
  ['Paper allowed', { ...STINTS_OWN, idleWasteAfterMs: Infinity }],
  ['Other tabs allowed', { ...STINTS_OWN, hiddenWasteAfterMs: Infinity }],
  ['Strict', { idleWasteAfterMs: 2_000, hiddenWasteAfterMs: 0, leaveAfterMs: 30_000 }],
]

export interface Measured {
  totals: Totals
  /** In the order of time. */
  pieces: Piece[]
}

type ReportedLeg = Pick<RunReport['legs'][number], 'spans' | 'timeline'>

export function measureUnder(legs: readonly ReportedLeg[], thresholds: Thresholds): Measured {
  const terms = { ...BASE_TERMS, ...thresholds }
  let totals: Totals = NO_TIME
  const pieces: Piece[] = []
  for (const leg of legs) {
    const onPaper = toOnPaper(leg)
    totals = measure(leg.spans, terms, totals, onPaper)
    const at = toStartAt(leg)
    for (const piece of leg.spans.flatMap((span) => toPieces(span, terms, onPaper))) {
      pieces.push({ ...piece, from: at + piece.from, to: at + piece.to })
    }
  }
  return { totals, pieces: pieces.toSorted((one, other) => one.from - other.from) }
}

/** What no threshold here is about. */
const BASE_TERMS = toTerms(
  { policy: DEFAULT_POLICY, allowances: [] },
  { id: '', course: { code: '' } },
)

/** When a leg began, by the relay's clock: its spans are told from there. */
const toStartAt = ({ spans, timeline }: ReportedLeg) =>
  (timeline[0]?.from ?? 0) - (spans[0]?.[1] ?? 0)

/** What the learner said of paper, which is the learner's word under any policy. */
function toOnPaper(leg: ReportedLeg): OnPaper[] {
  const at = toStartAt(leg)
  return leg.timeline
    .filter(({ reason }) => reason === 'on-paper')
    .map(({ from, to }) => [from - at, to - at])
}
