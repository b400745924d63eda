/** A short way to write down a few signals, and to see what they come to. */
import type { Span } from '../../src/contract/entry.ts'
import { openPresence, transition, type Signal } from '../../src/core/presence.ts'

const RULES = { idleAfterMs: 60_000 }

export type Step = [type: Signal['type'], at: number]

/** Takes signals in turn; gives the last state and all spans. */
export function play(steps: Step[], visible = true) {
  let state = openPresence(visible)
  const spans: Span[] = []
  for (const [type, at] of steps) {
    const [next, told] = transition(state, { type, at }, RULES)
    state = next
    spans.push(...told)
  }
  return { state, spans }
}
