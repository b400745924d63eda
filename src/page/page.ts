/** What the parts of a page's Stint share: the page's clock and outbox, the way to the relay, and whom to tell. */
import type { Activity } from '../contract/activity.ts'
import type { Presence } from '../contract/entry.ts'
import type { Verdict } from '../contract/flush.ts'
import type { Grant } from '../contract/grant.ts'
import type { Terms } from '../core/policy.ts'
import type { Clock } from './clock.ts'
import type { StintError } from './error.ts'
import type { Outbox } from './outbox.ts'
import type { PostLater } from './post-later.ts'
import type { Post, Refusal } from './transport.ts'

/** What a host may want to hear; familiar from `timeback.activity.start`. */
export interface Listeners {
  onPause?: () => void
  onResume?: () => void
  /** The learner is now in another presence; the reason is as Timeback will be told, where there is one. */
  onPresence?: (presence: Presence, reason: string | undefined) => void
  /** Active ms that the relay has just acknowledged. */
  onFlush?: (elapsedMs: number) => void
  onError?: (error: StintError) => void
}

/** How the last flush went: all taken by the relay, or not and so kept here; `waiting` before the first. */
export type SyncState = 'saved' | 'waiting' | 'offline'

export interface Page {
  clock: Clock
  outbox: Outbox
  post: Post
  /** Not in every browser. */
  postLater: PostLater | undefined
  /** Empty before there is a grant. */
  grantId: () => string
  /** The grant's; nothing before there is one. */
  learnerKey: () => string | undefined
  /** Whether what was kept for a learner is for whoever is here, as far as is known. */
  isOurs: (learnerKey: string | undefined) => boolean
  /** Before there is a grant, the defaults. */
  terms: (activity: Activity) => Terms
  /** Origins whose frames are believed when they tell of the learner. */
  frames: readonly string[]
  /** False when the relay said that nobody is signed in: nothing is kept then. */
  isCounting: () => boolean
  /** Sends this page's rows at once, in a way that outlives the page. Never rejects. */
  flushOut: () => Promise<void>
  /** Has the browser keep this page's youngest rows, to be sent should the page end without a word. Never rejects. */
  arm: () => Promise<void>
  /** Asks for a grant if there is none, and sends what waits. Never rejects. */
  flush: () => Promise<void>
  publish: () => void
  /** Calls the host's listener, if it has one; its mistakes stop nothing of ours. */
  tell: (name: keyof Listeners, ...values: unknown[]) => void
  onError: (error: StintError) => void
  /** `since`: what was seen from there on lies in its sitting, in epoch ms of the page's clock. */
  onGrant: (grant: Grant, since: number) => Promise<void>
  /** The relay says that nobody is signed in, or that it knows no such learner. */
  onNobody: (refusal: Refusal) => void
  onSync: (state: SyncState) => void
  /** A receipt came and was acted on. */
  onReceipt: (verdicts: readonly Verdict[]) => void
  /** The relay takes no flush, or gives no grant, for a reason that is not the learner's; the rows stay. */
  onRefused: (refusal: Refusal) => void
}
