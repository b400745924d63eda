/**
 * A flush and its receipt: `POST /v1/entries`, JSON sent as `text/plain` with the grant in the body, so that no
 * browser asks a preflight question and `keepalive` and `sendBeacon` can carry it.
 */
import { z } from 'zod'
import { CONTRACT_VERSION, MAX_FLUSH_ENTRIES } from './limits.ts'

/** So many entries of which at least a part is gone, and at most so many ms. */
const lostSchema = z.object({ rows: z.int().min(1), ms: z.int().min(0) })

/**
 * `sentAt` is epoch ms by the page's clock; with the relay's own it gives the difference of the two clocks.
 * Entries are read one by one, so that a bad one costs nothing but itself. `lost` is what has gone for good in that
 * browser so far, whoever worked in it; one that can't be read costs nothing either.
 */
export const flushSchema = z.object({
  v: z.literal(CONTRACT_VERSION),
  grant: z.string().min(1).max(4_096),
  sentAt: z.int().min(0),
  entries: z.array(z.unknown()).min(1).max(MAX_FLUSH_ENTRIES),
  lost: lostSchema.optional().catch(undefined),
})

/** The stable names of what can be wrong with a field; they never change, messages may. */
export type FieldCode =
  'field_missing' | 'field_type' | 'field_value' | 'field_format' | 'field_range' | 'field_unknown'

/**
 * What became of one entry. `stored` and `known` carry the reach that the relay holds (0 for `start` and `end`);
 * `refused` can never be taken, `conflict` contradicts what was taken first; both name why. `index` is the
 * entry's place in the flush, for an entry whose id could not be read. `ignored` lists paths that were kept but
 * are not believed. `continues` says of a `start` that the run had begun elsewhere.
 */
export type Verdict =
  | {
      index: number
      id: string
      verdict: 'stored' | 'known'
      reach: number
      ignored?: string[]
      continues?: boolean
    }
  | {
      index: number
      id: string
      verdict: 'refused' | 'conflict'
      code: FieldCode | 'not_the_same' | (string & {})
      path: string
      message: string
    }

export interface Receipt {
  v: typeof CONTRACT_VERSION
  /** Epoch ms by the relay's clock. */
  receivedAt: number
  /** One per entry, in their order. */
  verdicts: Verdict[]
  /**
   * Ids of the entries that a run of this flush lacks, now that it has ended: its completion waits a while for them. They
   * may be on their way; what never comes stays a gap in `GET /v1/runs/{id}`.
   */
  missing?: string[]
}

/** Every answer of the relay that is not a 2xx. */
export interface Failure {
  error: { code: string; message: string; path?: string }
  /** A floor for the next try, in ms; `Retry-After` says the same in seconds. */
  retryAfterMs?: number
}

export type Flush = z.infer<typeof flushSchema>
