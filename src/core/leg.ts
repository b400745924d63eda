/**
 * A leg: one page load's part of a run. It takes signals and keeps what they came to: the presence now, the slices
 * not yet handed to an outbox, and the time so far.
 */
import type { Policy } from '../contract/grant.ts'
import { measure, NO_TIME, type Totals } from './measure.ts'
import {
  openPresence,
  transition,
  type PresenceRules,
  type PresenceState,
  type Signal,
} from './presence.ts'
import { addSpan, type Slice } from './slices.ts'

export interface Leg {
  presence: PresenceState
  /** Those not yet handed to an outbox. The last is open and grows; the others never change again. */
  slices: readonly Slice[]
  /** All that the run came to so far, as this page knows it. */
  totals: Totals
}

/** `totals` is what earlier legs of the run came to. */
export function openLeg(visible: boolean, totals = NO_TIME): Leg {
  return { presence: openPresence(visible), slices: [{ n: 0, spans: [] }], totals }
}

export function takeSignal(leg: Leg, signal: Signal, rules: PresenceRules, policy: Policy): Leg {
  const [presence, spans] = transition(leg.presence, signal, rules)
  let { slices } = leg
  for (const span of spans) slices = [...slices.slice(0, -1), ...addSpan(slices.at(-1)!, span)]
  return { presence, slices, totals: measure(spans, policy, leg.totals) }
}

/** The slices to keep now: those that closed, and the open one once it holds anything. */
export function takeSlices(leg: Leg): [Leg, Slice[]] {
  const { slices } = leg
  return [{ ...leg, slices: slices.slice(-1) }, slices.filter(({ spans }) => spans.length)]
}
