// What a simulated learner does in one page load, made up as it goes: stretches of presence one after the other, cut
// into slices as a page cuts them. What it is worth is reckoned here too, and by nothing of ours: this is the truth
// that Timeback's ledger is held against.

import type { Chance } from '../support/chance.ts'

export type Presence = 'active' | 'idle' | 'hidden' | 'paused' | 'suspended'

/** As on the wire: `[presence, from, to, since]`, in ms of the leg. */
export type Span = [Presence, number, number, number]

export interface Slice {
  n: number
  spans: Span[]
  reach: number
}

/** Ms that Timeback must be told. */
export interface Worth {
  active: number
  inactive: number
}

export interface Leg {
  legId: string
  /** Epoch ms by the simulated clock. */
  startedAt: number
  /** How long the page stays open. */
  lastsMs: number
  /** All slices of the first so many ms; the last one may be open, and is longer in a later copy. */
  slicesTo(ms: number): Slice[]
  worthTo(ms: number): Worth
}

/** So short that no rule of time but the plain one applies: neither waste nor a learner who has left. */
const MAX_AWAY_MS = 50_000

export function createLeg(chance: Chance, legId: string, startedAt: number): Leg {
  const stretches: Span[] = []
  const edges = [0]

  /** Nobody is away twice in a row. */
  const growTo = (ms: number) => {
    for (let end = stretches.at(-1)?.[2] ?? 0; end < ms; end = stretches.at(-1)![2]) {
      const isAway = stretches.at(-1)?.[0] === 'active'
      const presence = isAway
        ? chance.oneOf(['idle', 'hidden', 'paused', 'suspended'] as const)
        : 'active'
      const to = end + (isAway ? chance.between(1, MAX_AWAY_MS) : chance.between(500, 90_000))
      stretches.push([presence, end, to, end])
    }
    while (edges.at(-1)! < ms) edges.push(edges.at(-1)! + chance.between(5_000, 60_000))
  }

  const spansOf = (from: number, to: number): Span[] =>
    stretches
      .filter((stretch) => stretch[1] < to && stretch[2] > from)
      .map(([presence, begun, end]) => [presence, Math.max(begun, from), Math.min(end, to), begun])

  return {
    legId,
    startedAt,
    lastsMs: chance.between(20_000, 400_000),
    slicesTo(ms) {
      growTo(ms)
      const begun = edges.filter((edge) => edge < ms)
      return begun.map((from, n) => {
        const reach = Math.min(edges[n + 1] ?? ms, ms)
        return { n, spans: spansOf(from, reach), reach }
      })
    },
    worthTo(ms) {
      growTo(ms)
      const worth = { active: 0, inactive: 0 }
      for (const [presence, from, to] of spansOf(0, ms)) {
        if (presence !== 'suspended')
          worth[presence === 'active' ? 'active' : 'inactive'] += to - from
      }
      return worth
    },
  }
}
