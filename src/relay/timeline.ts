/**
 * A leg's timeline as the relay explains it: each stretch, what it counts as and why, and what became of it. Without a
 * gap from the leg's start to its last slice, but where a slice is missing.
 */
import type { Presence } from '../contract/entry.ts'
import { REASONS, type Metric } from '../core/measure.ts'
import { toRank, toReaching } from '../core/owner.ts'
import type { Terms } from '../core/policy.ts'
import type { Leg } from './ledger.ts'
import { toLatest, toPlaced, type Placed } from './reserve.ts'
import type { ToldStretch } from './told.ts'

/**
 * `told`: Timeback knows it, or is about to. `waiting`: it is told when the run is settled. `elsewhere`: another run or
 * tab of the learner has the better claim to it. `late`: this claim is the better one, and came when the other was
 * told. `outside`: not in the sitting, or later than the relay heard of it. `uncounted`: nobody counts it.
 */
export type Outcome = 'told' | 'waiting' | 'elsewhere' | 'late' | 'outside' | 'uncounted'

/** `[from, to)` in epoch ms of the relay's clock. */
export interface TimelinePiece {
  from: number
  to: number
  presence: Presence
  metric: Metric | null
  reason: string | null
  outcome: Outcome
}

/** `told` is what has been told of the learner meanwhile, in its order. */
export function toTimeline(leg: Leg, terms: Terms, told: readonly ToldStretch[]): TimelinePiece[] {
  const timeline: TimelinePiece[] = []
  for (const piece of toPlaced(leg, terms)) {
    const { presence, metric = null, reason = null } = piece
    for (const [from, to] of cutAtEdges(piece, told)) {
      const outcome = toOutcome(piece, from, told)
      const last = timeline.at(-1)
      const goesOn =
        last?.to === from &&
        last.presence === presence &&
        last.metric === metric &&
        last.reason === reason &&
        last.outcome === outcome
      if (goesOn) last.to = to
      else timeline.push({ from, to, presence, metric, reason, outcome })
    }
  }
  return timeline
}

/** Into parts of which each has one outcome. */
function cutAtEdges(piece: Placed, told: readonly ToldStretch[]): [from: number, to: number][] {
  const { slice, startedAt } = piece
  const edges = [slice.opens_at, toLatest(slice), startedAt + slice.told_reach]
  for (const { from, to } of toReaching(told, piece)) edges.push(from, to)
  const inside = edges.filter((at) => at > piece.from && at < piece.to)
  const sorted = [...new Set([piece.from, ...inside, piece.to])].toSorted((a, b) => a - b)
  return sorted.slice(1).map((to, index) => [sorted[index]!, to])
}

function toOutcome(
  { metric, presence, slice, startedAt }: Placed,
  at: number,
  told: readonly ToldStretch[],
): Outcome {
  if (metric === undefined) return 'uncounted'
  if (at < slice.opens_at || at >= toLatest(slice)) return 'outside'
  const [owner] = toReaching(told, { from: at, to: at + 1 })
  if (!owner) return at < startedAt + slice.told_reach ? 'elsewhere' : 'waiting'
  if (owner.runId === slice.run_id && owner.metric === metric) return 'told'
  return toRank({ presence, metric }) < toRank(toClaimed(owner)) ? 'late' : 'elsewhere'
}

/** Of what was told its presence is not kept; its reason shows whether it was said or seen. */
function toClaimed({ metric, reason }: ToldStretch): Parameters<typeof toRank>[0] {
  const isSeen = metric === 'active' || Object.values(REASONS).includes(reason ?? '')
  return { presence: isSeen ? 'idle' : 'flag', metric }
}
