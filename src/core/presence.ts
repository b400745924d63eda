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

/** Takes a signal; returns the next state and the spans that the time since the last signal came to. */
export function transition(
  state: PresenceState,
  signal: Signal,
  rules: PresenceRules,
): [PresenceState, Span[]] {
  // The browser may dispatch an event after a tick that is younger than it: what is told stays told.
  const at = Math.max(signal.at, state.toldTo)
  const [reached, spans] = advance(state, at, rules)
  return [apply(reached, signal, at, rules), spans]
}

/** Explains the time up to `at`, crossing into idle where that boundary lies. */
function advance(state: PresenceState, at: number, rules: PresenceRules): [PresenceState, Span[]] {
  const { presence, since, toldTo } = state
  const idleAt = Math.max(state.interactionAt + rules.idleAfterMs, toldTo)
  if (presence !== 'active' || at <= idleAt) {
    return [{ ...state, toldTo: at }, toSpans([presence, toldTo, at, since])]
  }
  const spans = toSpans([presence, toldTo, idleAt, since], ['idle', idleAt, at, idleAt])
  return [{ ...state, presence: 'idle', since: idleAt, toldTo: at }, spans]
}

const toSpans = (...spans: Span[]): Span[] => spans.filter(([, from, to]) => from < to)

/** What the signal itself changes, once time has been brought up to it. */
function apply(
  state: PresenceState,
  signal: Signal,
  at: number,
  rules: PresenceRules,
): PresenceState {
  const next = { ...state }
  switch (signal.type) {
    case 'visible':
      next.visible = true
      next.interactionAt = at
      break
    case 'hidden':
      next.visible = false
      break
    case 'pause':
      next.paused = true
      break
    case 'resume':
      next.paused = false
      next.interactionAt = at
      break
    case 'interaction':
    case 'focus':
      next.interactionAt = Math.max(state.interactionAt, signal.at)
      break
    case 'blur':
    case 'tick':
      break
  }
  next.presence = toPresence(next, at, rules)
  if (next.presence !== state.presence) next.since = at
  return next
}

function toPresence(state: PresenceState, at: number, rules: PresenceRules): Presence {
  if (state.paused) return 'paused'
  if (!state.visible) return 'hidden'
  return at - state.interactionAt < rules.idleAfterMs ? 'active' : 'idle'
}
