/** Who is working: the host says so, from its own session or by a ticket. Without a learner there is no grant. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { toProblem } from '../contract/problem.ts'
import { roleSchema, ticketLearnerSchema } from '../contract/ticket.ts'
import { RelayError } from './failure.ts'
import type { Recipient } from './grants.ts'
import type { Roster } from './roster.ts'
import type { Database, Tables } from './storage.ts'

const learnerSchema = ticketLearnerSchema.extend({ role: roleSchema })
const learnerWithIdSchema = learnerSchema.required({ sourcedId: true })

/**
 * The OneRoster user: `sourcedId`, the e-mail by which Timeback finds them, and their role. A learner who needs more
 * time to read or to move gets a longer `idleAfterMs` than the policy's; it is told to their own page and kept nowhere.
 * Without `sourcedId` they are looked up by their e-mail.
 */
export type Learner = z.infer<typeof learnerSchema>

export type ResolvedLearner = z.infer<typeof learnerWithIdSchema>

/** Reads the host's own cookie or header; null when nobody is signed in. Like `getEmail` of the official SDK. */
export type Identify = (request: Request) => Learner | null | Promise<Learner | null>

/** Finds the OneRoster `sourcedId` of the one user with an e-mail. */
export type FindLearner = Roster['findLearner']

/** Asks the host, and keeps what Timeback will have to be told. Null when nobody is signed in. Throws `learner_invalid`. */
export async function identifyLearner(
  db: Database,
  identify: Identify,
  request: Request,
  findLearner?: FindLearner,
): Promise<Recipient | null> {
  const given = await identify(request)
  if (!given) return null
  const read = (findLearner ? learnerSchema : learnerWithIdSchema).safeParse(given)
  if (read.success) return rememberLearner(db, read.data, findLearner)
  const { path, message } = toProblem(read.error, given)
  throw new RelayError(
    500,
    'learner_invalid',
    `identify() gave no usable learner: ${message}`,
    path,
  )
}

/** Keeps what Timeback will have to be told of a learner. Throws if they have to be looked up and can't be found. */
export async function rememberLearner(
  db: Database,
  learner: Learner,
  findLearner?: FindLearner,
): Promise<Recipient> {
  return keepLearner(db, await resolveLearner(db, learner, findLearner))
}

/** Who is meant. Throws if they have to be looked up and can't be found. */
export async function resolveLearner(
  db: Database,
  learner: Learner,
  findLearner?: FindLearner,
): Promise<ResolvedLearner> {
  return {
    ...learner,
    sourcedId: learner.sourcedId ?? (await lookUp(db, learner.email, findLearner)),
  }
}

/** What is said of a learner now takes the place of what was said before. */
export async function keepLearner(
  db: Kysely<Tables>,
  { sourcedId, email, role, accommodations }: ResolvedLearner,
): Promise<Recipient> {
  await db
    .insertInto('learners')
    .values({ learner: sourcedId, email, role })
    .onConflict((conflict) => conflict.column('learner').doUpdateSet({ email, role }))
    .execute()
  return { sourcedId, preview: role !== 'student', accommodations }
}

async function lookUp(
  db: Database,
  email: string,
  findLearner: FindLearner | undefined,
): Promise<string> {
  if (!findLearner) {
    const what = 'This relay looks nobody up: give the OneRoster sourcedId'
    throw new RelayError(400, 'invalid_request', what, 'learner.sourcedId')
  }
  const found = await findLearner(email)
  if (found.known) return found.value
  if (found.code === 'timeback_unreachable' || found.code === 'timeback_refused') {
    const met = await findMet(db, email)
    if (met !== undefined) return met
    throw new RelayError(503, found.code, 'Timeback can not say now who this is; try again')
  }
  if (found.code === 'learner_ambiguous') {
    const what = 'Timeback has two users with this e-mail: have one changed, or give the sourcedId'
    throw new RelayError(403, 'learner_ambiguous', what, 'learner.email')
  }
  const what = 'Timeback has no user with this e-mail: have them made, or give the sourcedId'
  throw new RelayError(403, 'learner_unknown', what, 'learner.email')
}

/**
 * Whoever has been here is known while Timeback is away. Not before it is asked: an address may be somebody else's by now.
 */
async function findMet(db: Database, email: string): Promise<string | undefined> {
  const met = await db.selectFrom('learners').select('learner').where('email', '=', email).execute()
  return met.length === 1 ? met[0]!.learner : undefined
}
