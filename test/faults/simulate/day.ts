/**
 * A learner's day by the rule of one owner per instant, played over again: what each settlement had to tell, given what
 * the relay had of each leg by then. On the relay's clock a leg lies later than it truly was by the quickest way that a
 * flush of it took; that is fixed when the leg is first settled. Imports nothing from src/.
 */
import type { TrueLeg } from './auditor.ts'
import { intersect, subtract, toMs, unite, type Range } from './stretches.ts'
import { toClaims, type Claim, type Rules } from './truth.ts'
import type { Deed, Kept } from './witness.ts'

/** What one settlement had to tell, in ms by metric. */
export interface Settled {
  runId: string
  completes: boolean
  told: Map<string, number>
}

interface Leg {
  true: TrueLeg
  legId: string | undefined
  claims: Claim[]
  /** In ms of the leg. */
  received: Range[]
  settled: Range[]
  isStarted: boolean
  shiftMs: number
  isFixed: boolean
}

type Say = (problem: string) => void

export interface Day {
  settled: Settled[]
  /** What was on a disk, or in a receipt, and never came to be settled. */
  missing(kept: Kept): string[]
  /** Counted instants that no run told, less those that two did. */
  lostMs(): number
  /** The most that a page took with it when it died; more than it may is said. */
  checkMemory(kept: Kept, say: Say): number
}

export function createDay(trueLegs: readonly TrueLeg[], deeds: readonly Deed[], rules: Rules): Day {
  const legs: Leg[] = trueLegs.map((one) => ({
    true: one,
    legId: undefined,
    claims: toClaims(one.startsVisible, one.facts, one.endedAt - one.startedAt, rules),
    received: [],
    settled: [],
    isStarted: false,
    shiftMs: Infinity,
    isFixed: false,
  }))
  const strangers: string[] = []
  // Slices may come before the start that says whose they are.
  for (const deed of deeds) if (deed.type === 'started') name(legs, deed, strangers)
  const settled: Settled[] = []
  let told: Range[] = []
  for (const deed of deeds) {
    const leg = 'legId' in deed ? legs.find(({ legId }) => legId === deed.legId) : undefined
    if (deed.type === 'started' && leg) leg.isStarted = true
    if (deed.type === 'received' && leg) leg.received = unite(leg.received, [[deed.from, deed.to]])
    if ('wayMs' in deed && leg && !leg.isFixed) leg.shiftMs = Math.min(leg.shiftMs, deed.wayMs)
    if (deed.type !== 'settled') continue
    const [one, now] = settle(legs, deed, told)
    settled.push(one)
    told = unite(told, now)
  }
  return {
    settled,
    missing: (kept) => [...strangers, ...findMissing(legs, kept)],
    lostMs: () => {
      const all = unite(...legs.map((leg) => toPlaced(leg, leg.received).map(toRange)))
      return toMs(all) - settled.reduce((sum, one) => sum + toSum(one.told), 0)
    },
    checkMemory: (kept, say) => Math.max(0, ...legs.map((leg) => checkMemory(leg, kept, say))),
  }
}

/** A leg's id is random: on the wire it is known by its run and by its start on its page's clock. */
function name(
  legs: Leg[],
  { runId, legId, wallAt }: Extract<Deed, { type: 'started' }>,
  strangers: string[],
) {
  const leg = legs.find(({ true: one }) => one.runId === runId && one.wallAt === wallAt)
  if (!leg) strangers.push(`leg ${legId} of run ${runId} was never opened`)
  else leg.legId = legId
}

interface Placed extends Claim {
  leg: Leg
}

const toRange = ({ from, to }: Claim): Range => [from, to]

/** Claims of a leg in a part of it, on the relay's clock. */
function toPlaced(leg: Leg, part: readonly Range[]): Placed[] {
  if (!leg.isStarted) return []
  const shift = leg.true.startedAt + leg.shiftMs
  return leg.claims.flatMap((claim) =>
    intersect([toRange(claim)], part).map(([from, to]) => ({
      ...claim,
      leg,
      from: from + shift,
      to: to + shift,
    })),
  )
}

