/**
 * Results that the host's server knows better than any page: of a run that pages told of, or of work without a page. The
 * first word wins, as with pages; and before a run is told, the host's word goes before the page's.
 */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { activitySchema } from '../contract/activity.ts'
import { runIdSchema, type Entry } from '../contract/entry.ts'
import { CONTRACT_VERSION, MAX_LEG_MS } from '../contract/limits.ts'
import { toProblem } from '../contract/problem.ts'
import { resultSchema } from '../contract/result.ts'
import { toSliceId, toStartId } from '../core/entry-id.ts'
import { ticketLearnerSchema } from '../contract/ticket.ts'
import { toArrival } from './arrival.ts'
import { RelayError } from './failure.ts'
import { rememberLearner, type FindLearner } from './identify.ts'
import { HOST_LEG_ID, planSettling, type Patience, type Recorded } from './ledger.ts'
import { receive } from './receive.ts'
import type { Database, RunRow, Tables } from './storage.ts'

const instant = z.int().min(0)

const timeSchema = z
  .strictObject({ startedAt: instant, endedAt: instant, activeMs: z.int().min(0).max(MAX_LEG_MS) })
  .refine(
    ({ startedAt, endedAt, activeMs }) => startedAt <= endedAt && activeMs <= endedAt - startedAt,
    { path: ['activeMs'], message: 'is at most the time from startedAt to endedAt' },
  )
  .refine(({ startedAt, endedAt }) => endedAt - startedAt <= MAX_LEG_MS, {
    path: ['endedAt'],
    message: 'is at most 40 days after startedAt',
  })

/** So far may the host's clock be ahead of ours. */
const CLOCK_AHEAD_MS = 60_000

export const recordSchema = z.strictObject({
  runId: runIdSchema.exactOptional(),
  learner: z.union([z.string().min(1).max(200), ticketLearnerSchema]).exactOptional(),
  activity: activitySchema.exactOptional(),
  result: resultSchema,
  time: timeSchema.exactOptional(),
})

/**
 * What the host states. Either the `runId` of a run that a page began, with its `learner`, as a page may have given it any id; or
 * the `activity` and the `learner`, as `{ sourcedId?, email, role? }` or the sourcedId of somebody whom this relay has met.
 * `time` only where no page told any, in epoch ms of the host's clock: so many of them were active, the rest is measured
 * as a visible page without a learner at it. Give a `runId` of your own also where no page had the run: a call that is
 * made again after a lost answer is then known, and without one it would record a second go.
 */
export type HostResult = z.input<typeof recordSchema>

export interface RecordAnswer {
  runId: string
  /** `known`: the same was recorded before. */
  verdict: 'stored' | 'known'
}

/** As it was read, the learner by their sourcedId. */
type Read = Omit<z.output<typeof recordSchema>, 'learner'> & { learner: string | undefined }

export interface RecordOptions {
  db: Database
  /** Who is meant by an e-mail alone; undefined where nobody is looked up. */
  findLearner: FindLearner | undefined
  patience: Patience
  at: number
}

/**
 * Throws a RelayError: `invalid_request` with the path, `run_unknown`, `run_ambiguous`, `learner_unmet`,
 * `result_recorded` if another was recorded before, `already_told` if Timeback has been told another, `time_known` if
 * a page told of the time, or the host of another.
 */
export async function record(options: RecordOptions, given: unknown): Promise<RecordAnswer> {
  const read = recordSchema.safeParse(given)
  if (!read.success) {
    const { path, message } = toProblem(read.error, given)
    throw new RelayError(400, 'invalid_request', message, path)
  }
  const { db, patience, at } = options
  const { result, time } = read.data
  const stated = { ...read.data, learner: await toLearner(options, read.data.learner) }
  if (time && time.endedAt > at + CLOCK_AHEAD_MS)
    throw new RelayError(400, 'invalid_request', 'time.endedAt is in the future', 'time.endedAt')
  const recorded: Recorded = { result, at: Math.min(time?.endedAt ?? at, at) }
  const run = await findRun(db, stated)
  const { learner, runId } = run ?? (await openRun(options, stated))
  // Before the time is kept: what is refused must leave nothing behind.
  await isKnown(db, learner, runId, recorded)
  if (time) await keepTime(options, stated, learner, runId)
  return db.transaction().execute(async (tx) => {
    if (await isKnown(tx, learner, runId, recorded)) return { runId, verdict: 'known' }
    const row = await tx
      .updateTable('runs')
      .set(({ fn, ref, val }) => ({
        recorded: JSON.stringify(recorded),
        last_at: at,
        // What will be told of a run that was pruned has to be pruned as well.
        prune_from: fn.coalesce(ref('prune_from'), val(at)),
      }))
      .where('learner', '=', learner)
      .where('run_id', '=', runId)
      .returningAll()
      .executeTakeFirstOrThrow()
    await planSettling(tx, [row], patience)
    return { runId, verdict: 'stored' }
  })
}

