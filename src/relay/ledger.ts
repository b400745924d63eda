/**
 * The ledger: what is known of a run, read back from what was received. It tells what is missing and when the run
 * is due; it decides nothing about time.
 */
import type { Kysely } from 'kysely'
import type { Activity } from '../contract/activity.ts'
import type { EndEntry, OnPaper, Span, StartEntry } from '../contract/entry.ts'
import type { Result } from '../contract/result.ts'
import { toSliceId, toStartId } from '../core/entry-id.ts'
import { toDisjoint, type Stretch } from '../core/owner.ts'
import { isAmong, toBatches } from './many-rows.ts'
import type { LegRow, RunRow, SliceRow, Tables } from './storage.ts'

/** What settling a run waits for, and how long, in ms. */
export interface Patience {
  /** Without news for so long, a run's time is told. */
  leaseMs: number
  /** A completed run waits so long for slices that are known to be missing. */
  gapMs: number
  /** Whose word completes a run: the page's as well, or the host's server's alone. */
  results: 'page' | 'host'
  /** Whether the XP that a page states count for nothing, and it is told so. */
  ignoresXp?: boolean
}

/** A result by the host's word. `at` is when the activity ended, in epoch ms of the relay's clock. */
export interface Recorded {
  result: Result
  at: number
}

export type EarlierOffset = [beforeN: number, offsetMs: number]

export interface Leg {
  legId: string
  start: StartEntry | undefined
  offsetMs: number
  /** What held before each time that the page's clock was put forward, for slices with a lower number. */
  earlier: EarlierOffset[]
  slices: SliceRow[]
  /** Idle stretches that the learner said were work on paper, disjoint: however often it was said of one. */
  onPaper: Stretch[]
  /** Numbers of slices that must exist and have not come, or have not come in full: the first hundred. */
  missing: number[]
}

export interface KnownRun {
  row: RunRow
  activity: Activity | undefined
  end: EndEntry | undefined
  recorded: Recorded | undefined
  legs: Leg[]
}

/** What the run came to: the host's server knows better than the page. */
export const toResult = ({
  end,
  recorded,
}: Pick<KnownRun, 'end' | 'recorded'>): Result | undefined => recorded?.result ?? end?.result

/** Whether there is a result that completes the run, and has not been told. */
export const isCompleting = (row: RunRow, results: Patience['results']): boolean =>
  row.completed === 0 && (row.recorded !== null || (row.end !== null && results === 'page'))

export async function readRun(
  db: Kysely<Tables>,
  learner: string,
  runId: string,
): Promise<KnownRun | undefined> {
  const [run] = await readRuns(db, learner, [runId])
  return run
}

/** Those of a learner's runs of which anything is known, in any order. */
export async function readRuns(
  db: Kysely<Tables>,
  learner: string,
  runIds: readonly string[],
): Promise<KnownRun[]> {
  const runs: KnownRun[] = []
  for (const ids of toBatches(runIds)) {
    const rows = await db
      .selectFrom('runs')
      .selectAll()
      .where('learner', '=', learner)
      .where('run_id', 'in', ids)
      .execute()
    const legs = await db
      .selectFrom('legs')
      .selectAll()
      .where('learner', '=', learner)
      .where('run_id', 'in', ids)
      .execute()
    const slices = await db
      .selectFrom('slices')
      .selectAll()
      .where('learner', '=', learner)
      .where('run_id', 'in', ids)
      .orderBy('n')
      .execute()
    const legsOf = groupBy(legs, ({ run_id: runId }) => runId)
    const slicesOf = groupBy(slices, ({ run_id: runId }) => runId)
    for (const row of rows)
      runs.push(toRun(row, legsOf.get(row.run_id) ?? [], slicesOf.get(row.run_id) ?? []))
  }
  return runs
}

function groupBy<Row>(rows: readonly Row[], toKey: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(toKey(row))
    if (group) group.push(row)
    else groups.set(toKey(row), [row])
  }
  return groups
}

function toRun(row: RunRow, legs: LegRow[], slices: SliceRow[]): KnownRun {
  const end = row.end === null ? undefined : (JSON.parse(row.end) as EndEntry)
  return {
    row,
    activity: row.activity === null ? undefined : (JSON.parse(row.activity) as Activity),
    end,
    recorded: row.recorded === null ? undefined : (JSON.parse(row.recorded) as Recorded),
    legs: toLegs(legs, slices, end),
  }
}

function toLegs(rows: LegRow[], slices: SliceRow[], end: EndEntry | undefined): Leg[] {
  const rowOf = new Map(rows.map((row) => [row.leg_id, row]))
  const slicesOf = groupBy(slices, ({ leg_id: legId }) => legId)
  const promised = new Map(Object.entries(end?.legs ?? {}))
  return [...new Set([...rowOf.keys(), ...promised.keys()])].map((legId) => {
    const row = rowOf.get(legId)
    const own = slicesOf.get(legId) ?? []
    return {
      legId,
      start: row?.start ? (JSON.parse(row.start) as StartEntry) : undefined,
      offsetMs: row?.offset_ms ?? 0,
      earlier: JSON.parse(row?.earlier ?? '[]') as EarlierOffset[],
      slices: own,
      onPaper: toDisjoint(own.flatMap(toOnPaper)),
      missing: toMissing(own, promised.get(legId)),
    }
  })
}

const toOnPaper = ({ on_paper: said }: SliceRow): Stretch[] =>
  (JSON.parse(said ?? '[]') as OnPaper[]).map(([from, to]) => ({ from, to }))

/** What puts a leg's slice on the relay's clock. */
export const toOffsetMs = ({ offsetMs, earlier }: Leg, n: number): number =>
  earlier.find(([beforeN]) => n < beforeN)?.[1] ?? offsetMs

