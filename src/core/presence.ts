/**
 * Presence: from what the browser told us to spans of time, each in one presence.
 *
 * Invariant: the spans that leave here follow one another without gap or overlap from 0 to the last signal.
 * Boundaries are computed, not observed: idle begins exactly at the last interaction plus `idleAfterMs`, whenever
 * the next signal or tick tells us, so the period of the ticks never shows in a result. Only a machine that slept
 * while both its clocks ran on is told by ticks that stopped.
 */
import type { FlagMetric, Presence, Span } from '../contract/entry.ts'
import { MAX_LEG_MS } from '../contract/limits.ts'
import type { Terms } from './policy.ts'

/** What the host takes the time for, and why; empty while it says nothing. */
export type Flag = readonly [metric?: FlagMetric, reason?: string]

/**
 * What the browser told us and when: `at` is whole ms since the leg's start on the monotonic clock, `wall` the same
 * instant on the wall clock (without it the two agree). A `tick` says only that time has passed, `frame` that the
 * focus went into a frame we can't listen to and `unframe` that it is there no more. A `flag` brings what it says.
 */
export interface Signal {
  type: SignalType
  at: number
  wall?: number
  flag?: Flag
}

export type SignalType =
  | 'visible'
  | 'hidden'
  | 'interaction'
  | 'mediastart'
  | 'mediastop'
  | 'frame'
  | 'unframe'
  | 'pause'
  | 'resume'
  | 'flag'
  | 'unflag'
  | 'tick'

/** Instants are ms of the leg: the monotonic clock's, and the sleep that it did not see. */
export interface PresenceState {
  presence: Presence
  /** Where that presence began. */
  since: number
  /** All time before this is explained by spans already given out; the last of them was in this presence, since then. */
  toldTo: number
  told: Presence
  toldSince: number
  visible: boolean
  paused: boolean
  playing: boolean
  framed: boolean
  flag: Flag
  /** The last interaction, or what counts as one: becoming visible, resuming, waking. */
  interactionAt: number
  /** Until when the learner was last active, whatever the host said of them meanwhile. */
  activeAt: number
  /** How long the monotonic clock stood still while the machine slept. */
  sleptMs: number
  /** How far the wall clock was ahead of the monotonic one at the last signal. */
  aheadMs: number
  /** The same where it was not set back since; else where it was then, and all sleep since: it may be put right again. */
  rightAheadMs: number
}

/** The state of a leg at its start; a page that opens in the background starts hidden. */
export function openPresence(visible: boolean): PresenceState {
  const presence = visible ? 'active' : 'hidden'
  return {
    presence,
    since: 0,
    toldTo: 0,
    told: presence,
    toldSince: 0,
    visible,
    paused: false,
    playing: false,
    framed: false,
    flag: [],
    interactionAt: 0,
    activeAt: 0,
    sleptMs: 0,
    aheadMs: 0,
    rightAheadMs: 0,
  }
}

/** What is so once a signal has come. */
const SAYS: Partial<Record<SignalType, Partial<PresenceState>>> = {
  visible: { visible: true },
  hidden: { visible: false },
  mediastart: { playing: true },
  mediastop: { playing: false },
  frame: { framed: true },
  unframe: { framed: false },
  pause: { paused: true },
  resume: { paused: false },
  unflag: { flag: [] },
}

/** Signals after which the learner is taken to be there. */
const SIGNS_OF_LIFE: SignalType[] = ['interaction', 'frame', 'visible', 'resume']

