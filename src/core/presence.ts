/**
 * Presence: from what the browser told us to spans of time, each in one presence.
 *
 * Invariant: the spans that leave here follow one another without gap or overlap from 0 to the last signal.
 * Boundaries are computed, not observed: idle begins exactly at the last interaction plus `idleAfterMs`, whenever
 * the next signal or tick tells us, so the period of the ticks never shows in a result.
 */
import type { Presence, Span } from '../contract/entry.ts'

/**
 * What the browser told us and when: `at` is whole ms since the leg's start on the monotonic clock. A `tick` says
 * only that time has passed. `blur` does not end activity: a window beside the focused one is still visible.
 */
export interface Signal {
  type: 'visible' | 'hidden' | 'focus' | 'blur' | 'interaction' | 'tick' | 'pause' | 'resume'
  at: number
}

export interface PresenceRules {
  idleAfterMs: number
}

export interface PresenceState {
  presence: Presence
  /** Where that presence began. */
  since: number
  /** All time before this is explained by spans already given out. */
  toldTo: number
  visible: boolean
  paused: boolean
  /** The last interaction, or what counts as one: becoming visible, resuming. */
  interactionAt: number
}

/** The state of a leg at its start; a page that opens in the background starts hidden. */
export function openPresence(visible: boolean): PresenceState {
  return {
    presence: visible ? 'active' : 'hidden',
    since: 0,
    toldTo: 0,
    visible,
    paused: false,
    interactionAt: 0,
  }
}

/** Signals after which the learner is taken to be there. */
const SIGNS_OF_LIFE: Signal['type'][] = ['interaction', 'focus', 'visible', 'resume']

/** Takes a signal; returns the next state and the spans that the time since the last signal came to. */
export function transition(
  state: PresenceState,
  { type, at: signalAt }: Signal,
  { idleAfterMs }: PresenceRules,
): [PresenceState, Span[]] {
  const { toldTo } = state
  // The browser may dispatch an event after a tick that is younger than it: what is told stays told.
  const at = Math.max(signalAt, toldTo)
  const idleAt =
    state.presence === 'active' ? Math.max(state.interactionAt + idleAfterMs, toldTo) : Infinity
  const spans: Span[] = [
    [state.presence, toldTo, Math.min(at, idleAt), state.since],
    ['idle', idleAt, at, idleAt],
  ]
  // `>=`: whether a tick came in the boundary's own millisecond must not show in `since`.
  const [before, since] = at >= idleAt ? (['idle', idleAt] as const) : [state.presence, state.since]

  const visible = type === 'visible' || (state.visible && type !== 'hidden')
  const paused = type === 'pause' || (state.paused && type !== 'resume')
  const interactionAt = SIGNS_OF_LIFE.includes(type)
    ? Math.max(state.interactionAt, signalAt)
    : state.interactionAt
  const isActive = at - interactionAt < idleAfterMs
  const presence = paused ? 'paused' : !visible ? 'hidden' : isActive ? 'active' : 'idle'
  return [
    {
      presence,
      since: presence === before ? since : at,
      toldTo: at,
      visible,
      paused,
      interactionAt,
    },
    spans.filter(([, from, to]) => from < to),
  ]
}