/** A leg's spans in their order, each with the slice that it came in. */
export function toSpans({ slices }: Pick<Leg, 'slices'>): { slice: SliceRow; span: Span }[] {
  let last: Span | undefined
  return slices.flatMap((slice) =>
    (JSON.parse(slice.spans) as Span[]).map((span) => ({
      slice,
      span: (last = joinTo(last, span)),
    })),
  )
}

/** A presence that goes on began where it began: a page that says later would have it measured more kindly. */
function joinTo(last: Span | undefined, span: Span): Span {
  const [presence, from, to, since, ...flag] = span
  const goesOn = last !== undefined && last[0] === presence && last[2] === from
  return goesOn ? [presence, from, to, Math.min(since, last[3]), ...flag] : span
}

/** A page may number a slice as it likes: what it claims must not cost more than what it sent. */
const MAX_MISSING = 100

/** Slices are numbered from 0 without a hole; the end says how many there are and how far they reach. */
function toMissing(
  slices: SliceRow[],
  promised: { slices: number; reach: number } | undefined,
): number[] {
  const have = new Map(slices.map(({ n, reach }) => [n, reach]))
  const count = Math.max(promised?.slices ?? 0, (slices.at(-1)?.n ?? -1) + 1)
  const missing: number[] = []
  for (let n = 0; n < count && missing.length < MAX_MISSING; n += 1) {
    if (!have.has(n)) missing.push(n)
  }
  const last = (promised?.slices ?? 0) - 1
  const short = promised && (have.get(last) ?? promised.reach) < promised.reach
  return short ? [...missing, last] : missing
}

/**
 * A run is whole when nothing that its `end` speaks of is missing; without a page of its own there is nothing to
 * miss.
 */
export function isWhole({ end, recorded, legs }: KnownRun): boolean {
  const hasEnded = end !== undefined || (recorded !== undefined && legs.every(isHosts))
  return hasEnded && legs.every((leg) => leg.start && leg.missing.length === 0)
}

/** When the relay heard that a run has ended, in epoch ms of its clock. */
export const toEndedAt = ({ row, recorded }: KnownRun): number =>
  row.end_received_at ?? recorded?.at ?? row.last_at

/**
 * The ids of what the run's `end` speaks of, or its slices' numbers, and what has not come, or not in full: the first
 * hundred of all its legs, as they go out with each receipt.
 */
function toMissingIds({ row, legs }: KnownRun): string[] {
  const ids = legs.flatMap(({ legId, start, missing }) => [
    ...(start || legId === HOST_LEG_ID ? [] : [toStartId(row.run_id, legId)]),
    ...missing.map((n) => toSliceId(row.run_id, legId, n)),
  ])
  return ids.slice(0, MAX_MISSING)
}

/** The leg in which a host's server states a time. */
export const HOST_LEG_ID = 'host'

const isHosts = ({ legId }: Leg) => legId === HOST_LEG_ID

/**
 * Says when runs are to be settled, after something new came of them; returns for each that has ended the ids of what its
 * completion waits for. A run that has not ended is asked one thing only, whether it has time to tell: this happens with
 * each flush, and must not cost more as the run gets longer.
 */
export async function planSettling(
  tx: Kysely<Tables>,
  rows: readonly RunRow[],
  patience: Patience,
): Promise<Map<RunRow, string[]>> {
  const told = rows.filter(({ preview }) => preview === 0)
  const isToComplete = (row: RunRow) => isCompleting(row, patience.results)
  await planLeases(
    tx,
    told.filter((row) => !isToComplete(row)),
    patience,
  )
  const missing = new Map<RunRow, string[]>()
  for (const row of told.filter(isToComplete))
    missing.set(row, await planCompletion(tx, row, patience))
  return missing
}

/** Has runs that nothing completes wait for their lease, if they have time to tell. */
async function planLeases(
  tx: Kysely<Tables>,
  rows: readonly RunRow[],
  { leaseMs }: Patience,
): Promise<void> {
  // Without a start nothing can be placed or named.
  const started = rows.filter(({ activity }) => activity !== null)
  for (const some of toBatches(started)) {
    const keys = some.map((row) => [row.learner, row.run_id])
    await tx
      .updateTable('runs')
      .set(({ case: when, eb, exists, selectFrom }) => ({
        due_at: when()
          .when(
            exists(
              selectFrom('slices')
                .select('n')
                .whereRef('slices.learner', '=', 'runs.learner')
                .whereRef('slices.run_id', '=', 'runs.run_id')
                .whereRef('reach', '>', 'told_reach'),
            ),
          )
          .then(eb('last_at', '+', leaseMs))
          .end(),
      }))
      .where(isAmong(['learner', 'run_id'], keys))
      .execute()
  }
}

/** At once if nothing is missing; else after a while, as a missing slice never holds back a result. */
async function planCompletion(
  tx: Kysely<Tables>,
  row: RunRow,
  { gapMs }: Patience,
): Promise<string[]> {
  const { learner, run_id: runId, last_at: lastAt } = row
  const run = await readRun(tx, learner, runId)
  const missing = run && !isWhole(run) ? toMissingIds(run) : []
  // Without a start its end, settled now, would take its XP from no time at all.
  if (row.activity === null) return missing
  const dueAt = run && !isWhole(run) ? toEndedAt(run) + gapMs : lastAt
  await setDue(tx, learner, runId, dueAt)
  return missing
}

/** When a run is to be settled next, in epoch ms of the relay's clock. */
export async function setDue(
  db: Kysely<Tables>,
  learner: string,
  runId: string,
  dueAt: number,
): Promise<void> {
  await db
    .updateTable('runs')
    .set({ due_at: dueAt })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .execute()
}
