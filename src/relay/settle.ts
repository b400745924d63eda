/**
 * Settling: telling Timeback what is known of a run and not yet told. Three steps, each safe to die after: reserve
 * (a transaction), look up who and what it was (no transaction, tried again), freeze the bytes and ids of the
 * envelope in the outbox (a transaction).
 */
import type { Transaction } from 'kysely'
import {
  toActivityEvent,
  toEnvelope,
  toObjectId,
  toTimeSpentEvent,
  type EventContext,
} from '../timeback/caliper.ts'
import { readEnvelope } from '../timeback/caliper-schema.ts'
import type { Metric } from '../core/measure.ts'
import type { Policy } from '../contract/grant.ts'
import { findCourse, toCourseName, type CourseEntry } from './courses.ts'
import { readRun, type KnownRun } from './ledger.ts'
import type { Log } from './log.ts'
import { reserve } from './reserve.ts'
import type { Database, SettlementRow, Tables } from './storage.ts'
import { toWindows, type Told, type Window } from './telling.ts'
import { toMinutesXp } from './xp.ts'

export interface SettleOptions {
  policy: Policy
  courses: readonly CourseEntry[]
  sensor: string
  app: { name: string; id?: string }
  /** What OneRoster ids begin with. */
  idBase: string
  /** Lets the subject `Other` go out, which old servers refuse. */
  allowOther: boolean
  log: Log
}

/** Why a settlement waits; of `failed` the log says more. It is looked at again; nothing is lost by waiting. */
export type Held = 'learner_unknown' | 'activity_unknown' | 'course_unknown' | 'failed'

const HELD_MS = 60_000

/** Settles all that is due at `at`. What goes wrong with one run is logged and put off: it stops no other. */
export async function settle(db: Database, options: SettleOptions, at: number): Promise<void> {
  const due = await db
    .selectFrom('runs')
    .select(['learner', 'run_id'])
    .where('due_at', '<=', at)
    .orderBy('due_at')
    .execute()
  for (const { learner, run_id: runId } of due)
    await reserveOrPutOff(db, options, learner, runId, at)
  const reserved = await db
    .selectFrom('settlements')
    .selectAll()
    .where('state', '=', 'reserved')
    .where('next_at', '<=', at)
    .orderBy('created_at')
    .execute()
  for (const settlement of reserved) {
    const held = await lookUpAndFreeze(db, options, settlement, at).catch((error: unknown) => {
      const about = { err: error, learner: settlement.learner, run: settlement.run_id }
      options.log.error(about, 'a run could not be put into words')
      return 'failed' as const
    })
    if (held) await hold(db, settlement, held, at)
  }
}

async function reserveOrPutOff(
  db: Database,
  { policy, log }: SettleOptions,
  learner: string,
  runId: string,
  at: number,
) {
  try {
    await db.transaction().execute((tx) => reserve(tx, { learner, runId, policy, at }))
  } catch (error) {
    log.error({ err: error, learner, run: runId }, 'a run could not be settled')
    await db
      .updateTable('runs')
      .set({ due_at: at + HELD_MS })
      .where('learner', '=', learner)
      .where('run_id', '=', runId)
      .execute()
  }
}

async function hold(
  db: Database,
  { learner, settlement_id: settlementId }: SettlementRow,
  held: Held,
  at: number,
) {
  await db
    .updateTable('settlements')
    .set({ held, next_at: at + HELD_MS })
    .where('learner', '=', learner)
    .where('settlement_id', '=', settlementId)
    .where('state', '=', 'reserved')
    .execute()
}

/** Says why it can't be done yet, if it can't. */
async function lookUpAndFreeze(
  db: Database,
  options: SettleOptions,
  settlement: SettlementRow,
  at: number,
): Promise<Held | undefined> {
  const run = await readRun(db, settlement.learner, settlement.run_id)
  const context = await lookUp(db, options, settlement.learner, run)
  if (typeof context === 'string') return context
  if (!run) return 'activity_unknown'
  await freeze(db, options, { settlement, run, context, at })
  return undefined
}

/** Who worked on what, or why that can't be said yet. */
async function lookUp(
  db: Database,
  { courses, app, sensor, idBase }: SettleOptions,
  learner: string,
  run: KnownRun | undefined,
): Promise<EventContext | Held> {
  if (!run?.activity) return 'activity_unknown'
  const { id, name, course } = run.activity
  const entry = findCourse(courses, course)
  if (!entry) return 'course_unknown'
  const row = await db
    .selectFrom('learners')
    .selectAll()
    .where('learner', '=', learner)
    .executeTakeFirst()
  if (!row) return 'learner_unknown'
  return {
    actor: { sourcedId: learner, email: row.email, role: 'student' },
    activity: { id, name },
    course: { sourcedId: entry.sourcedId, name: toCourseName(entry) },
    subject: entry.subject,
    ...(entry.grade !== undefined && { grade: entry.grade }),
    ...(entry.code !== undefined && { courseCode: entry.code }),
    app,
    sensor,
    runId: run.row.run_id,
    idBase,
  }
}

interface Freezing {
  settlement: SettlementRow
  run: KnownRun
  context: EventContext
  at: number
}