/** Gives a run what it owns of all that is known and not told; what it lost is passed over. */
function settle(
  legs: readonly Leg[],
  { runId, completes }: Extract<Deed, { type: 'settled' }>,
  told: readonly Range[],
): [Settled, Range[]] {
  const untold = legs.flatMap((leg) => toPlaced(leg, subtract(leg.received, leg.settled)))
  const edges = [...new Set(untold.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b)
  const owned = new Map<string, number>()
  const now: Range[] = []
  const winners = new Set<Leg>()
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const to = edges[index + 1]!
    const covering = untold.filter((claim) => claim.from <= from && claim.to >= to)
    const isOwn = ({ leg }: Placed) => Number(leg.true.runId === runId)
    const best = covering.toSorted(
      // Where two began in the same ms, nobody is wronged if the one has it that is settled first.
      (a, b) => a.rank - b.rank || toStart(a) - toStart(b) || isOwn(b) - isOwn(a),
    )[0]
    const free = subtract([[from, to]], told)
    if (best?.leg.true.runId !== runId) {
      // A leg that took an instant from another stays where it is on the clock.
      const isBeaten = covering.some(({ leg }) => leg.true.runId === runId)
      if (best && isBeaten && free.length > 0) winners.add(best.leg)
      continue
    }
    now.push(...free)
    owned.set(best.metric, (owned.get(best.metric) ?? 0) + toMs(free))
  }
  for (const leg of legs) {
    if (winners.has(leg)) leg.isFixed = true
    if (leg.true.runId !== runId || !leg.isStarted || leg.received.length === 0) continue
    leg.settled = leg.received
    leg.isFixed = true
  }
  return [{ runId, completes, told: owned }, now]
}

const toStart = ({ leg }: Placed) => leg.true.startedAt + leg.shiftMs

const toSum = (told: ReadonlyMap<string, number>) =>
  [...told.values()].reduce((sum, ms) => sum + ms, 0)

/** The part of each leg that was on a disk. */
function toKept(leg: Leg, { rows }: Kept): Range[] {
  return [...rows.values()].flatMap(({ entry, reach }): Range[] => {
    const [runId, legId] = entry.id.split('/')
    if (entry.type !== 'slice' || runId !== leg.true.runId) return []
    return toLegId(leg, rows) === legId ? [[entry.spans![0]![1], reach]] : []
  })
}

function toLegId({ legId, true: one }: Leg, rows: Kept['rows']): string | undefined {
  if (legId !== undefined) return legId
  const start = [...rows.values()].find(
    ({ entry }) =>
      entry.type === 'start' && entry.wallAt === one.wallAt && entry.id.startsWith(`${one.runId}/`),
  )
  return start?.entry.id.split('/')[1]
}

function findMissing(legs: readonly Leg[], kept: Kept): string[] {
  return legs.flatMap((leg) => {
    const { runId } = leg.true
    const lost = toMs(subtract(toKept(leg, kept), leg.received))
    const untold = toMs(subtract(leg.received, leg.settled))
    return [
      ...(lost > 0 ? [`run ${runId}: ${lost} ms were on a disk, and no relay has them`] : []),
      ...(untold > 0
        ? [`run ${runId}: ${untold} ms are with the relay, and were never settled`]
        : []),
    ]
  })
}

/** Counted ms between what a page had written or sent and its death. */
function checkMemory(leg: Leg, kept: Kept, say: Say): number {
  const { writesEveryMs, runId } = leg.true
  const safe = unite(leg.received, toKept(leg, kept))
  // Before there is a grant nobody could say whose it was, and all of it is in memory (DESIGN.md).
  if (writesEveryMs === undefined || safe.length === 0) return 0
  const lost = toMs(subtract(unite(leg.claims.map(toRange)), safe))
  if (lost > writesEveryMs)
    say(`run ${runId}: a page died with ${lost} ms, ${writesEveryMs} are the most`)
  return lost
}
