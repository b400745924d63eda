/**
 * Settling: telling Timeback what is known of a run and not yet told. Three steps, each safe to die after: reserve
 * (a transaction), look up who and what it was (no transaction, tried again), freeze the bytes and ids of the
 * envelope in the outbox (a transaction).
 */
import { freeze, type FreezeOptions } from './freeze.ts'
import { readRun, type Patience } from './ledger.ts'
import { lookUp, type Held, type LookUpOptions } from './look-up.ts'
import { reserve } from './reserve.ts'
import type { Database, SettlementRow } from './storage.ts'

export interface SettleOptions extends FreezeOptions, LookUpOptions {
  gradebook: FreezeOptions['gradebook']
  results: Patience['results']
}

const HELD_MS = 60_000

/** So much a round: what is left is due in the next. */
const MOST_A_ROUND = 200

/**
 * Lets requests in between two runs. An embedded database answers within the turn that asked it, so a long round
 * would otherwise be one turn, and no receipt could be given until it is over.
 */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve))

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
    await reserveOrPutOff(db, options, learner, runId, at)
  }
  const reserved = await db
    .selectFrom('settlements')
    .selectAll()
    .where('state', '=', 'reserved')
    .where('next_at', '<=', at)
    .orderBy('created_at')
    .limit(MOST_A_ROUND)
    .execute()
  for (const settlement of reserved) {
    await breathe()
    const held = await lookUpAndFreeze(db, options, settlement, at).catch((error: unknown) => {
      const about = { err: error, learner: settlement.learner, run: settlement.run_id }
      options.log.error(about, 'a run could not be put into words')
      return 'failed' as const
    })
    if (held) await hold(db, options, settlement, held, at)
  }
}

async function reserveOrPutOff(
  db: Database,
  { counting, results, log }: SettleOptions,
  learner: string,
  runId: string,
  at: number,
) {
  try {
    await db.transaction().execute((tx) => reserve(tx, { learner, runId, counting, results, at }))
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

/** Says why it can't be done yet, if it can't. */
async function lookUpAndFreeze(
  db: Database,
  options: SettleOptions,
  settlement: SettlementRow,
  at: number,
): Promise<Held | undefined> {
  const run = await readRun(db, settlement.learner, settlement.run_id)
  if (!run?.activity) return 'activity_unknown'
  const worked = { ...run, activity: run.activity }
  const found = await lookUp(db, options, worked, settlement.completes === 1)
  if (found.known) {
    await freeze(db, options, { settlement, run: worked, found: found.value, at })
    return undefined
  }
  const isOver = found.code === 'not_enrolled' && options.ifNotEnrolled !== 'hold'
  if (!isOver) return found.code
  await becomePreview(db, settlement)
  options.log.info(
    { learner: settlement.learner, run: settlement.run_id },
    'not enrolled: a preview',
  )
  return undefined
}

/** The learner is not enrolled, and the operator wants nothing told then: the instants are free for other runs again. */
async function becomePreview(db: Database, { learner, run_id, settlement_id }: SettlementRow) {
  await db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('told')
      .where('learner', '=', learner)
      .where('settlement_id', '=', settlement_id)
      .execute()
    await tx
      .updateTable('settlements')
      .set({ state: 'dropped', held: 'not_enrolled' })
      .where('learner', '=', learner)
      .where('settlement_id', '=', settlement_id)
      .execute()
    await tx
      .updateTable('runs')
      .set({ preview: 1, due_at: null })
      .where('learner', '=', learner)
      .where('run_id', '=', run_id)
      .execute()
  })
}
