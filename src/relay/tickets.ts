/**
 * Tickets and the codes of launches: each is taken once, by one tab, and the tab may repeat that for a minute.
 *
 * Invariant: what was used is remembered for longer than it could be shown. And what is stored says nothing of anybody:
 * a row is named by a digest of its ticket, and its learner is encrypted with the ticket, which only its holder has.
 */
import { base64url, compactDecrypt, CompactEncrypt } from 'jose'
import type { Kysely, Selectable } from 'kysely'
import type { IssuedTicket } from '../contract/ticket.ts'
import type { Recipient } from './grants.ts'
import { keepLearner, resolveLearner, type FindLearner } from './identify.ts'
import { REPEAT_MS, toExpired, toRefusal, type ReadSignedTicket } from './signed-ticket.ts'
import type { Database, Tables } from './storage.ts'

export interface Tickets {
  /** A ticket that says nothing of the learner, good for so long. */
  issue(recipient: Recipient, lifeMs: number): Promise<IssuedTicket>
  /** Takes a ticket, of ours or signed. Throws `ticket_…`, or what the learner in it is refused for. */
  use(ticket: string, tab: string | undefined): Promise<Recipient>
}

export interface TicketsOptions {
  db: Database
  readSigned: ReadSignedTicket
  findLearner: FindLearner | undefined
}

/** So long after its end a ticket is told to have expired; after that nobody knows it. */
const REMEMBERED_MS = 3_600_000

type Row = Selectable<Tables['tickets']>

export function createTickets(
  { db, readSigned, findLearner }: TicketsOptions,
  { now = Date.now }: { now?: () => number } = {},
): Tickets {
  const useSigned = async (ticket: string, tab: string | undefined): Promise<Recipient> => {
    const { iss, jti, exp, learner } = await readSigned(ticket)
    // First, as a ticket that could not be followed is not used up.
    const resolved = await resolveLearner(db, learner, findLearner)
    const id = await toDigest('id', JSON.stringify([iss, jti]))
    return db.transaction().execute(async (tx) => {
      await tx
        .insertInto('tickets')
        .values({ ticket_id: base64url.encode(id), expires_at: exp * 1_000 })
        .onConflict((conflict) => conflict.column('ticket_id').doNothing())
        .execute()
      await take(tx, base64url.encode(id), tab, now())
      // Last, as a ticket that was used before says nothing new of its learner.
      return keepLearner(tx, resolved)
    })
  }

  const useOurs = async (ticket: string, tab: string | undefined): Promise<Recipient> => {
    const id = await toDigest('id', ticket)
    const row = await db.transaction().execute((tx) => take(tx, base64url.encode(id), tab, now()))
    return unseal(row.sealed ?? '', ticket)
  }

  return {
    async issue(recipient, lifeMs) {
      const ticket = base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
      const expiresAt = now() + lifeMs
      const row = {
        ticket_id: base64url.encode(await toDigest('id', ticket)),
        sealed: await seal(recipient, ticket),
        expires_at: expiresAt,
      }
      await db.insertInto('tickets').values(row).execute()
      return { ticket, expiresAt }
    },
    // A signed one has three parts, ours has one.
    use: (ticket, tab) => (ticket.includes('.') ? useSigned : useOurs)(ticket, tab),
  }
}

/** Those that ran out long ago, used or not. */
export async function pruneTickets(db: Database, at: number): Promise<void> {
  await db
    .deleteFrom('tickets')
    .where('expires_at', '<', at - REMEMBERED_MS)
    .execute()
}

/** Marks a ticket as used, or sees that this same tab did so just now. */
async function take(
  tx: Kysely<Tables>,
  id: string,
  tab: string | undefined,
  now: number,
): Promise<Row> {
  const row = await tx
    .selectFrom('tickets')
    .selectAll()
    .where('ticket_id', '=', id)
    .executeTakeFirst()
  if (!row) throw toRefusal('ticket_unknown', 'No such ticket is known here: get a new one')
  if (row.used_at === null && row.expires_at <= now) throw toExpired()
  // The condition once more: on another relay somebody may be just as far.
  const taken = await tx
    .updateTable('tickets')
    .set({ used_at: now, tab: tab ?? null })
    .where('ticket_id', '=', id)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  if (taken.numUpdatedRows > 0n || isRepeated(row, tab, now)) return row
  throw toRefusal(
    'ticket_used',
    'The ticket has been used, and is good for one tab: get a new one, or open your link again',
  )
}

function isRepeated({ used_at, tab: usedBy }: Row, tab: string | undefined, now: number): boolean {
  return used_at !== null && usedBy !== null && usedBy === tab && now - used_at <= REPEAT_MS
}

async function seal(recipient: Recipient, ticket: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(recipient)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(await toDigest('key', ticket))
}

async function unseal(sealed: string, ticket: string): Promise<Recipient> {
  const { plaintext } = await compactDecrypt(sealed, await toDigest('key', ticket))
  return JSON.parse(new TextDecoder().decode(plaintext)) as Recipient
}

/** The digest that names a ticket tells nothing of the one that opens it. */
async function toDigest(use: 'id' | 'key', text: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(`${use}:${text}`)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
