/** Entries as a page writes them, short enough to read in a test. Instants of spans are ms since the leg's start. */
import type { Activity } from '../../src/contract/activity.ts'
import type {
  EndEntry,
  FlagMetric,
  OnPaper,
  SliceEntry,
  Span,
  StartEntry,
} from '../../src/contract/entry.ts'
import type { Result } from '../../src/contract/result.ts'

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** Monday, 26 January 2026, 10:00 UTC: where every test begins. */
export const MONDAY = Date.UTC(2026, 0, 26, 10)

export const FRACTIONS: Activity = {
  id: 'fractions',
  name: 'Fractions',
  course: { subject: 'Math', grade: 5 },
}

export const ALL_RIGHT: Result = { totalQuestions: 10, correctQuestions: 10 }

export const toStart = (
  leg: string,
  wallAt: number,
  activity: Activity = FRACTIONS,
): StartEntry => ({ v: 1, type: 'start', id: `${leg}/start`, activity, wallAt, monoAt: 40 })

/** `leg` is `runId/legId`. */
export const toSlice = (leg: string, n: number, ...spans: Span[]): SliceEntry => ({
  v: 1,
  type: 'slice',
  id: `${leg}/${n}`,
  spans,
})

/** The same slice, in which the learner says of stretches of the leg that they worked on paper. */
export const toClaimed = (slice: SliceEntry, ...onPaper: OnPaper[]): SliceEntry => ({
  ...slice,
  onPaper,
})

/** Ends the run of `leg`; `legs` defaults to that leg alone, with one slice that reaches to `at`. */
export function toEnd(
  leg: string,
  at: number,
  result: Result = ALL_RIGHT,
  legs?: EndEntry['legs'],
): EndEntry {
  const [runId = '', legId = ''] = leg.split('/')
  const alone = { [legId]: { slices: 1, reach: at } }
  return { v: 1, type: 'end', id: `${runId}/end`, legId, at, result, legs: legs ?? alone }
}

/** A presence and how long it lasted; a flag says more. */
export type Stretch = [presence: Span[0], ms: number, metric?: FlagMetric, reason?: string]

/** Spans that follow one another from 0: `toSpans(['active', 60_000], ['flag', 5_000, 'waste', 'guessing'])`. */
export function toSpans(...stretches: Stretch[]): Span[] {
  let from = 0
  return stretches.map(([presence, ms, ...flag]) => {
    const span: Span = [presence, from, from + ms, from, ...flag]
    from += ms
    return span
  })
}
