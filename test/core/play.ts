/** A short way to write down a few signals, and to see what they come to. */
import type { Span } from '../../src/contract/entry.ts'
import { openPresence, transition, type Flag, type SignalType } from '../../src/core/presence.ts'
import { DEFAULT_TERMS } from './signals.ts'

/** The defaults, but no sleep is told by ticks: most of these days have none. */
export const PLAY_TERMS = { ...DEFAULT_TERMS, suspendAfterMs: Infinity }

export type Step = [type: SignalType, at: number, flag?: Flag]

/** Takes signals in turn; gives the last state and all spans. */
export function play(steps: Step[], visible = true, terms = PLAY_TERMS) {
  let state = openPresence(visible)
  const spans: Span[] = []
  for (const [type, at, flag] of steps) {
    const [next, told] = transition(state, { type, at, ...(flag && { flag }) }, terms)
    state = next
    spans.push(...told)
  }
  return { state, spans }
}
