/** What the relay gives a page to show with its entries: one learner, one sitting, append-only, no name and no e-mail. */
import { z } from 'zod'
import type { Course } from './activity.ts'
import { CONTRACT_VERSION } from './limits.ts'

/**
 * Asks for a grant: `POST /v1/grants`. `startedAt` and `sentAt` are epoch ms by the page's clock; the sitting is
 * dated back by their difference, at most 12 h, so that what was seen before the grant came counts too.
 *
 * Whose it is, in this order: the learner of the ticket, whom the host knows by its cookie, the learner of the renewal.
 */
export const grantRequestSchema = z.object({
  v: z.literal(CONTRACT_VERSION),
  startedAt: z.int().min(0),
  sentAt: z.int().min(0),
  /** A ticket, or the code of a launch. */
  ticket: z.string().min(1).max(4_096).exactOptional(),
  /** Random, and kept by one tab: with it that tab may show its ticket again within a minute. */
  tab: z.string().min(16).max(64).exactOptional(),
  /** From this tab's last grant, if that came from a ticket. */
  renewal: z.string().min(1).max(4_096).exactOptional(),
})

/** So many ms, or no such rule. */
export const thresholdSchema = z.union([z.int().min(0), z.literal('never')])

export type Threshold = z.infer<typeof thresholdSchema>

/**
 * How time is told: where one presence ends, and what each counts as. The page tells presence by it and measures for
 * display, the relay measures by it for the record.
 */
export interface Policy {
  /** No interaction for so long, and a visible page is idle. */
  idleAfterMs: Threshold
  /** The same while audio or video plays. */
  mediaIdleAfterMs: Threshold
  /** The same while the focus is in a frame that we can't listen to. */
  frameIdleAfterMs: Threshold
  /** Clocks that disagree by more, or a visible page without a tick for longer: the machine slept. */
  suspendAfterMs: Threshold
  /** So long after the last active instant, through idle, hidden and paused alike, the learner has left. */
  leaveAfterMs: Threshold
  /** Idle is inactive up to here, then waste. */
  idleWasteAfterMs: Threshold
  /** Hidden is inactive up to here, then waste. */
  hiddenWasteAfterMs: Threshold
}

/** What the operator allows where the work wants it; without `activity` in all of the course, without both everywhere. */
export interface Allowance {
  /** The activity's id. */
  activity?: string
  course?: Course
  /** Work on paper: idle is never waste. */
  paper?: boolean
  /** Work in other tabs: hidden is never waste. */
  otherTabs?: boolean
}

/** A short token, kept in memory only; `until` is epoch ms by the relay's clock. */
export interface Reading {
  token: string
  until: number
}

export interface Grant {
  v: typeof CONTRACT_VERSION
  /** Names the grant; rows in the outbox carry it. */
  id: string
  /** A signed token; opaque to the page. */
  token: string
  /** The same for the same learner on this relay, and says nothing else of them: tells a page that somebody else came. */
  learnerKey: string
  /** For a learner who came with a ticket: the same tab's next page shows it instead, until `closesAt`. */
  renewal?: string
  /** Epoch ms by the relay's clock: the sitting, and until when its entries are taken. */
  opensAt: number
  closesAt: number
  uploadUntil: number
  /** The learner is not a student: everything works, nothing is told to Timeback. */
  preview: boolean
  policy: Policy
  allowances: readonly Allowance[]
  /** A page may ask for shorter thresholds than the policy's; with this for longer ones too. */
  mayRelax: boolean
  flushEveryMs: number
  /** Whether the relay has a context to read. */
  looksUp: boolean
  /** For reading the learner's own runs and context. */
  reading: Reading
}

export type GrantRequest = z.infer<typeof grantRequestSchema>
