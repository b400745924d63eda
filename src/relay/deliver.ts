/**
 * Delivering: the relay's outbox to Timeback. One lane per learner and kind, oldest first: the gradebook can't hold up
 * the events, nor they the gradebook. Readbacks change nothing and wait for others, so they wait for none of their own;
 * nor does a result wait for a row that misses something.
 *
 * Invariant: a body whose fate is known goes out once. A row is leased before it is sent; a lease that is still
 * there when its time is over means that the sender died, and then, as after any unclear outcome, Timeback is asked
 * whether it has the event before the same bytes go out again (reads lag behind sends, so it is asked several times).
 * Only who holds the lease says what came of it: a sender that comes back too late changes nothing.
 */
import type { CaliperClient, SendOutcome } from '../timeback/caliper-client.ts'
import type { OneRosterClient } from '../timeback/oneroster.ts'
import { toBackoffMs } from '../core/backoff.ts'
import { readBack, writeGradebook, type WriteOutcome } from './deliver-gradebook.ts'
import type { Log } from './log.ts'
import { isSplittable, splitRow } from './split.ts'
import type { Database, OutboxChanges, OutboxHead } from './storage.ts'

export interface DeliverOptions {
  caliper: CaliperClient
  oneRoster: OneRosterClient
  /** How many requests may go to a service now: none while it is known not to answer. */
  slots: (service: 'caliper' | 'api') => number
  /** Timeback has something new of a learner. */
  onDelivered: (learner: string) => void
  log: Log
  /** The rows that are being sent, for who has to end before they are through. */
  sending: Set<OutboxHead>
  now: () => number
  random: () => number
}

/** Longer than a sender may take: a token (10 s) and a send (30 s), and after a 401 both again. */
const LEASE_MS = 120_000

/** When Timeback is asked for an event whose fate is unclear: after these waits, one after the other. */
const LAST_WAIT_MS = 120_000
const CHECK_AFTER_MS = [5_000, 15_000, 30_000, 60_000, LAST_WAIT_MS]

/** So often it is asked at most while it gives no answer at all: over half an hour, an outage is mostly over by then. */
const MOST_CHECKS = 20

/**
 * About ten parallel calls were the safe ceiling that an integrator observed at Timeback. Caliper has a host of its own;
 * the others share one, also with what settling looks up.
 */
const SENT_AT_ONCE = { caliper: 10, gradebook: 3, readback: 2 }

/** What is not settled yet, and holds up what is behind it. */
const OPEN = ['waiting', 'unclear'] as const
const KINDS = ['caliper', 'gradebook', 'readback'] as const

/** Of which kinds something may be due: in most rounds of none. */
export async function readDueKinds(db: Database, at: number): Promise<OutboxHead['kind'][]> {
  const isDue = await db
    .selectNoFrom(({ exists, selectFrom }) =>
      KINDS.map((kind) =>
        exists(
          selectFrom('outbox')
            .select('kind')
            .where('kind', '=', kind)
            .where('state', 'in', OPEN)
            .where('next_at', '<=', at),
        ).as(kind),
      ),
    )
    .executeTakeFirstOrThrow()
  return KINDS.filter((kind) => isDue[kind])
}

/** Sends some of what is due of a kind. Returns how many rows it has dealt with. */
export async function deliverDue(
  db: Database,
  options: DeliverOptions,
  kind: OutboxHead['kind'],
): Promise<number> {
  // A row that could not go out is not taken at all: it would only come to wait longer.
  const slots = options.slots(kind === 'caliper' ? 'caliper' : 'api')
  if (slots === 0) return 0
  const rows = await readDue(db, kind, options.now(), Math.min(slots, SENT_AT_ONCE[kind]))
  await Promise.all(rows.map((row) => deliverOne(db, options, row)))
  return rows.length
}

/**
 * The first row of each lane, if it is due: a later one never overtakes it. Parked rows hold up nobody, nor do results
 * that miss something: each has an id of its own, so that their order does not matter.
 */
async function readDue(
  db: Database,
  kind: OutboxHead['kind'],
  at: number,
  limit: number,
): Promise<OutboxHead[]> {
  // One state at a time: an index has the rows of each in their order, and not those of both.
  const due = await Promise.all(OPEN.map((state) => readDueIn(db, kind, state, at, limit)))
  return due
    .flat()
    .toSorted((a, b) => a.next_at - b.next_at)
    .slice(0, limit)
}