/** Takes a signal; returns the next state and the spans that the time since the last signal came to. */
export function transition(
  state: PresenceState,
  { type, at: monoAt, wall = monoAt + state.aheadMs, flag = state.flag }: Signal,
  terms: Terms,
): [PresenceState, Span[]] {
  const next = { ...state, aheadMs: wall - monoAt }
  const spans: Span[] = []

  const become = (presence: Presence) => {
    if (next.presence === presence) return
    // What was something else for no time at all goes on: it must not be measured as if it had begun anew.
    // Of a flag it may be another one that begins.
    const goesOn = presence === next.told && presence !== 'active' && presence !== 'flag'
    Object.assign(next, { presence, since: goesOn ? next.toldSince : next.toldTo })
  }
  /** Tells the time up to an instant, and finds what is so from there on. */
  const tell = (to: number) => {
    const { presence, toldTo, since } = next
    // The browser may dispatch an event after a tick that is younger than it: what is told stays told.
    if (toldTo < to) {
      const more: Flag = presence === 'flag' ? next.flag : []
      spans.push([presence, toldTo, to, since, ...more])
      const idleAt = toIdleAt(next, terms)
      if (toldTo < idleAt) next.activeAt = Math.min(idleAt, to)
      Object.assign(next, { toldTo: to, told: presence, toldSince: since })
    }
    become(toPresence(next, terms))
  }

  const [standstillMs, silentMs, rightAheadMs] = toSleep(state, monoAt, next.aheadMs, terms)
  next.rightAheadMs = rightAheadMs
  if (standstillMs + silentMs > 0) {
    // It slept from the last signal on, as there is no later evidence.
    become('suspended')
    next.sleptMs += standstillMs
    const wokenAt = next.toldTo + standstillMs + silentMs
    if (next.visible) next.interactionAt = wokenAt
    tell(wokenAt)
  }

  const at = monoAt + next.sleptMs
  // From where we are, since the terms may have changed; and to `at` itself, since it must not show in `since` whether
  // a tick came in a boundary's own millisecond.
  tell(next.toldTo)
  tell(Math.min(toIdleAt(next, terms), at))
  tell(Math.min(next.activeAt + terms.leaveAfterMs, at))
  tell(at)

  Object.assign(next, { flag }, SAYS[type])
  if (SIGNS_OF_LIFE.includes(type)) next.interactionAt = Math.max(next.interactionAt, at)
  tell(next.toldTo)
  if (next.flag !== state.flag && next.presence === 'flag') next.since = next.toldTo
  return [next, spans]
}

/**
 * For how long the machine slept since the last signal: unseen by the monotonic clock, and seen by it; and the state's
 * `rightAheadMs` by now.
 */
function toSleep(
  { toldTo, sleptMs, aheadMs, rightAheadMs, visible }: PresenceState,
  at: number,
  nowAheadMs: number,
  { suspendAfterMs }: Terms,
): [standstillMs: number, silentMs: number, rightAheadMs: number] {
  // A wall clock that is put right again after it was set back has not moved.
  const isRight = nowAheadMs > rightAheadMs - suspendAfterMs
  const standstillMs = nowAheadMs - (isRight ? rightAheadMs : aheadMs)
  const silentMs = at + sleptMs - toldTo
  // A wall clock that is set back, or corrected by years, is no sleep.
  const slept = standstillMs > suspendAfterMs && standstillMs < MAX_LEG_MS - toldTo
  // Timers of a hidden page stop for other reasons.
  const silent = visible && silentMs > suspendAfterMs
  const sleepMs = slept ? standstillMs : 0
  return [sleepMs, silent ? silentMs : 0, isRight ? nowAheadMs : rightAheadMs + sleepMs]
}

/** What is so at `toldTo`. */
function toPresence(state: PresenceState, terms: Terms): Presence {
  const { toldTo, activeAt, paused, flag, visible } = state
  const isActive = toldTo < toIdleAt(state, terms)
  if (!isActive && toldTo >= activeAt + terms.leaveAfterMs) return 'left'
  if (paused) return 'paused'
  if (flag.length) return 'flag'
  if (!visible) return 'hidden'
  return isActive ? 'active' : 'idle'
}

/** Until when the learner is active if nothing more happens; far back where they can't be. */
export function toIdleAt(
  { visible, paused, playing, framed, interactionAt }: PresenceState,
  { idleAfterMs, mediaIdleAfterMs, frameIdleAfterMs }: Terms,
): number {
  const afterMs = [idleAfterMs, playing ? mediaIdleAfterMs : 0, framed ? frameIdleAfterMs : 0]
  return visible && !paused ? interactionAt + Math.max(...afterMs) : -Infinity
}
