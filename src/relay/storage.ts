/**
 * What the relay writes down, as tables. Every table is keyed by learner first, so that learners never contend
 * and the whole can be spread by learner. Instants are epoch ms of the relay's clock unless a column says `wall`;
 * lists are JSON in text columns. The database is handed in: embedded SQLite by default.
 */
import type { Generated, Kysely, Selectable } from 'kysely'
import { Migrator } from 'kysely/migration'
import { MIGRATIONS } from './migrations.ts'

export interface Tables {
  /** Whom `identify` told us of; the e-mail is here and on the wire to Timeback, nowhere else. */
  learners: { learner: string; email: string; role: string }
  runs: RunTable
  legs: LegTable
  slices: SliceTable
  /** Stretches of the learner's day that have an owner for good; no instant twice. */
  told: ToldTable
  settlements: SettlementTable
  attempts: { learner: string; object_id: string; attempt: number; run_id: string }
  outbox: OutboxTable
  tickets: TicketTable
  losses: LossTable
}

/** What a browser said has gone for good in it, whoever's it was. */
interface LossTable {
  learner: string
  said_at: number
  /** Sums since the browser first lost something. */
  lost_rows: number
  lost_ms: number
}

/** What was shown, or may be: whose it is, only the ticket itself can say. */
interface TicketTable {
  /** A digest: what is kept here opens nothing. */
  ticket_id: string
  /** The learner, encrypted with the ticket; null if a host signed it, who says so in it. */
  sealed: string | null
  expires_at: number
  used_at: number | null
  /** The random word of the tab that used it. */
  tab: string | null
}

interface RunTable {
  learner: string
  run_id: string
  /** JSON of an Activity; null until a `start` came. */
  activity: string | null
  preview: number
  first_at: number
  last_at: number
  /** JSON of the `end` entry; null until it came. */
  end: string | null
  end_received_at: number | null
  /** JSON of a Recorded: the result by the host's word; null without one. */
  recorded: string | null
  completed: Generated<number>
  /** When to settle what is not told yet; null while there is nothing to tell. */
  due_at: number | null
  /** Since when nothing has come, as far as pruning knows; null once it is pruned. */
  prune_from: number | null
  /** Active time that was told, and whose stretches are pruned: what the run's completion gives XP for. */
  pruned_active_ms: Generated<number>
}

interface LegTable {
  learner: string
  run_id: string
  leg_id: string
  /** JSON of the `start` entry; null while only slices have come. */
  start: string | null
  /** Add it to the page's wall clock to get ours: the smallest `receivedAt - sentAt` seen. */
  offset_ms: number
  offset_fixed: Generated<number>
  /** JSON list of `[n, offsetMs]`, if the page's clock was put forward: what held for the slices before each `n`. */
  earlier: string | null
}

interface SliceTable {
  learner: string
  run_id: string
  leg_id: string
  n: number
  reach: number
  /** What lies before it has been told or lost to a better claim. */
  told_reach: Generated<number>
  spans: string
  /** JSON list of `[from, to)`, if the learner said so of any time. */
  on_paper: string | null
  received_at: number
  /** The sitting of the grant it came with: nothing outside counts. */
  opens_at: number
  closes_at: number
}

interface ToldTable {
  learner: string
  from_at: number
  to_at: number
  run_id: string
  metric: string
  reason: string | null
  settlement_id: string
}

interface SettlementTable {
  learner: string
  settlement_id: string
  run_id: string
  /** `dropped`: nothing of it is told, as the learner is not enrolled. */
  state: 'reserved' | 'frozen' | 'dropped'
  completes: number
  created_at: number
  /** Why it waits, if it does: a stable code. */
  held: string | null
  next_at: number
}

interface OutboxTable {
  learner: string
  outbox_id: string
  /** Counts up for each learner: the order in which they are told. */
  seq: number
  settlement_id: string
  run_id: string
  /** Each kind has a lane of its own: `readback` asks whether the gradebook shows what came of the others. */
  kind: Generated<'caliper' | 'gradebook' | 'readback'>
  /** JSON list of the events' ids in the body. */
  event_ids: string
  /** Frozen: an envelope, a GradebookWrite, a Readback. The same bytes go out however often they have to. */
  body: string
  /** `unseen`: delivered, and yet the gradebook does not show it. `dropped`: parked, and given up by a person. */
  state: 'waiting' | 'unclear' | 'delivered' | 'parked' | 'unseen' | 'dropped'
  created_at: number
  tries: Generated<number>
  /** Of an envelope and a readback, how often Timeback was asked for it; of a result, how often something was missing. */
  checks: Generated<number>
  next_at: number
  /** Set while somebody sends it. Still set after that time: the sender died, and nobody knows what came of it. */
  lease_until: number | null
  answer: string | null
  maybe_twice: Generated<number>
}

/**
 * Thrown by a storage that can't write now, whatever it is: it has no room left, or another process writes and does not
 * end. What was to be written is not.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly reason: 'full' | 'busy'

  constructor(reason: StorageError['reason'], options?: ErrorOptions) {
    super(`the storage is ${reason}`, options)
    this.reason = reason
  }
}

export type Database = Kysely<Tables>
export type RunRow = Selectable<RunTable>
export type LegRow = Selectable<LegTable>
export type SliceRow = Selectable<SliceTable>
export type OutboxRow = Selectable<OutboxTable>
/** A row without its body, which only its sender needs. */
export type OutboxHead = Omit<OutboxRow, 'body'>
/** What an attempt to deliver changes. */
export type OutboxChanges = Partial<
  Pick<OutboxRow, 'state' | 'tries' | 'checks' | 'next_at' | 'answer' | 'maybe_twice'>
>
export type SettlementRow = Selectable<SettlementTable>

/** Brings a database to the shape above, from whatever version of ours wrote it last. */
export async function prepareStorage(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}
