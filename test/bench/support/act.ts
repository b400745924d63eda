// What the script of a scenario did, by Node's clock, and the check that the recorder in the page saw just that: each
// act has its fact at its instant, and no interaction is there that nobody made.

import type { Fact } from './recorder.ts'

export interface Act {
  kind: 'interaction' | 'foreign' | 'hidden' | 'visible'
  /** Epoch ms before the order was given and after it was carried out. */
  from: number
  to: number
  /** How long after it more of its events may come: a wheel's scrolling is animated. */
  tailMs: number
}

/** Two processes read the clock, and an order's answer may overtake the event's own stamp by a little. */
const SLACK_MS = 30

/** Throws with the first thing that does not fit: then the truth of this run is none. */
export function checkActs(facts: readonly Fact[], acts: readonly Act[]): void {
  for (const act of acts) {
    if (facts.some((fact) => fact.kind === act.kind && isWithin(fact, act))) continue
    const seen = facts.filter(({ kind }) => kind === act.kind).map(({ at }) => at - act.from)
    const nearest = seen.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0]
    throw new Error(`The recorder missed an act (${act.kind}); the nearest is ${nearest} ms off.`)
  }
  for (const fact of facts) {
    if (fact.kind !== 'interaction' || fact.type === 'focus') continue
    if (acts.some((act) => isWithin(fact, act))) continue
    throw new Error(`The recorder has an interaction that nobody made (${fact.type}).`)
  }
}

const isWithin = ({ at }: Fact, { from, to, tailMs }: Act) =>
  at >= from - SLACK_MS && at <= to + tailMs + SLACK_MS
