/** What the relay gives a page to show with its entries: one learner, one sitting, append-only, no name and no e-mail. */
import { z } from 'zod'
import { CONTRACT_VERSION } from './limits.ts'

/**
 * Asks for a grant: `POST /v1/grants`. `startedAt` and `sentAt` are epoch ms by the page's clock; the sitting is
 * dated back by their difference, at most 12 h, so that what was seen before the grant came counts too.
 */
export const grantRequestSchema = z.object({
  v: z.literal(CONTRACT_VERSION),
  startedAt: z.int().min(0),
  sentAt: z.int().min(0),
})

/** How the relay wants presence told and measured; a page may be stricter, never laxer. All in ms. */
export interface Rules {
  /** No interaction for so long, and a visible page is idle. */
  idleAfterMs: number
  /** The most that a page may ask for instead; equal to `idleAfterMs` unless the operator allows more. */
  maxIdleAfterMs: number
  flushEveryMs: number
}

/** Maps a presence and its length to a metric. `never` switches a rule off. */
export interface Policy {
  /** Idle is inactive up to here, then waste. */
  idleWasteAfterMs: number | 'never'
  /** Hidden is inactive up to here, then waste. */
  hiddenWasteAfterMs: number | 'never'
}

export interface Grant {
  v: typeof CONTRACT_VERSION
  /** Names the grant; rows in the outbox carry it. */
  id: string
  /** A signed token; opaque to the page. */
  token: string
  /** Epoch ms by the relay's clock: the sitting, and until when its entries are taken. */
  opensAt: number
  closesAt: number
  uploadUntil: number
  /** The learner is not a student: everything works, nothing is told to Timeback. */
  preview: boolean
  rules: Rules
  policy: Policy
  /** A short token for reading the learner's own runs; kept in memory only. */
  reading: { token: string; until: number }
}

export type GrantRequest = z.infer<typeof grantRequestSchema>
