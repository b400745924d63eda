/** A flush as it arrived: whose it is, when it came, and what could be read of its entries. */
import { entrySchema, type Entry } from '../contract/entry.ts'
import type { Flush } from '../contract/flush.ts'
import { toProblem, type Problem } from '../contract/problem.ts'
import { readEntryId } from '../core/entry-id.ts'
import type { GrantedLearner } from './grants.ts'

export interface Arrival extends GrantedLearner {
  receivedAt: number
  /** Our clock less the page's, plus what the way took. */
  offsetMs: number
  entries: readonly ArrivedEntry[]
}

export type ArrivedEntry = ReadEntry | { id: string; problem: Problem }

export interface ReadEntry {
  id: string
  entry: Entry
  runId: string
  legId: string
  /** The slice's number, if it is one. */
  n: number | undefined
}

export const toArrival = (granted: GrantedLearner, flush: Flush, receivedAt: number): Arrival => ({
  ...granted,
  receivedAt,
  offsetMs: receivedAt - flush.sentAt,
  entries: flush.entries.map(readEntry),
})

export const toRead = ({ entries }: Arrival): ReadEntry[] =>
  entries.filter((arrived) => 'entry' in arrived)

function readEntry(given: unknown): ArrivedEntry {
  const id = readId(given)
  const { success, data: entry, error } = entrySchema.safeParse(given)
  if (!success) return { id, problem: toProblem(error, given) }
  const { runId, legId = '', n } = readEntryId(entry.id)
  return { id, entry, runId, legId: entry.type === 'end' ? entry.legId : legId, n }
}

/** An entry that cannot be read may still have a readable id: the page needs it to take the row out of its way. */
function readId(entry: unknown): string {
  const id = (entry as { id?: unknown } | null)?.id
  return typeof id === 'string' ? id.slice(0, 256) : ''
}
