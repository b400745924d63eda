/** Who is working: the host says so, from its own session or by a ticket. Without a learner there is no grant. */
import { z } from 'zod'
import { toProblem } from '../contract/problem.ts'
import { roleSchema, ticketLearnerSchema } from '../contract/ticket.ts'
import { RelayError } from './failure.ts'
import type { Recipient } from './grants.ts'
import type { Database } from './storage.ts'

const learnerSchema = ticketLearnerSchema.extend({ role: roleSchema })
const learnerWithIdSchema = learnerSchema.required({ sourcedId: true })

/**
 * The OneRoster user: `sourcedId`, the e-mail by which Timeback finds them, and their role. A learner who needs more
 * time to read or to move gets a longer `idleAfterMs` than the policy's; it is told to their own page and kept nowhere.
 * Without `sourcedId` they are looked up by their e-mail.
 */
export type Learner = z.infer<typeof learnerSchema>

/** Reads the host's own cookie or header; null when nobody is signed in. Like `getEmail` of the official SDK. */
export type Identify = (request: Request) => Learner | null | Promise<Learner | null>

/** Finds the OneRoster `sourcedId` of the one user with this e-mail; nothing if there is none, or more than one. */
export type ResolveLearner = (email: string) => Promise<string | undefined>

/** Asks the host, and keeps what Timeback will have to be told. Null when nobody is signed in. Throws `learner_invalid`. */
export async function identifyLearner(
  db: Database,
  identify: Identify,
  request: Request,
  resolve?: ResolveLearner,
): Promise<Recipient | null> {
  const given = await identify(request)
  if (!given) return null
  const read = (resolve ? learnerSchema : learnerWithIdSchema).safeParse(given)
  if (read.success) return rememberLearner(db, read.data, resolve)
  const { path, message } = toProblem(read.error, given)
  throw new RelayError(
    500,
    'learner_invalid',
    `identify() gave no usable learner: ${message}`,
    path,
  )
}

/** Keeps what Timeback will have to be told of a learner. Throws `learner_invalid`, or `learner_unknown` after a look-up. */
export async function rememberLearner(
  db: Database,
  { sourcedId, email, role, accommodations }: Learner,
  resolve?: ResolveLearner,
): Promise<Recipient> {
  const learner = sourcedId ?? (await lookUp(email, resolve))
  await db
    .insertInto('learners')
    .values({ learner, email, role })
    .onConflict((conflict) => conflict.column('learner').doUpdateSet({ email, role }))
    .execute()
  return { sourcedId: learner, preview: role !== 'student', accommodations }
}

async function lookUp(email: string, resolve: ResolveLearner | undefined): Promise<string> {
  if (!resolve) {
    throw new RelayError(
      400,
      'learner_invalid',
      'The learner has no sourcedId, and this relay looks nobody up: give the OneRoster sourcedId',
      'sourcedId',
    )
  }
  const found = await resolve(email)
  if (found !== undefined) return found
  throw new RelayError(
    403,
    'learner_unknown',
    'OneRoster has not exactly one user with this e-mail: enrol the learner, or give the sourcedId',
    'email',
  )
}
