/**
 * What becomes of an entry, and of the rows that it is about: decided here, without the storage. What a slice counts as
 * is settled later.
 *
 * Invariant: the first content of an id wins, and a slice may only grow. So a lost, repeated or reordered send changes
 * no sum.
 */
import type { Activity } from '../contract/activity.ts'
import type { EndEntry, Entry, OnPaper, SliceEntry, Span, StartEntry } from '../contract/entry.ts'
import type { Verdict } from '../contract/flush.ts'
import { MAX_LEGS_PER_RUN } from '../contract/limits.ts'
import { toReach } from '../core/slices.ts'
import { toRead, type Arrival, type ReadEntry } from './arrival.ts'
import type { EarlierOffset } from './ledger.ts'
import type { LegRow, RunRow, SliceRow } from './storage.ts'

/** The rows that an entry is about; no row is ever changed, a changed one is another. */
export interface Rows {
  run: RunRow
  /** Undefined until the first entry of it came. */
  leg: LegRow | undefined
  slice: SliceRow | undefined
  /** How many legs the run has; 0 where the leg is one of them. */
  legCount: number
}

type PlacedRows = Rows & { leg: LegRow }

/** A verdict without what says of which entry it is. */
export type Answer = Verdict extends infer V
  ? V extends Verdict
    ? Omit<V, 'index' | 'id'>
    : never
  : never

export interface Kept {
  answer: Answer
  rows: Rows
}

export function keep(
  before: Rows,
  arrival: Arrival,
  { entry, legId, n = 0 }: ReadEntry,
  ignoresXp: boolean,
): Kept {
  if (before.legCount >= MAX_LEGS_PER_RUN) return { answer: tooManyLegs(entry), rows: before }
  const rows = { ...before, leg: placeLeg(before, arrival, legId) }
  switch (entry.type) {
    case 'start':
      return keepStart(rows, entry)
    case 'slice':
      return keepSlice(rows, arrival, entry, n)
    case 'end':
      return keepEnd(rows, arrival, entry, ignoresXp)
  }
}

/**
 * The way takes time and never gives any back, so the smallest difference of the clocks is the truest. Where the page's
 * clock was put forward, the difference is another from there on, and what came before stays where it was.
 */
function placeLeg({ run, leg }: Rows, arrival: Arrival, legId: string): LegRow {
  const { offsetMs } = arrival
  if (!leg) {
    const { learner, run_id } = run
    const placed = { offset_ms: offsetMs, offset_fixed: 0, earlier: null }
    return { learner, run_id, leg_id: legId, start: null, ...placed }
  }
  const byMs = leg.offset_ms - offsetMs
  if (byMs <= 0) return leg
  const earlier = JSON.parse(leg.earlier ?? '[]') as EarlierOffset[]
  const n = findCorrection(arrival, leg, byMs)
  const isNext = n !== undefined && n > (earlier.at(-1)?.[0] ?? 0)
  if (isNext && earlier.length < MAX_CORRECTIONS) {
    const more = JSON.stringify([...earlier, [n, leg.offset_ms]])
    return { ...leg, offset_ms: offsetMs, offset_fixed: 0, earlier: more }
  }
  return leg.offset_fixed === 0 ? { ...leg, offset_ms: offsetMs } : leg
}

/** No clock is put right more often in one leg, and each slice looks through them. */
const MAX_CORRECTIONS = 100

/**
 * The last slice that begins with a sleep of so long: no page tells a sleep from its clock being put forward. After a
 * true one the clocks differ as before.
 */
function findCorrection(
  arrival: Arrival,
  { run_id, leg_id }: LegRow,
  byMs: number,
): number | undefined {
  if (byMs <= SLOWEST_WAY_MS) return undefined
  return toRead(arrival).findLast(({ entry, runId, legId }) => {
    if (entry.type !== 'slice' || runId !== run_id || legId !== leg_id) return false
    const [presence, from, to] = entry.spans[0]!
    return presence === 'suspended' && to - from >= byMs - SLOWEST_WAY_MS
  })?.n
}

function keepStart(rows: PlacedRows, entry: StartEntry): Kept {
  const { run, leg } = rows
  const start = JSON.stringify(entry)
  if (leg.start !== null)
    return { answer: leg.start === start ? known(0) : notTheSame('a leg starts once'), rows }
  const started = { ...rows, leg: { ...leg, start } }
  if (run.activity === null) {
    const activity = JSON.stringify(entry.activity)
    return { answer: stored(0), rows: { ...started, run: { ...run, activity } } }
  }
  if (!isSameActivity(JSON.parse(run.activity) as Activity, entry.activity)) {
    const answer = { ...notTheSame('this run is of another activity'), path: 'activity' }
    return { answer, rows }
  }
  return { answer: { ...stored(0), continues: true }, rows: started }
}

