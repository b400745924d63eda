/** Who is meant by an e-mail alone: whom we have met before, else whom Timeback has. */
import type { FindLearner } from './identify.ts'
import type { Database } from './storage.ts'

/** Whoever has been here is known while Timeback is away; settling asks it again, and waits if it knows better. */
export function createFindMet(db: Database, find: FindLearner): FindLearner {
  return async (email) => {
    const met = await db
      .selectFrom('learners')
      .select('learner')
      .where('email', '=', email)
      .execute()
    return met.length === 1 ? { known: true, value: met[0]!.learner } : find(email)
  }
}
