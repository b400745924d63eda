/** What a host gives a page's Stint, and what it gets of it. */
import type { Activity } from '../contract/activity.ts'
import type { Context } from '../contract/context.ts'
import type { Threshold } from '../contract/grant.ts'
import type { Learner } from './grant.ts'
import type { Lost } from './lost.ts'
import type { DeadRow, Unkept } from './outbox.ts'
import type { Listeners, SyncState } from './page.ts'
import type { Run } from './run.ts'
import type { RunSnapshot } from './run-snapshot.ts'
import type { TicketOption } from './ticket.ts'

/**
 * When the learner counts as there, in ms. What is not given is the relay's; a page may only ask for less, unless the
 * relay allows more. `'never'` switches a rule off, nothing is below 1,000. The defaults are in brackets.
 */
export interface TimeOptions {
  /** No interaction for so long, and a visible page is idle (60,000). */
  idleAfterMs?: Threshold
  /** The same while audio or video plays (900,000). */
  mediaIdleAfterMs?: Threshold
  /** The same while the focus is in a frame that can't be listened to (120,000). */
  frameIdleAfterMs?: Threshold
  /** Clocks that disagree by more, or a visible page that is still for longer: the machine slept (2,000). */
  suspendAfterMs?: Threshold
  /** So long after the last active instant the learner has left, and nothing counts (600,000). */
  leaveAfterMs?: Threshold
}

export interface StintOptions extends Listeners, TimeOptions {
  /** The relay's address, e.g. `https://relay.example`. By default the page's own origin. */
  relay?: string
  /**
   * A ticket of the learner, or a function that gets one from your server: called whenever a grant is needed, null for
   * nobody. Without it the relay's `identify` says who this is.
   */
  ticket?: TicketOption
  /** Origins of embedded pages that tell what the learner does in them, by the relay's `ping.js`. */
  frames?: readonly string[]
}

export interface StartOptions extends Activity, Listeners {
  /**
   * Goes on with a run that another page, tab or device began; its snapshot then says `isContinued`. By default this
   * tab's open run of the activity, or a new one.
   */
  runId?: string
  /**
   * Takes the place of the open run, if there is one: its time so far is told, without a result, and this one begins at
   * the same instant. For an app whose route changes. Otherwise a second start throws `run_open`.
   */
  replace?: boolean
}

/** What is to be seen now; the same object until something changes. */
export interface Snapshot {
  /** The open run, or the last one. */
  run: RunSnapshot | null
  learner: Learner
  /** What the relay knows of the learner in this course; null before it has said, or where it looks nothing up. */
  context: Context | null
  /** `memory`: this browser keeps nothing, so what waits is lost with the page. */
  sync: SyncState | 'memory'
  /** What only this page's memory has, because the storage failed; all 0 while that works. */
  unkept: Unkept
  /** What has gone for good in this browser since it first lost something; the relay is told. */
  lost: Lost
  /**
   * What onError heard last. Null again with a receipt that comes once the storage works and somebody is signed in; what
   * the relay will never take stays.
   */
  problem: { code: string; message: string } | null
}

export interface Stint {
  /** The open run, or null. Where another learner comes to an open page, theirs takes the place of the one before. */
  readonly current: Run | null
  /** Enrolled or not, progress, today and this week, goals. Read once a run has a grant, and again after it has ended. */
  readonly context: Context | null
  /**
   * Starts timing an activity. Throws a StintError: `activity_invalid` with the path of the field, `run_open`
   * while another run is open, unless it is to `replace` that, `stint_closed` after `close`.
   */
  start(activity: StartOptions): Run
  /** Sends what waits now, rather than in its time. Never rejects. */
  flush(): Promise<void>
  /** What the relay will never take, each named once by `onError`, and kept here for a person to look at. Never rejects. */
  dead(): Promise<DeadRow[]>
  /** Fits React's `useSyncExternalStore`. Returns its unsubscribe. */
  subscribe(listener: () => void): () => void
  getSnapshot(): Snapshot
  /**
   * Ends the open run's time and stops everything, for good: to go on, make another. What waits is sent by that one, or by
   * the next page that has Stint, but for what was seen before this page had a grant: that is in its memory only, as nobody
   * has said whose it is, and goes with it.
   */
  close(): void
}
