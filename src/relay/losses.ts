/**
 * What browsers say has gone for good, as they said it: nobody can know of which run it was. Each says the sum since it
 * first lost something, so that to hear it twice changes nothing.
 */
import type { Flush } from '../contract/flush.ts'
import type { Database } from './storage.ts'

/** So many entries of which at least a part is gone, and at most so many ms; said at an instant of the relay's clock. */
export interface Loss {
  at: number
  rows: number
  ms: number
}

/** Who works in a browser when it says so is who it is said of. */
export async function keepLoss(
  db: Database,
  learner: string,
  { rows, ms }: NonNullable<Flush['lost']>,
  at: number,
): Promise<void> {
  await db
    .insertInto('losses')
    .values({ learner, said_at: at, lost_rows: rows, lost_ms: ms })
    // The same of the same moment.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What was said of a learner's browsers in `[from, to)`. */
export async function readLosses(
  db: Database,
  learner: string,
  { from, to }: { from: number; to: number },
): Promise<Loss[]> {
  return db
    .selectFrom('losses')
    .select(['said_at as at', 'lost_rows as rows', 'lost_ms as ms'])
    .where('learner', '=', learner)
    .where('said_at', '>=', from)
    .where('said_at', '<', to)
    .orderBy('said_at')
    .execute()
}

export async function pruneLosses(db: Database, until: number): Promise<void> {
  await db.deleteFrom('losses').where('said_at', '<=', until).execute()
}
