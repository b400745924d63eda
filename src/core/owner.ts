/**
 * One owner per instant. A learner may have several tabs, devices and runs, but lives each instant once: of all
 * that claim it, active comes before what the host or the learner said of it, then inactive, then waste, and ties go
 * to the earlier start. So an idle tab costs nothing while another works.
 */
import type { Presence } from '../contract/entry.ts'
import type { Metric } from './measure.ts'

/** A stretch `[from, to)` of the learner's day, in epoch ms, which a run would have counted as a metric. */
export interface Claim {
  runId: string
  /** When the claiming leg began: the earlier wins a tie. */
  startedAt: number
  from: number
  to: number
  presence: Presence
  metric: Metric
  reason: string | undefined
}

/** `[from, to)`, whatever it is of. */
export interface Stretch {
  from: number
  to: number
}

/** The lower has it. */
export function toRank({ presence, metric }: Pick<Claim, 'presence' | 'metric'>): number {
  if (metric === 'active') return 0
  if (presence === 'flag' || metric === 'unknown') return 1
  return metric === 'inactive' ? 2 : 3
}

/** Gives each instant to its best claim; the pieces come in the order of time, neighbours of one owner joined. */
export function toOwned(claims: readonly Claim[]): Claim[] {
  const edges = [...new Set(claims.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b)
  const waiting = claims.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from)
  const owned: Claim[] = []
  let open: Claim[] = []
  let next = 0
  for (const [index, from] of edges.entries()) {
    while (next < waiting.length && waiting[next]!.from <= from) open.push(waiting[next++]!)
    open = open.filter((claim) => claim.to > from)
    const best = open.reduce<Claim | undefined>((a, b) => (a && isBetter(a, b) ? a : b), undefined)
    if (best) addOwned(owned, { ...best, from, to: edges[index + 1]! })
  }
  return owned
}

function isBetter(a: Claim, b: Claim): boolean {
  const difference = toRank(a) - toRank(b)
  return difference === 0 ? a.startedAt <= b.startedAt : difference < 0
}

function addOwned(owned: Claim[], piece: Claim) {
  const last = owned.at(-1)
  const joins =
    last?.to === piece.from &&
    last.runId === piece.runId &&
    last.metric === piece.metric &&
    last.reason === piece.reason &&
    last.startedAt === piece.startedAt
  if (joins) last.to = piece.to
  else owned.push(piece)
}

/** What is left of claims once the stretches that were told already are taken out. */
export function withoutTold(claims: readonly Claim[], told: readonly Stretch[]): Claim[] {
  const stretches = toDisjoint(told)
  return claims.flatMap((claim) => {
    const left: Claim[] = []
    let { from } = claim
    for (const stretch of toReaching(stretches, claim)) {
      if (stretch.from > from) left.push({ ...claim, from, to: stretch.from })
      from = stretch.to
    }
    if (from < claim.to) left.push({ ...claim, from })
    return left
  })
}

/** The same instants, in stretches that neither overlap nor touch. */
export function toDisjoint(stretches: readonly Stretch[]): Stretch[] {
  const disjoint: Stretch[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = disjoint.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) disjoint.push({ from, to })
  }
  return disjoint
}

/** Those of disjoint stretches that reach into another, found by halving: a day may have thousands. */
export function toReaching<Found extends Stretch>(
  disjoint: readonly Found[],
  { from, to }: Stretch,
): Found[] {
  const first = findFirst(disjoint, (stretch) => stretch.to > from)
  return disjoint.slice(
    first,
    findFirst(disjoint, (stretch) => stretch.from >= to),
  )
}

/** The place of the first of which something holds that holds of all after it. */
function findFirst<One>(list: readonly One[], holds: (one: One) => boolean): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(list[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
