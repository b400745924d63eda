/** Who is working: the host says so, from its own session. Without a learner there is no grant. */
import { z } from 'zod'
import { toProblem } from '../contract/problem.ts'
import { RelayError } from './failure.ts'
import type { Recipient } from './grants.ts'
import { thresholdSchema } from './options.ts'
import type { Database } from './storage.ts'

const learnerSchema = z.object({
  sourcedId: z.string().min(1).max(200),
  email: z.email(),
  role: z.enum(['student', 'teacher', 'admin', 'guide']),
  /** May be `undefined`: a learner of whom nothing is said. */
  accommodations: z.strictObject({ idleAfterMs: thresholdSchema.optional() }).optional(),
})

/**
 * The OneRoster user: `sourcedId`, the e-mail by which Timeback finds them, and their role. A learner who needs more
 * time to read or to move gets a longer `idleAfterMs` than the policy's; it is told to their own page and kept nowhere.
 */
export type Learner = z.infer<typeof learnerSchema>

/** Reads the host's own cookie or header; null when nobody is signed in. Like `getEmail` of the official SDK. */
export type Identify = (request: Request) => Learner | null | Promise<Learner | null>

/** Asks the host, and keeps what Timeback will have to be told. Throws `not_signed_in` or `learner_invalid`. */
export async function rememberLearner(
  db: Database,
  identify: Identify,
  request: Request,
): Promise<Recipient> {
  const given = await identify(request)
  if (!given) throw new RelayError(401, 'not_signed_in', 'Nobody is signed in')
  const read = learnerSchema.safeParse(given)
  if (!read.success) {
    const { path, message } = toProblem(read.error, given)
    throw new RelayError(
      500,
      'learner_invalid',
      `identify() gave no usable learner: ${message}`,
      path,
    )
  }
  const { sourcedId, email, role, accommodations } = read.data
  await db
    .insertInto('learners')
    .values({ learner: sourcedId, email, role })
    .onConflict((conflict) => conflict.column('learner').doUpdateSet({ email, role }))
    .execute()
  return { sourcedId, preview: role !== 'student', accommodations }
}