/** Keeps whom the host describes, as a ticket would. */
async function toLearner(
  { db, findLearner }: RecordOptions,
  given: z.output<typeof recordSchema>['learner'],
): Promise<string | undefined> {
  if (typeof given !== 'object') return given
  return (await rememberLearner(db, given, findLearner)).sourcedId
}

async function findRun(
  db: Database,
  { runId, learner }: Read,
): Promise<{ learner: string; runId: string } | undefined> {
  if (runId === undefined) return undefined
  const rows = await db.selectFrom('runs').select('learner').where('run_id', '=', runId).execute()
  const own = rows.filter((row) => learner === undefined || row.learner === learner)
  if (own.length > 1) {
    throw new RelayError(
      409,
      'run_ambiguous',
      'Several learners have this run: say which',
      'learner',
    )
  }
  return own[0] && { learner: own[0].learner, runId }
}

/** A run without a page. */
async function openRun(
  { db, at }: RecordOptions,
  { runId = crypto.randomUUID(), learner, activity }: Read,
): Promise<{ learner: string; runId: string }> {
  if (learner === undefined || activity === undefined) {
    throw new RelayError(
      404,
      'run_unknown',
      'Nothing has come of this run yet: give its learner and its activity to record it all the same',
    )
  }
  const met = await db
    .selectFrom('learners')
    .select('role')
    .where('learner', '=', learner)
    .executeTakeFirst()
  if (!met) {
    throw new RelayError(
      404,
      'learner_unmet',
      'This relay has not met the learner: give { sourcedId, email } instead',
      'learner',
    )
  }
  await db
    .insertInto('runs')
    .values({
      learner,
      run_id: runId,
      activity: JSON.stringify(activity),
      preview: met.role === 'student' ? 0 : 1,
      first_at: at,
      last_at: at,
      prune_from: at,
    })
    .onConflict((conflict) => conflict.columns(['learner', 'run_id']).doNothing())
    .execute()
  return { learner, runId }
}

/** A time that the host states is a leg like a page's, counted and claimed as any other. */
async function keepTime(
  { db, patience, at }: RecordOptions,
  { time, activity: given }: Read,
  learner: string,
  runId: string,
) {
  const { startedAt, endedAt, activeMs } = time!
  const row = await db
    .selectFrom('runs')
    .leftJoin('legs', (join) =>
      join.onRef('legs.run_id', '=', 'runs.run_id').onRef('legs.learner', '=', 'runs.learner'),
    )
    .select(['activity', 'preview', 'leg_id'])
    .where('runs.learner', '=', learner)
    .where('runs.run_id', '=', runId)
    .execute()
  const [first] = row
  if (row.some(({ leg_id }) => leg_id !== null && leg_id !== HOST_LEG_ID)) {
    throw new RelayError(409, 'time_known', 'A page told of the time of this run', 'time')
  }
  const activity = first?.activity
    ? (JSON.parse(first.activity) as NonNullable<typeof given>)
    : given
  if (!activity) return
  const reach = endedAt - startedAt
  const v = CONTRACT_VERSION
  const start: Entry = {
    v,
    type: 'start',
    id: toStartId(runId, HOST_LEG_ID),
    activity,
    wallAt: startedAt,
    monoAt: 0,
  }
  const slice: Entry = {
    v,
    type: 'slice',
    id: toSliceId(runId, HOST_LEG_ID, 0),
    spans: [
      ...(activeMs > 0 ? [['active', 0, activeMs, 0] as const] : []),
      ...(activeMs < reach ? [['idle', activeMs, reach, activeMs] as const] : []),
    ],
  }
  const arrival = toArrival(
    { learner, preview: first?.preview === 1, opensAt: startedAt, closesAt: endedAt },
    { v, grant: '', sentAt: at, entries: reach > 0 ? [start, slice] : [start] },
    at,
  )
  const { verdicts } = await receive(db, arrival, patience)
  if (verdicts.some(({ verdict }) => verdict !== 'stored' && verdict !== 'known'))
    throw new RelayError(409, 'time_known', 'Another time of this run is known', 'time')
}

/** Whether the run has the same result by the host's word. Throws if it has another, or has been told without one. */
async function isKnown(
  db: Kysely<Tables>,
  learner: string,
  runId: string,
  { result }: Recorded,
): Promise<boolean> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow()
  const before = row.recorded === null ? undefined : (JSON.parse(row.recorded) as Recorded)
  if (before && JSON.stringify(before.result) === JSON.stringify(result)) return true
  refuseTwice(row)
  return false
}

function refuseTwice({ recorded, completed }: RunRow): void {
  if (recorded !== null) {
    throw new RelayError(
      409,
      'result_recorded',
      'Another result of this run was recorded before',
      'result',
    )
  }
  if (completed === 1) {
    throw new RelayError(
      409,
      'already_told',
      'Timeback has been told the result that the page gave: set `results` to host, so that a run waits for yours',
      'result',
    )
  }
}
