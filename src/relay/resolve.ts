/** Who is meant by an e-mail alone: whom we have met before, else whom Timeback has. */
import { RelayError } from './failure.ts'
import type { ResolveLearner } from './identify.ts'
import type { Roster, UnknownCode } from './roster.ts'
import type { Database } from './storage.ts'

/**
 * Whoever has been here is known while Timeback is away. Throws `learner_ambiguous`, `timeback_unreachable` (503: ask
 * again) or `timeback_refused`.
 */
export function createResolve(db: Database, roster: Roster): ResolveLearner {
  return async (email) => {
    const met = await db
      .selectFrom('learners')
      .select('learner')
      .where('email', '=', email)
      .execute()
    if (met.length === 1) return met[0]!.learner
    const found = await roster.findLearner(email)
    if (found.known) return found.value
    if (found.code === 'learner_unknown') return undefined
    throw toFailure(found.code)
  }
}

function toFailure(code: UnknownCode): RelayError {
  if (code === 'learner_ambiguous') {
    return new RelayError(
      403,
      'learner_ambiguous',
      'Timeback has two users with this e-mail: have one of them changed, or give the sourcedId',
      'email',
    )
  }
  if (code === 'timeback_refused') {
    return new RelayError(
      500,
      'timeback_refused',
      'Timeback does not let this relay look up users: give the sourcedId',
      'sourcedId',
    )
  }
  return new RelayError(
    503,
    'timeback_unreachable',
    'Timeback does not answer, and the learner has not been here before: try again',
  )
}