/**
 * No page waits longer for an answer, and so no flush of a page that is honest was longer on its way. More would let one
 * that is not claim time that has not been.
 */
const SLOWEST_WAY_MS = 15_000

/**
 * A leg stays where its time was told, though a quicker flush finds that this was too late by so much. What such a flush
 * brings had happened when it came, and must not be taken for what is still to be.
 */
const toLateMs = (placedByMs: number, { offsetMs }: Arrival): number =>
  Math.min(Math.max(0, placedByMs - offsetMs), SLOWEST_WAY_MS)

function keepSlice(rows: PlacedRows, arrival: Arrival, entry: SliceEntry, n: number): Kept {
  const { leg, slice: before } = rows
  const { receivedAt, opensAt, closesAt } = arrival
  const reach = toReach(entry)
  const onPaper = entry.onPaper ?? []
  const copy = {
    spans: JSON.stringify(entry.spans),
    on_paper: entry.onPaper ? JSON.stringify(onPaper) : null,
    reach,
    received_at: receivedAt + toLateMs(leg.offset_ms, arrival),
  }
  if (!before) {
    const { learner, run_id, leg_id } = leg
    const key = { learner, run_id, leg_id, n, told_reach: 0 }
    const slice = { ...key, ...copy, opens_at: opensAt, closes_at: closesAt }
    return { answer: stored(reach), rows: { ...rows, slice } }
  }
  const told = JSON.parse(before.spans) as Span[]
  const said = JSON.parse(before.on_paper ?? '[]') as OnPaper[]
  if (isGrownFrom(told, entry.spans) && isBeginning(onPaper, said))
    return { answer: known(before.reach), rows }
  if (!isGrownFrom(entry.spans, told) || !isBeginning(said, onPaper)) {
    const why = 'a later copy of a slice contains the earlier one'
    return { answer: { ...notTheSame(why), path: 'spans' }, rows }
  }
  const slice = {
    ...before,
    ...copy,
    opens_at: Math.min(opensAt, before.opens_at),
    closes_at: Math.max(closesAt, before.closes_at),
  }
  return { answer: stored(reach), rows: { ...rows, slice } }
}

function keepEnd(rows: PlacedRows, arrival: Arrival, entry: EndEntry, ignoresXp: boolean): Kept {
  const { run } = rows
  const end = JSON.stringify(entry)
  if (run.end !== null) {
    const isSame = run.end === end
    return {
      answer: isSame ? known(0) : notTheSame('a run ends once, and the first end wins'),
      rows,
    }
  }
  const isIgnored = ignoresXp && entry.result.xpEarned !== undefined
  return {
    answer: { ...stored(0), ...(isIgnored && { ignored: ['result.xpEarned'] }) },
    rows: { ...rows, run: { ...run, end, end_received_at: arrival.receivedAt } },
  }
}

/** All that is known of a run is read at once: what it may come to has an end. */
const tooManyLegs = ({ type }: Entry) =>
  ({
    verdict: 'refused',
    code: 'field_range',
    path: type === 'end' ? 'legId' : 'id',
    message: `A run has at most ${MAX_LEGS_PER_RUN} legs`,
  }) as const

const stored = (reach: number) => ({ verdict: 'stored', reach }) as const
const known = (reach: number) => ({ verdict: 'known', reach }) as const
const notTheSame = (why: string) =>
  ({
    verdict: 'conflict',
    code: 'not_the_same',
    path: '',
    message: `Another copy came first: ${why}`,
  }) as const

/** Whether `longer` is `shorter` some time later: the same spans, the last of them maybe longer, more after it. */
export function isGrownFrom(longer: readonly Span[], shorter: readonly Span[]): boolean {
  if (longer.length < shorter.length) return false
  return shorter.every(([presence, from, to, ...more], index) => {
    const [otherPresence, otherFrom, otherTo, ...otherMore] = longer[index]!
    const isLast = index === shorter.length - 1
    return (
      otherPresence === presence &&
      otherFrom === from &&
      (isLast ? otherTo >= to : otherTo === to) &&
      more.length === otherMore.length &&
      more.every((said, place) => said === otherMore[place])
    )
  })
}

/** Whether a list begins with all that another holds. */
const isBeginning = (shorter: readonly unknown[], longer: readonly unknown[]) =>
  shorter.every((one, index) => JSON.stringify(one) === JSON.stringify(longer[index]))

function isSameActivity(a: Activity, b: Activity): boolean {
  return a.id === b.id && JSON.stringify(a.course) === JSON.stringify(b.course)
}
