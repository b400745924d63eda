/**
 * Settling: telling Timeback what is known of a run and not yet told. Three steps, each safe to die after: reserve
 * (a transaction), look up who and what it was (no transaction, tried again), freeze the bytes and ids of the
 * envelope in the outbox (a transaction).
 */
import { breathe } from './breathe.ts'
import { freeze, type FreezeOptions } from './freeze.ts'
import { readRun, setDue, type Patience } from './ledger.ts'
import { lookUp, type Held, type LookUpOptions } from './look-up.ts'
import { claimAnew, reserve } from './reserve.ts'
import type { Database, SettlementRow } from './storage.ts'

export interface SettleOptions extends FreezeOptions, LookUpOptions {
  results: Patience['results']
  /** How many requests may go to Timeback now: none while it is known not to answer. */
  slots: () => number
  keepMs: number
  /** Until when a run that lacks something is not completed, as this relay has just begun. */
  gapsUntil: number
  /** Something is ready to be sent. */
  onFrozen: () => void
  /** Whether what is left is for the next start. */
  isStopping: () => boolean
}

const HELD_MS = 60_000

/** So much a round: what is left is due in the next. */
const MOST_A_ROUND = 200

/** A learner may have several settlements that wait. */
const MOST_LOOKED_THROUGH = 5 * MOST_A_ROUND

/** So many learners are looked up beside one another, so that a slow answer for one holds up few others. */
const LOOKED_UP_AT_ONCE = 5

/** Settles all that is due at `at`. What goes wrong with one run is logged and put off: it stops no other. */
export async function settle(db: Database, options: SettleOptions, at: number): Promise<void> {
  const due = await db
    .selectFrom('runs')
    .select(['learner', 'run_id'])
    .where('due_at', '<=', at)
    .orderBy('due_at')
    .limit(MOST_A_ROUND)
    .execute()
  for (const { learner, run_id: runId } of due) {
    await breathe()
    if (options.isStopping()) return
    await reserveOrPutOff(db, options, learner, runId, at)
  }
  await settleReserved(db, options, at)
}

/** Those who have waited longest come first. Once Timeback gives no answer, the rest waits for the next round. */
async function settleReserved(db: Database, options: SettleOptions, at: number): Promise<void> {
  const due = await db
    .selectFrom('settlements')
    .select('learner')
    .where('state', '=', 'reserved')
    .where('next_at', '<=', at)
    .orderBy('next_at')
    .limit(MOST_LOOKED_THROUGH)
    .execute()
  const learners = [...new Set(due.map(({ learner }) => learner))].slice(0, MOST_A_ROUND).values()
  let isAnswering = true
  const settleSome = async () => {
    for (const learner of learners) {
      if (!isAnswering || options.isStopping()) return
      if (!(await settleLearner(db, options, learner, at))) isAnswering = false
    }
  }
  const lanes = Math.min(LOOKED_UP_AT_ONCE, options.slots())
  await Promise.all(Array.from({ length: lanes }, settleSome))
}

/** All that is reserved of a learner, as they worked: the numbers of their attempts go by it. Says if Timeback answers. */
async function settleLearner(
  db: Database,
  options: SettleOptions,
  learner: string,
  at: number,
): Promise<boolean> {
  const unanswered = new Set<string | null>()
  for (const { activity, ...settlement } of await readReserved(db, learner)) {
    await breathe()
    // A later go at an activity must not overtake an earlier one; what else the learner did need not wait for it.
    const held = unanswered.has(activity)
      ? 'timeback_unreachable'
      : await lookUpOrFail(db, options, settlement, at)
    if (!held) continue
    if (held === 'timeback_unreachable') unanswered.add(activity)
    await hold(db, options, settlement, held, at)
  }
  return unanswered.size === 0
}

type Reserved = SettlementRow & { activity: string | null }

async function readReserved(db: Database, learner: string): Promise<Reserved[]> {
  const rows = await db
    .selectFrom('settlements')
    .innerJoin('runs', (join) =>
      join
        .onRef('runs.learner', '=', 'settlements.learner')
        .onRef('runs.run_id', '=', 'settlements.run_id'),
    )
    .selectAll('settlements')
    .select('runs.activity')
    .where('settlements.learner', '=', learner)
    .where('state', '=', 'reserved')
    .orderBy('settlements.created_at')
    .execute()
  if (rows.length < 2) return rows
  const ids = rows.map((row) => row.settlement_id)
  const told = await db
    .selectFrom('told')
    .select(['settlement_id', ({ fn }) => fn.min('from_at').as('since')])
    .where('learner', '=', learner)
    .where('settlement_id', 'in', ids)
    .groupBy('settlement_id')
    .execute()
  const since = new Map(told.map((row) => [row.settlement_id, Number(row.since)]))
  // Runs that came in one flush were reserved in one moment.
  const toSince = (row: SettlementRow) => since.get(row.settlement_id) ?? row.created_at
  return rows.toSorted((a, b) => a.created_at - b.created_at || toSince(a) - toSince(b))
}