function readDueIn(
  db: Database,
  kind: OutboxHead['kind'],
  state: (typeof OPEN)[number],
  at: number,
  limit: number,
): Promise<OutboxHead[]> {
  return db
    .selectFrom('outbox as row')
    .select([
      'row.learner',
      'outbox_id',
      'seq',
      'settlement_id',
      'run_id',
      'row.kind',
      'event_ids',
      'state',
      'created_at',
      'tries',
      'checks',
      'next_at',
      'lease_until',
      'answer',
      'maybe_twice',
    ])
    .where('row.kind', '=', kind)
    .where('state', '=', state)
    .where('next_at', '<=', at)
    .where((is) => is.or([is('lease_until', 'is', null), is('lease_until', '<=', at)]))
    .where(({ eb, or, not, exists, selectFrom }) =>
      or([
        eb('row.kind', '=', 'readback'),
        not(
          exists(
            selectFrom('outbox as earlier')
              .select('earlier.outbox_id')
              .whereRef('earlier.learner', '=', 'row.learner')
              .whereRef('earlier.kind', '=', 'row.kind')
              .where('earlier.state', 'in', OPEN)
              .whereRef('earlier.seq', '<', 'row.seq')
              .where((is) =>
                is.or([is('earlier.kind', '=', 'caliper'), is('earlier.checks', '=', 0)]),
              ),
          ),
        ),
      ]),
    )
    .orderBy('next_at')
    .limit(limit)
    .execute()
}

async function deliverOne(db: Database, options: DeliverOptions, due: OutboxHead): Promise<void> {
  // What is asked of the gradebook can be asked again without harm.
  const diedSending = due.lease_until !== null && due.kind === 'caliper'
  if (diedSending) return becomeUnclear(db, options, due, 'the sender died')
  const row = await lease(db, due, options.now())
  if (!row) return
  options.sending.add(row)
  try {
    await sendOrAsk(db, options, row)
  } finally {
    options.sending.delete(row)
  }
}

/** Lets go of rows whose sending nobody can wait for: whoever is next asks Timeback at once, and waits for no lease. */
export async function abandon(
  db: Database,
  options: Pick<DeliverOptions, 'log' | 'now'>,
  rows: Iterable<OutboxHead>,
): Promise<void> {
  for (const row of rows) {
    const isUnclear = row.kind === 'caliper' && row.state === 'waiting'
    if (isUnclear) await becomeUnclear(db, options, row, 'the relay ended')
    else await release(db, options, row, {})
  }
}

async function sendOrAsk(db: Database, options: DeliverOptions, row: OutboxHead): Promise<void> {
  if (row.state === 'unclear') return check(db, options, row)
  const { body } = await db
    .selectFrom('outbox')
    .select('body')
    .where('learner', '=', row.learner)
    .where('outbox_id', '=', row.outbox_id)
    .executeTakeFirstOrThrow()
  switch (row.kind) {
    case 'caliper':
      return act(db, options, row, await options.caliper.send(body))
    case 'gradebook':
      return act(db, options, row, await writeGradebook(options.oneRoster, body, row.checks))
    case 'readback':
      return learn(db, options, row, await readBack(db, options, row, body))
  }
}

/** Where a result is seen, what Timeback counts of it can be seen as well. */
async function learn(
  db: Database,
  options: DeliverOptions,
  row: OutboxHead,
  changes: OutboxChanges,
) {
  if (changes.state === 'delivered') options.onDelivered(row.learner)
  return release(db, options, row, changes)
}

/** Takes the row as it was read, unless somebody else has it, or has had it since: then it may be delivered by now. */
async function lease(db: Database, row: OutboxHead, at: number): Promise<OutboxHead | undefined> {
  const held = { lease_until: at + LEASE_MS }
  const taken = await db
    .updateTable('outbox')
    .set(held)
    .where('learner', '=', row.learner)
    .where('outbox_id', '=', row.outbox_id)
    .where('state', '=', row.state)
    .where('tries', '=', row.tries)
    .where('checks', '=', row.checks)
    .where('lease_until', row.lease_until === null ? 'is' : '=', row.lease_until)
    .executeTakeFirst()
  return taken.numUpdatedRows > 0n ? { ...row, ...held } : undefined
}

