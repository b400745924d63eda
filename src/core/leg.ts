/**
 * A leg: one page load's part of a run. It takes signals and keeps what they came to: the presence now, the slices
 * not yet handed to an outbox, and the time so far.
 */
import type { Policy } from '../contract/grant.ts'
import { addTotals, measure, NO_TIME, type Totals } from './measure.ts'
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
  /** Closed since `takeSlices` was last called; they never change again. */
  closed: readonly Slice[]
  /** Grows until it closes. */
  open: Slice
  /** All that this leg came to, so far. */
  totals: Totals
}

export function openLeg(visible: boolean): Leg {
  return { presence: openPresence(visible), closed: [], open: { n: 0, spans: [] }, totals: NO_TIME }
}

export function takeSignal(leg: Leg, signal: Signal, rules: PresenceRules, policy: Policy): Leg {
  const [presence, spans] = transition(leg.presence, signal, rules)
  let slices = [leg.open]
  for (const span of spans) slices = [...slices.slice(0, -1), ...addSpan(slices.at(-1)!, span)]
  return {
    presence,
    closed: [...leg.closed, ...slices.slice(0, -1)],
    open: slices.at(-1)!,
    totals: addTotals(leg.totals, measure(spans, policy)),
  }
}

/** The slices to keep now: those that closed, and the open one once it holds anything. */
export function takeSlices(leg: Leg): [Leg, Slice[]] {
  const slices = [...leg.closed, leg.open].filter(({ spans }) => spans.length > 0)
  return [{ ...leg, closed: [] }, slices]
}
