/** What is to be seen of a run at a moment: for whoever shows it, and for nothing else. */
import type { Activity } from '../contract/activity.ts'
import type { Presence } from '../contract/entry.ts'
import type { Result } from '../contract/result.ts'
import { toClaim, type Leg } from '../core/leg.ts'
import type { Totals } from '../core/measure.ts'
import type { Terms } from '../core/policy.ts'
import { toIdleAt } from '../core/presence.ts'

export interface RunSnapshot extends Seen {
  runId: string
  activity: Activity
  /** When the run began, as far as this tab knows: the times below add up to all that has passed since. */
  startedAt: number
  /** It began on another page, in another tab or on another device. */
  isContinued: boolean
  isEnded: boolean
  /** What it was ended with; null before that. */
  result: Result | null
  /** Active ms of this page that the relay has not acknowledged yet. */
  elapsedMs: number
}

/** What a leg shows. */
export interface Seen {
  presence: Presence
  isPaused: boolean
  /** Ms of each kind, over all pages of the run. */
  totals: Totals
  /** While active: when quiet begins if nothing more happens, in epoch ms. Else null, or where it never begins. */
  idleAt: number | null
  /** How long the idle stretch is that the learner could now claim as work on paper; 0 where there is none. */
  claimableMs: number
}

export function toSeen(leg: Leg, terms: Terms, wallAt: number): Seen {
  const { presence, totals } = leg
  const idleAt = wallAt + toIdleAt(presence, terms)
  const [from, to] = toClaim(leg) ?? [0, 0]
  return {
    presence: presence.presence,
    isPaused: presence.paused,
    totals,
    idleAt: presence.presence === 'active' && idleAt < Infinity ? idleAt : null,
    claimableMs: to - from,
  }
}
