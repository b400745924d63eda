/**
 * The third step of settling: put what was reserved into words, and freeze their bytes and ids in the outbox: the
 * envelope, and the gradebook's rows where we write those. One transaction, taken by one relay only.
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
import { toGradebookRows, type Completion, type GradebookOptions } from './grade.ts'
import { toResult, type KnownRun } from './ledger.ts'
import type { Found } from './look-up.ts'
import { toPlaced } from './reserve.ts'
import type { Database, OutboxRow, SettlementRow, Tables } from './storage.ts'
import { toWindows, type Told, type Window } from './telling.ts'
import { toXp, type XpOptions } from './xp.ts'

export interface FreezeOptions extends XpOptions {
  counting: Counting
  /** Lets the subject `Other` go out, which old servers refuse. */
  allowOther: boolean
  gradebook: GradebookOptions
  /** Whether the gradebook may be read: what became of a result is then looked up. */
  readsBack: boolean
}

export interface Freezing {
  settlement: SettlementRow
  run: KnownRun & { activity: Activity }
  /** Who worked on what, as the second step found out. */
  found: Found
  at: number
}

export async function freeze(
  db: Database,
  options: FreezeOptions,
  freezing: Freezing,
): Promise<void> {
  const { settlement, found, at } = freezing
  await db.transaction().execute(async (tx) => {
    if (!(await claim(tx, settlement))) return
    const { events, completion } = await toEvents(tx, options, freezing)
    const envelope = toEnvelope({ sensor: found.context.sensor, sendTime: at, events })
    const reading = readEnvelope(envelope, { allowOther: options.allowOther })
    const put = await createPut(tx, settlement, at)
    await put({
      kind: 'caliper',
      event_ids: JSON.stringify(events.map(({ id }) => id)),
      body: JSON.stringify(envelope),
      // What Timeback would refuse is not sent: it waits for a person, with the reason.
      state: reading.ok ? 'waiting' : 'parked',
      answer: reading.ok ? null : JSON.stringify(reading.problems),
    })
    for (const row of completion ? await toGradebookRows(options, found, completion) : [])
      await put({ ...row, event_ids: '[]', body: JSON.stringify(row.body), state: 'waiting' })
  })
}

type Put = Pick<OutboxRow, 'kind' | 'event_ids' | 'body' | 'state'> & { answer?: string | null }

/** Puts rows behind those that the learner has in the outbox. */
async function createPut(tx: Transaction<Tables>, settlement: SettlementRow, at: number) {
  const { learner, settlement_id, run_id } = settlement
  const { last } = await tx
    .selectFrom('outbox')
    .select((expression) => expression.fn.max('seq').as('last'))
    .where('learner', '=', learner)
    .executeTakeFirstOrThrow()
  let seq = last ?? 0
  return (row: Put) =>
    tx
      .insertInto('outbox')
      .values({
        ...row,
        learner,
        outbox_id: crypto.randomUUID(),
        seq: (seq += 1),
        settlement_id,
        run_id,
        created_at: at,
        next_at: at,
      })
      .execute()
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
  options: FreezeOptions,
  { settlement, run, found }: Freezing,
): Promise<{ events: (TimeSpentEvent | ActivityEvent)[]; completion?: Completion }> {
  const { context } = found
  const rows = await tx
    .selectFrom('told')
    .selectAll()
    .where('learner', '=', settlement.learner)
    .where('run_id', '=', settlement.run_id)
    .orderBy('from_at')
    .execute()
  const own = rows.filter((row) => row.settlement_id === settlement.settlement_id)
  const terms = toTerms(options.counting, run.activity)
  const left = run.legs
    .flatMap((leg) => toPlaced(leg, terms))
    .filter(({ reason, metric }) => metric === undefined && reason === REASONS.left)
  const windows = toWindows(own.map(toTold), terms, left)
  const result = toResult(run)
  if (settlement.completes === 0 || !result)
    return { events: windows.map((window) => toTime(context, window, window.to)) }
  const completedAt = toCompletedAt(run)
  const times = windows.map((window, index) =>
    // The last of the time and the completion are told as of one instant, as the official SDK does.
    toTime(context, window, index === windows.length - 1 ? completedAt : window.to),
  )
  const activeMs = rows.map(toTold).filter(isActive).reduce(addMs, run.row.pruned_active_ms)
  const attempt = await takeAttempt(tx, settlement, found)
  const { isPowerPath, resourceXp, pctComplete } = found
  const facts = { activity: run.activity, result, attempt, activeMs, resourceXp }
  const xp = isPowerPath ? 0 : toXp(options, facts)
  const eventId = crypto.randomUUID()
  const completion = { eventId, completedAt, attempt, result, xp, pctComplete }
  return { events: [...times, toCompletionEvent(options, found, completion)], completion }
}

/** The next attempt of the learner at this activity, after all that we or the gradebook know of. */
async function takeAttempt(
  tx: Transaction<Tables>,
  { learner, run_id: runId }: SettlementRow,
  { context, lastAttempt }: Found,
): Promise<number> {
  const { sensor, activity, subject, grade, courseCode } = context
  const objectId = toObjectId(sensor, { id: activity.id, subject, grade, courseCode })
  const { last } = await tx
    .selectFrom('attempts')
    .select((expression) => expression.fn.max('attempt').as('last'))
    .where('learner', '=', learner)
    .where('object_id', '=', objectId)
    .executeTakeFirstOrThrow()
  const attempt = Math.max(last ?? 0, lastAttempt) + 1
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

/**
 * When the learner finished, on the relay's clock and within the sittings of the run's slices: a page can't date it
 * elsewhere. When we heard of it, if that is all we know.
 */
function toCompletedAt({ row, end, recorded, legs }: KnownRun): number {
  if (!end && recorded) return recorded.at
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

function toCompletionEvent(
  { gradebook: { mode, xpIn } }: FreezeOptions,
  { context, isPowerPath }: Found,
  { eventId, completedAt, attempt, result, xp, pctComplete }: Completion,
) {
  const { totalQuestions, correctQuestions, masteredUnits } = result
  return toActivityEvent({
    id: eventId,
    generatedId: crypto.randomUUID(),
    eventTime: completedAt,
    context,
    // Two writers would give the XP twice.
    process: mode === 'platform' && !isPowerPath,
    attempt,
    metrics: {
      xpEarned: mode === 'direct' && xpIn === 'result' ? 0 : xp,
      ...(totalQuestions !== undefined && { totalQuestions }),
      ...(correctQuestions !== undefined && { correctQuestions }),
      ...(masteredUnits !== undefined && { masteredUnits }),
    },
    ...(pctComplete !== undefined && { pctCompleteApp: pctComplete }),
  })
}