async function act(
  db: Database,
  options: DeliverOptions,
  row: OutboxHead,
  outcome: SendOutcome | WriteOutcome,
) {
  const { log, now, random } = options
  const about = {
    learner: row.learner,
    run: row.run_id,
    events: JSON.parse(row.event_ids) as string[],
  }
  switch (outcome.type) {
    case 'accepted':
      log.info(about, 'delivered')
      options.onDelivered(row.learner)
      return release(db, options, row, { state: 'delivered', answer: outcome.jobId ?? null })
    case 'retry': {
      const waitMs = toBackoffMs(row.tries, random(), outcome.retryAfterMs)
      log.warn({ ...about, reason: outcome.reason, waitMs }, 'not delivered yet')
      return release(db, options, row, {
        tries: row.tries + 1,
        checks: row.checks + (outcome.reason === 'missing' ? 1 : 0),
        next_at: now() + waitMs,
        answer: outcome.reason,
      })
    }
    case 'refused': {
      const answer = `${outcome.status} ${outcome.answer}`
      if (outcome.status === 400 && isSplittable(row)) {
        log.warn(about, 'refused as a whole: each event is sent by itself')
        return splitRow(db, row, { answer, at: now() })
      }
      log.error(
        { ...about, status: outcome.status },
        'refused by Timeback: parked for a person to see',
      )
      return release(db, options, row, { state: 'parked', answer })
    }
    case 'unclear':
      return becomeUnclear(db, options, row, outcome.reason)
  }
}

async function becomeUnclear(
  db: Database,
  options: Pick<DeliverOptions, 'log' | 'now'>,
  row: OutboxHead,
  reason: string,
) {
  const { log, now } = options
  log.warn(
    { learner: row.learner, run: row.run_id, reason },
    'unclear whether Timeback has it: asking',
  )
  await release(db, options, row, {
    state: 'unclear',
    checks: 0,
    answer: reason,
    next_at: now() + CHECK_AFTER_MS[0]!,
  })
}

/** Asks Timeback; only after the last fruitless answer do the same bytes go out again. */
async function check(db: Database, options: DeliverOptions, row: OutboxHead) {
  const { caliper, onDelivered, log, now } = options
  const [eventId = ''] = JSON.parse(row.event_ids) as string[]
  const found = await caliper.find(eventId)
  if (found === 'found') {
    log.info({ learner: row.learner, run: row.run_id, eventId }, 'delivered, as Timeback says')
    onDelivered(row.learner)
    return release(db, options, row, { state: 'delivered', answer: 'found at Timeback' })
  }
  // Sent again without an answer, it might be there twice.
  const isToldNothing = found === 'unanswered' && row.checks + 1 < MOST_CHECKS
  const waitMs = CHECK_AFTER_MS[row.checks + 1] ?? (isToldNothing ? LAST_WAIT_MS : undefined)
  if (waitMs !== undefined) {
    return release(db, options, row, { checks: row.checks + 1, next_at: now() + waitMs })
  }
  // Timeback may not have been able to say, or may show later still what it took: the row says so for good.
  return release(db, options, row, {
    maybe_twice: 1,
    state: 'waiting',
    tries: row.tries + 1,
    next_at: now(),
  })
}

/** A lease has a value of its own, as the next begins when it has ended: who took the row since then has another. */
async function release(
  db: Database,
  { log }: Pick<DeliverOptions, 'log'>,
  row: OutboxHead,
  changes: OutboxChanges,
): Promise<void> {
  const released = await db
    .updateTable('outbox')
    .set({ ...changes, lease_until: null })
    .where('learner', '=', row.learner)
    .where('outbox_id', '=', row.outbox_id)
    .where('lease_until', row.lease_until === null ? 'is' : '=', row.lease_until)
    .executeTakeFirst()
  if (released.numUpdatedRows > 0n) return
  log.warn({ learner: row.learner, run: row.run_id }, 'the lease ran out: another has the row')
}
