/**
 * What Timeback refused and a person has to see to: parked rows of the outbox. They are told of, sent again, or given up
 * for good; a row that is given up stays where it is, so that an audit still finds its time.
 */
import type { Kysely } from 'kysely'
import type { GradebookWrite } from '../timeback/gradebook.ts'
import { toPlatformResultId } from '../timeback/gradebook.ts'
import type { Readback } from './grade.ts'
import type { Database, OutboxRow, Tables } from './storage.ts'

/** Instants are epoch ms of the relay's clock. */
export interface Parked {
  id: string
  learner: string
  runId: string
  kind: OutboxRow['kind']
  eventIds: string[]
  createdAt: number
  /** What Timeback answered: a status and its text; or what our own check found. */
  answer: string | null
}

/** With what would be sent, an envelope or the gradebook's rows: it names the learner as Timeback does. */
export interface ParkedBody extends Parked {
  body: unknown
}

/** The oldest first. */
export async function listParked(db: Database): Promise<Parked[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['outbox_id', 'learner', 'run_id', 'kind', 'event_ids', 'created_at', 'answer'])
    .where('state', '=', 'parked')
    .orderBy('created_at')
    .orderBy('seq')
    .execute()
  return rows.map(toParked)
}

/** `undefined` where nothing of that id is parked. */
export async function readParked(db: Database, id: string): Promise<ParkedBody | undefined> {
  const row = await findParked(db, id)
  return row && { ...toParked(row), body: JSON.parse(row.body) as unknown }
}

/** The same bytes are due at once, of one row or of all. Returns the ids of the rows that were parked. */
export async function retryParked(
  db: Database,
  which: { id: string } | 'all',
  at: number,
): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    const parked = tx.selectFrom('outbox').select('outbox_id').where('state', '=', 'parked')
    const rows = await (
      which === 'all' ? parked : parked.where('outbox_id', '=', which.id)
    ).execute()
    const ids = rows.map((row) => row.outbox_id)
    const retried = tx
      .updateTable('outbox')
      // The answer stays until there is another.
      .set({ state: 'waiting', tries: 0, checks: 0, next_at: at })
      .where('state', '=', 'parked')
    await (which === 'all' ? retried : retried.where('outbox_id', '=', which.id)).execute()
    return ids
  })
}

/**
 * Gives a row up for good, and with it the looking for a result that only this row would have made. Returns whether it
 * was parked.
 */
export async function dropParked(db: Database, id: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const row = await findParked(tx, id)
    if (!row) return false
    const readbacks = await tx
      .selectFrom('outbox')
      .select(['outbox_id', 'body'])
      .where('learner', '=', row.learner)
      .where('settlement_id', '=', row.settlement_id)
      .where('kind', '=', 'readback')
      .where('state', '=', 'waiting')
      .execute()
    const resultIds = toResultIds(row)
    const vain = readbacks.filter(({ body }) =>
      resultIds.includes((JSON.parse(body) as Readback).resultId),
    )
    await tx
      .updateTable('outbox')
      .set({ state: 'dropped' })
      .where('learner', '=', row.learner)
      .where('outbox_id', 'in', [id, ...vain.map((one) => one.outbox_id)])
      .execute()
    return true
  })
}

function findParked(db: Kysely<Tables>, id: string): Promise<OutboxRow | undefined> {
  return db
    .selectFrom('outbox')
    .selectAll()
    .where('outbox_id', '=', id)
    .where('state', '=', 'parked')
    .executeTakeFirst()
}

/** The results that come of a row. */
function toResultIds({ kind, event_ids, body }: OutboxRow): string[] {
  if (kind === 'gradebook') return [(JSON.parse(body) as GradebookWrite).result.id]
  return (JSON.parse(event_ids) as string[]).map(toPlatformResultId)
}

type ParkedRow = Pick<
  OutboxRow,
  'outbox_id' | 'learner' | 'run_id' | 'kind' | 'event_ids' | 'created_at' | 'answer'
>

function toParked(row: ParkedRow): Parked {
  return {
    id: row.outbox_id,
    learner: row.learner,
    runId: row.run_id,
    kind: row.kind,
    eventIds: JSON.parse(row.event_ids) as string[],
    createdAt: row.created_at,
    answer: row.answer,
  }
}