async function reserveOrPutOff(
  db: Database,
  { counting, results, keepMs, gapsUntil, log }: SettleOptions,
  learner: string,
  runId: string,
  at: number,
) {
  try {
    const run = { learner, runId, counting, results, keepMs, gapsUntil, at }
    await db.transaction().execute((tx) => reserve(tx, run))
  } catch (error) {
    log.error({ err: error, learner, run: runId }, 'a run could not be settled')
    await setDue(db, learner, runId, at + HELD_MS)
  }
}

async function hold(
  db: Database,
  { log }: SettleOptions,
  { learner, settlement_id: settlementId, run_id: run, held: before }: SettlementRow,
  held: Held,
  at: number,
) {
  if (held !== before) log.warn({ learner, run, held }, 'a run waits to be told')
  await db
    .updateTable('settlements')
    .set({ held, next_at: at + HELD_MS })
    .where('learner', '=', learner)
    .where('settlement_id', '=', settlementId)
    .where('state', '=', 'reserved')
    .execute()
}

async function lookUpOrFail(
  db: Database,
  options: SettleOptions,
  settlement: SettlementRow,
  at: number,
): Promise<Held | undefined> {
  try {
    return await lookUpAndFreeze(db, options, settlement, at)
  } catch (error) {
    const about = { err: error, learner: settlement.learner, run: settlement.run_id }
    options.log.error(about, 'a run could not be put into words')
    return 'failed'
  }
}

/** Says why it can't be done yet, if it can't. */
async function lookUpAndFreeze(
  db: Database,
  options: SettleOptions,
  settlement: SettlementRow,
  at: number,
): Promise<Held | undefined> {
  const { ifNotEnrolled, timeback, log } = options
  const { learner, run_id: runId } = settlement
  const run = await readRun(db, learner, runId)
  if (!run?.activity) return 'activity_unknown'
  const worked = { ...run, activity: run.activity }
  const mayDrop = ifNotEnrolled === 'preview' || ifNotEnrolled === 'refuse'
  const ask = () => lookUp(db, options, worked, { completes: settlement.completes === 1, at })
  let found = await ask()
  if (mayDrop && isNotEnrolled(found)) {
    // Enrolments are remembered for minutes, and what is dropped never comes back.
    timeback?.roster.forget(learner)
    found = await ask()
  }
  if (found.known) {
    await freeze(db, options, { settlement, run: worked, found: found.value, at })
    options.onFrozen()
    return undefined
  }
  if (!mayDrop || !isNotEnrolled(found)) return found.code
  await becomePreview(db, settlement, at)
  log.info({ learner, run: runId }, 'not enrolled: a preview')
  return undefined
}

const isNotEnrolled = (found: { known: boolean; code?: Held }) =>
  !found.known && found.code === 'not_enrolled'

/** The learner is not enrolled, and the operator wants nothing told then: the instants are free for other runs again. */
async function becomePreview(
  db: Database,
  { learner, run_id, settlement_id }: SettlementRow,
  at: number,
) {
  await db.transaction().execute(async (tx) => {
    const dropped = await tx
      .updateTable('settlements')
      .set({ state: 'dropped', held: 'not_enrolled' })
      .where('learner', '=', learner)
      .where('settlement_id', '=', settlement_id)
      // Another relay on the same storage may know better, and have told it.
      .where('state', '=', 'reserved')
      .executeTakeFirst()
    if (dropped.numUpdatedRows === 0n) return
    const freed = await tx
      .deleteFrom('told')
      .where('learner', '=', learner)
      .where('settlement_id', '=', settlement_id)
      .returning('from_at')
      .execute()
    await tx
      .updateTable('runs')
      .set({ preview: 1, due_at: null })
      .where('learner', '=', learner)
      .where('run_id', '=', run_id)
      .execute()
    const since = freed.reduce((earliest, { from_at: from }) => Math.min(earliest, from), Infinity)
    if (freed.length > 0) await claimAnew(tx, { learner, since, at })
  })
}
