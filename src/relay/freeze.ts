/**
 * The third step of settling: put what was reserved into words, and freeze the bytes and ids of the envelope in the
 * outbox. One transaction, taken by one relay only.
 */
import type { Transaction } from 'kysely'
import type { Activity } from '../contract/activity.ts'
import { REASONS, type Metric } from '../core/measure.ts'
import { toTerms, type Counting } from '../core/policy.ts'
import {
  toActivityEvent,
  toEnvelope,
  toObjectId,
  toTimeSpentEvent,
  type EventContext,
} from '../timeback/caliper.ts'
import {
  readEnvelope,
  type ActivityEvent,
  type TimeSpentEvent,
} from '../timeback/caliper-schema.ts'
import type { KnownRun } from './ledger.ts'
import { toPlaced } from './reserve.ts'
import type { Database, SettlementRow, Tables } from './storage.ts'
import { toWindows, type Told, type Window } from './telling.ts'
import { toMinutesXp } from './xp.ts'

export interface FreezeOptions {
  counting: Counting
  /** Lets the subject `Other` go out, which old servers refuse. */
  allowOther: boolean
}

export interface Freezing {
  settlement: SettlementRow
  run: KnownRun & { activity: Activity }
  /** Who worked on what, as the second step found out. */
  context: EventContext
  at: number
}

export async function freeze(
  db: Database,
  options: FreezeOptions,
  freezing: Freezing,
): Promise<void> {
  const { settlement, context, at } = freezing
  await db.transaction().execute(async (tx) => {
    if (!(await claim(tx, settlement))) return
    const events = await toEvents(tx, options, freezing)
    const envelope = toEnvelope({ sensor: context.sensor, sendTime: at, events })
    const reading = readEnvelope(envelope, { allowOther: options.allowOther })
    const { last } = await tx
      .selectFrom('outbox')
      .select((expression) => expression.fn.max('seq').as('last'))
      .where('learner', '=', settlement.learner)
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('outbox')
      .values({
        learner: settlement.learner,
        outbox_id: crypto.randomUUID(),
        seq: (last ?? 0) + 1,
        settlement_id: settlement.settlement_id,
        run_id: settlement.run_id,
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

/** The time that this settlement reserved, window by window, and the completion after it, if it is one. */
async function toEvents(
  tx: Transaction<Tables>,
  { counting }: FreezeOptions,
  { settlement, run, context }: Freezing,
): Promise<(TimeSpentEvent | ActivityEvent)[]> {
  const rows = await tx
    .selectFrom('told')
    .selectAll()
    .where('learner', '=', settlement.learner)
    .where('run_id', '=', settlement.run_id)
    .orderBy('from_at')
    .execute()
  const own = rows.filter((row) => row.settlement_id === settlement.settlement_id)
  const terms = toTerms(counting, run.activity)
  const left = run.legs
    .flatMap((leg) => toPlaced(leg, terms))
    .filter(({ reason, metric }) => metric === undefined && reason === REASONS.left)
  const windows = toWindows(own.map(toTold), terms, left)
  if (settlement.completes === 0) return windows.map((window) => toTime(context, window, window.to))
  const completedAt = toCompletedAt(run)
  const times = windows.map((window, index) =>
    // The last of the time and the completion are told as of one instant, as the official SDK does.
    toTime(context, window, index === windows.length - 1 ? completedAt : window.to),
  )
  const activeMs = rows.map(toTold).filter(isActive).reduce(addMs, 0)
  const attempt = await takeAttempt(tx, settlement, toObjectId(context.sensor, toPlace(context)))
  return [...times, toCompletion(context, run, completedAt, attempt, activeMs)]
}

/** The next attempt of the learner at this activity. */
async function takeAttempt(
  tx: Transaction<Tables>,
  { learner, run_id: runId }: SettlementRow,
  objectId: string,
): Promise<number> {
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
  return attempt
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