async function freeze(
  db: Database,
  options: SettleOptions,
  { settlement, run, context, at }: Freezing,
) {
  const { learner, settlement_id: settlementId, run_id: runId } = settlement
  await db.transaction().execute(async (tx) => {
    if (!(await claim(tx, settlement))) return
    const told = await tx
      .selectFrom('told')
      .selectAll()
      .where('learner', '=', learner)
      .where('run_id', '=', runId)
      .orderBy('from_at')
      .execute()
    const stretches = told.filter((row) => row.settlement_id === settlementId).map(toTold)
    const completedAt = settlement.completes === 1 ? toCompletedAt(run) : undefined
    const events: Parameters<typeof toEnvelope>[0]['events'][number][] = toWindows(
      stretches,
      options.policy,
    ).map((window, index, all) =>
      toTime(context, window, index === all.length - 1 ? (completedAt ?? window.to) : window.to),
    )
    if (completedAt !== undefined) {
      const objectId = toObjectId(context.sensor, toPlace(context))
      const { last } = await tx
        .selectFrom('attempts')
        .select((expression) => expression.fn.max('attempt').as('last'))
        .where('learner', '=', learner)
        .where('object_id', '=', objectId)
        .executeTakeFirstOrThrow()
      const attempt = (last ?? 0) + 1
      await tx
        .insertInto('attempts')
        .values({ learner, object_id: objectId, attempt, run_id: runId })
        .execute()
      const activeMs = told.map(toTold).filter(isActive).reduce(addMs, 0)
      events.push(toCompletion(context, run, completedAt, attempt, activeMs))
    }
    const envelope = toEnvelope({ sensor: context.sensor, sendTime: at, events })
    const reading = readEnvelope(envelope, { allowOther: options.allowOther })
    await tx
      .insertInto('outbox')
      .values({
        learner,
        outbox_id: crypto.randomUUID(),
        settlement_id: settlementId,
        run_id: runId,
        event_ids: JSON.stringify(events.map(({ id }) => id)),
        body: JSON.stringify(envelope),
        // What Timeback would refuse is not sent: it waits for a person, with the reason.
        state: reading.ok ? 'waiting' : 'parked',
        answer: reading.ok ? null : JSON.stringify(reading.problems),
        created_at: at,
        next_at: at,
      })
      .execute()
  })
}

/** Whether it is ours to freeze: another relay on the same storage may have been quicker. */
async function claim(tx: Transaction<Tables>, settlement: SettlementRow): Promise<boolean> {
  const claimed = await tx
    .updateTable('settlements')
    .set({ state: 'frozen', held: null })
    .where('learner', '=', settlement.learner)
    .where('settlement_id', '=', settlement.settlement_id)
    .where('state', '=', 'reserved')
    .executeTakeFirst()
  return claimed.numUpdatedRows > 0n
}

const toTold = (row: {
  from_at: number
  to_at: number
  metric: string
  reason: string | null
}): Told => ({
  from: row.from_at,
  to: row.to_at,
  metric: row.metric as Metric,
  reason: row.reason,
})
const isActive = ({ metric }: Told) => metric === 'active'
const addMs = (sum: number, { from, to }: Told) => sum + to - from

const toPlace = ({ activity, subject, grade, courseCode }: EventContext) => ({
  id: activity.id,
  subject,
  grade,
  courseCode,
})

/**
 * When the learner finished, on the relay's clock and within the sittings of the run's slices: a page can't date it
 * elsewhere. When we heard of it, if that is all we know.
 */
function toCompletedAt({ row, end, legs }: KnownRun): number {
  const leg = legs.find(({ legId }) => legId === end?.legId)
  const heardAt = row.end_received_at ?? row.last_at
  if (!leg?.start || !end) return heardAt
  const opensAt = legs
    .flatMap(({ slices }) => slices)
    .reduce((earliest, slice) => Math.min(earliest, slice.opens_at), heardAt)
  const endedAt = leg.start.wallAt + leg.offsetMs + end.at
  return Math.min(Math.max(endedAt, opensAt), heardAt)
}

function toTime(context: EventContext, { items, split }: Window, eventTime: number) {
  return toTimeSpentEvent({
    id: crypto.randomUUID(),
    generatedId: crypto.randomUUID(),
    eventTime,
    context,
    items,
    split,
  })
}

function toCompletion(
  context: EventContext,
  { end }: KnownRun,
  eventTime: number,
  attempt: number,
  activeMs: number,
) {
  const { totalQuestions, correctQuestions, masteredUnits, pctComplete } = end?.result ?? {}
  return toActivityEvent({
    id: crypto.randomUUID(),
    generatedId: crypto.randomUUID(),
    eventTime,
    context,
    process: true,
    attempt,
    metrics: {
      xpEarned: toMinutesXp(activeMs, end?.result ?? {}, attempt),
      ...(totalQuestions !== undefined && { totalQuestions }),
      ...(correctQuestions !== undefined && { correctQuestions }),
      ...(masteredUnits !== undefined && { masteredUnits }),
    },
    ...(pctComplete !== undefined && { pctCompleteApp: pctComplete }),
  })
}
