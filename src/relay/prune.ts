/**
 * Pruning: of a run that has long been told, all but its own row is deleted: slices, legs, told stretches, settlements
 * and what went out.
 *
 * Invariant: what is pruned is never told again. Of the run's entries, its row stays, with its `end`, the host's result
 * and that it is completed; so does `attempts`. A late copy of its slices finds none to be compared with and is stored,
 * and yet counts nothing: every grant that covers an instant ends long before that instant is pruned, and `reserve`
 * takes none that is older. Only what can no longer be told is pruned: nothing is due, reserved, on its way or parked.
 */
import type { Kysely, Transaction } from 'kysely'
import { breathe } from './breathe.ts'
import { pruneLosses } from './losses.ts'
import type { Database, RunRow, Tables } from './storage.ts'
import { pruneTickets } from './tickets.ts'

export interface PruneOptions {
  /** What came less than so long ago is kept. */
  keepMs: number
  /** Whether what is left is for the next start. */
  isStopping: () => boolean
}

/** So much a round, each in a transaction of its own: what is left is for the next. */
const RUNS_A_ROUND = 20
const ROWS_A_ROUND = 1_000

/** What can't be pruned yet is looked at again in a day. */
const AGAIN_MS = 24 * 3_600_000

/** Prunes some of what came longest ago. */
export async function prune(
  db: Database,
  { keepMs, isStopping }: PruneOptions,
  at: number,
): Promise<void> {
  await pruneLosses(db, at - keepMs)
  await pruneTickets(db, at)
  const runs = await db
    .selectFrom('runs')
    .select(['learner', 'run_id'])
    .where('prune_from', '<=', at - keepMs)
    .orderBy('prune_from')
    .limit(RUNS_A_ROUND)
    .execute()
  let left = ROWS_A_ROUND
  for (const { learner, run_id: runId } of runs) {
    if (left <= 0 || isStopping()) return
    const run = { learner, runId, until: at - keepMs, atMost: left }
    left -= await db.transaction().execute((tx) => pruneRun(tx, run))
    await breathe()
  }
}

interface Pruned {
  learner: string
  runId: string
  /** What came later is kept. */
  until: number
  atMost: number
}

/** Returns how many rows it has deleted; where that is as many as it may, there are more. */
async function pruneRun(tx: Transaction<Tables>, { atMost, until, ...run }: Pruned) {
  const { learner, runId } = run
  const row = await tx
    .selectFrom('runs')
    .select(['last_at', 'due_at'])
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow()
  if (row.last_at > until) {
    await setPruneFrom(tx, learner, runId, row.last_at)
    return 1
  }
  if (row.due_at !== null || (await isBeingTold(tx, learner, runId))) {
    await setPruneFrom(tx, learner, runId, until + AGAIN_MS)
    return 1
  }
  let left = atMost
  left -= await deleteSlices(tx, learner, runId, left)
  left -= await deleteTold(tx, learner, runId, left)
  if (left <= 0) return atMost
  for (const table of ['legs', 'settlements', 'outbox'] as const) {
    await tx.deleteFrom(table).where('learner', '=', learner).where('run_id', '=', runId).execute()
  }
  await setPruneFrom(tx, learner, runId, null)
  return atMost - left + 1
}

/** Whether some of it waits to be told, is on its way, or is parked for a person to see. */
async function isBeingTold(tx: Transaction<Tables>, learner: string, runId: string) {
  const reserved = await tx
    .selectFrom('settlements')
    .select('state')
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .where('state', '=', 'reserved')
    .executeTakeFirst()
  if (reserved) return true
  const open = await tx
    .selectFrom('outbox')
    .select('state')
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .where('state', 'in', ['waiting', 'unclear', 'parked'])
    .executeTakeFirst()
  return open !== undefined
}

async function deleteSlices(
  tx: Transaction<Tables>,
  learner: string,
  runId: string,
  atMost: number,
): Promise<number> {
  const deleted = await tx
    .deleteFrom('slices')
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('leg_id', 'n'),
        'in',
        selectFrom('slices')
          .select(['leg_id', 'n'])
          .where('learner', '=', learner)
          .where('run_id', '=', runId)
          .limit(atMost)
          .$asTuple('leg_id', 'n'),
      ),
    )
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

/** The run may still be completed one day, and its XP are by all its active time. */
async function deleteTold(
  tx: Transaction<Tables>,
  learner: string,
  runId: string,
  atMost: number,
): Promise<number> {
  const deleted = await tx
    .deleteFrom('told')
    .where('learner', '=', learner)
    .where('from_at', 'in', ({ selectFrom }) =>
      selectFrom('told')
        .select('from_at')
        .where('learner', '=', learner)
        .where('run_id', '=', runId)
        .limit(atMost),
    )
    .returning(['metric', 'from_at', 'to_at'])
    .execute()
  const activeMs = deleted
    .filter(({ metric }) => metric === 'active')
    .reduce((sum, { from_at: from, to_at: to }) => sum + to - from, 0)
  await tx
    .updateTable('runs')
    .set(({ eb }) => ({ pruned_active_ms: eb('pruned_active_ms', '+', activeMs) }))
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .execute()
  return deleted.length
}

/** Since when nothing has come, as far as pruning knows; null once there is nothing to prune. */
export async function setPruneFrom(
  tx: Kysely<Tables>,
  learner: string,
  runId: string,
  from: RunRow['prune_from'],
): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ prune_from: from })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .execute()
}
