/**
 * A leg: one page load's part of a run. It takes signals and keeps what they came to: the presence now, the slices
 * not yet handed to an outbox, the whole timeline and the time so far.
 */
import type { OnPaper, Span } from '../contract/entry.ts'
import { MAX_SLICE_CLAIMS } from '../contract/limits.ts'
import { measure, NO_TIME, toPieces, type Piece, type Totals } from './measure.ts'
import { openPresence, transition, type PresenceState, type Signal } from './presence.ts'
import type { Terms } from './policy.ts'
import { joinSpan, addSpan, type Slice } from './slices.ts'

export interface Leg {
  presence: PresenceState
  /** Those not yet handed to an outbox. The last is open and grows; the others never change again. */
  slices: readonly Slice[]
  /** The timeline from 0 on: all spans, those that go on with one another joined. */
  spans: readonly Span[]
  /** Idle stretches that the learner said were work on paper. */
  onPaper: readonly OnPaper[]
  /** What earlier legs of the run came to, as this page knows it, and that with this leg's own. */
  before: Totals
  totals: Totals
}

export function openLeg(visible: boolean, before = NO_TIME): Leg {
  return {
    presence: openPresence(visible),
    slices: [{ n: 0, spans: [] }],
    spans: [],
    onPaper: [],
    before,
    totals: before,
  }
}

export function takeSignal(leg: Leg, signal: Signal, terms: Terms): Leg {
  const [presence, told] = transition(leg.presence, signal, terms)
  let { slices, spans } = leg
  for (const span of told) {
    slices = [...slices.slice(0, -1), ...addSpan(slices.at(-1)!, span)]
    spans = joinSpan(spans, span)
  }
  return { ...leg, presence, slices, spans, totals: measure(told, terms, leg.totals) }
}

/**
 * Says that the last idle stretch was work on paper. Nothing changes if there is none, or if that was said of it. All
 * is measured anew: the terms may have changed since.
 */
export function claimPaper(leg: Leg, terms: Terms): Leg {
  const claim = toClaim(leg)
  if (!claim) return leg
  const { spans, slices, before } = leg
  const open = slices.at(-1)!
  const said = open.onPaper ?? []
  const onPaper = [...leg.onPaper, claim]
  return {
    ...leg,
    slices: [...slices.slice(0, -1), { ...open, onPaper: [...said, claim] }],
    onPaper,
    totals: measure(spans, terms, before, onPaper),
  }
}

/** The idle stretch that the learner could now say was work on paper. */
export function toClaim({ spans, slices, onPaper }: Leg): OnPaper | undefined {
  const idle = spans.filter(([presence]) => presence === 'idle').at(-1)
  // A stretch that goes on can be claimed again, further.
  const isNew = idle && !onPaper.some(([, to]) => to >= idle[2])
  const isFull = (slices.at(-1)!.onPaper?.length ?? 0) >= MAX_SLICE_CLAIMS
  return isNew && !isFull ? [idle[1], idle[2]] : undefined
}

/** Hears what the run came to before this leg, or beside it; what is not counted is all else of the time since it began. */
export function learnRun(leg: Leg, known: Totals, sinceStartMs: number): Leg {
  const before = { ...leg.before }
  const totals = { ...leg.totals }
  let restMs = sinceStartMs
  // `uncounted` is the last of them.
  for (const kind of Object.keys(totals) as (keyof Totals)[]) {
    const ms = Math.max(known[kind], kind === 'uncounted' ? restMs : 0)
    const more = Math.max(0, ms - totals[kind])
    before[kind] += more
    restMs -= totals[kind] += more
  }
  return { ...leg, before, totals }
}

/** The leg alone, without what the run came to elsewhere. */
export function forgetRun({ before, ...leg }: Leg): Leg {
  const own = Object.entries(leg.totals).map(([kind, ms]) => [
    kind,
    ms - before[kind as keyof Totals],
  ])
  return { ...leg, before: NO_TIME, totals: Object.fromEntries(own) as Totals }
}

/** The slices to keep now: those that closed, and the open one once it holds anything. */
export function takeSlices(leg: Leg): [Leg, Slice[]] {
  const { slices } = leg
  return [{ ...leg, slices: slices.slice(-1) }, slices.filter(({ spans }) => spans.length)]
}

/** How many slices there are, and how far they reach: the relay can tell by it what is missing. */
export function toReached({ slices, presence }: Leg): { slices: number; reach: number } {
  const { n, spans } = slices.at(-1)!
  return { slices: n + (spans.length && 1), reach: presence.toldTo }
}

/** This leg's active ms before an instant of it. */
export const toActiveMs = ({ spans }: Leg, at: number): number =>
  spans
    .filter(([presence, from]) => presence === 'active' && from < at)
    .reduce((sum, [, from, to]) => sum + Math.min(to, at) - from, 0)

/** The whole timeline with what each stretch counts as and why, on the clock that said `startedAt` at the leg's 0. */
export const explainLeg = ({ spans, onPaper }: Leg, terms: Terms, startedAt: number): Piece[] =>
  spans
    .flatMap((span) => toPieces(span, terms, onPaper))
    .map((piece) => ({ ...piece, from: startedAt + piece.from, to: startedAt + piece.to }))
