/**
 * The first step of settling: measure what a run has not told yet, and reserve it. One transaction.
 *
 * Invariant: each instant of a learner is told once. What a settlement takes is in `told` from here on, whatever
 * happens to the settlement later; what lost to a better claim is passed over, for as long as that claim stands.
 */
import type { Transaction } from 'kysely'
import type { StartEntry } from '../contract/entry.ts'
import { toPieces, type Piece } from '../core/measure.ts'
import {
  toDisjoint,
  toOwned,
  toReaching,
  withoutTold,
  type Claim,
  type Stretch,
} from '../core/owner.ts'
import { toTerms, type Counting, type Terms } from '../core/policy.ts'
import {
  isCompleting,
  isWhole,
  readRun,
  readRuns,
  setDue,
  toEndedAt,
  toOffsetMs,
  toSpans,
  type EarlierOffset,
  type KnownRun,
  type Leg,
  type Patience,
} from './ledger.ts'
import { toBatches } from './many-rows.ts'
import type { LegRow, RunRow, SliceRow, Tables } from './storage.ts'
import { readTold } from './told.ts'

/** Two clocks that are both right still drift by some ms an hour; more than this is a page that adds time. */
export const CLOCK_TOLERANCE_MS = 1_000

/** A missing slice holds back a result for no longer than this after its run's end. */
const MOST_PATIENCE_MS = 3_600_000

/** One statement holds so many: SQLite takes 32,766 values, and a row has seven. */
const ROWS_AT_ONCE = 500

export async function reserve(
  tx: Transaction<Tables>,
  {
    learner,
    runId,
    counting,
    results,
    keepMs,
    gapsUntil,
    at,
  }: {
    learner: string
    runId: string
    counting: Counting
    results: Patience['results']
    /** What lies further back may have been told and pruned: it counts no more. */
    keepMs: number
    /**
     * Before it, what lacks something is not completed, as pages could not send it while there was no relay: but for an
     * hour at most, however often relays begin.
     */
    gapsUntil: number
    at: number
  },
): Promise<void> {
  const run = await readRun(tx, learner, runId)
  if (!run) return
  const completes = isCompleting(run.row, results)
  const patientUntil = Math.min(gapsUntil, toEndedAt(run) + MOST_PATIENCE_MS)
  if (completes && at < patientUntil && !isWhole(run))
    return setDue(tx, learner, runId, patientUntil)
  const own = toClaims(run, counting)
  const instants = toDisjoint(own)
  const rivals = await readRivals(tx, run.row, instants)
  const claims = [...own, ...rivals.flatMap((rival) => toClaims(rival, counting))]
  const told = claims.length > 0 ? await readTold(tx, learner, toRange(claims)) : []
  const pieces = toOwned(withoutTold(claims, [...told, toForgotten(at, keepMs)]))
  const owned = pieces.filter((piece) => piece.runId === runId)
  if (owned.length > 0 || completes) await keepSettlement(tx, learner, runId, owned, completes, at)
  await fixWinners(tx, rivals, instants, pieces)
  await markTold(tx, run, completes)
}

/** What came at an instant may be told up to some seconds after it: a clock drifts, and a leg was placed too late. */
const TOLD_AHEAD_MS = 60_000

/** Of these instants it is no longer known whether they were told: what came until then is pruned. */
const toForgotten = (at: number, keepMs: number) => ({ from: 0, to: at - keepMs + TOLD_AHEAD_MS })

/**
 * The learner's other runs with time not told yet that may claim any of these instants: some of it may be a better claim.
 * Most are found to be elsewhere without reading what they tell.
 */
async function readRivals(
  tx: Transaction<Tables>,
  { learner, run_id: runId }: RunRow,
  instants: readonly Stretch[],
): Promise<KnownRun[]> {
  const [first, last] = [instants[0], instants.at(-1)]
  if (!first || !last) return []
  const untold = await tx
    .selectFrom('slices')
    .select(({ fn }) => [
      'run_id',
      fn.min('opens_at').as('opens_at'),
      fn.min('told_reach').as('told_reach'),
      fn.max('reach').as('reach'),
      fn.max('closes_at').as('closes_at'),
      fn.max('received_at').as('received_at'),
    ])
    .where('learner', '=', learner)
    .where('run_id', '!=', runId)
    .whereRef('reach', '>', 'told_reach')
    .where('opens_at', '<', last.to)
    // What a slice claims had happened when it came.
    .where('received_at', '>=', first.from - CLOCK_TOLERANCE_MS)
    .groupBy('run_id')
    .execute()
  const bounds = new Map(untold.map((row) => [row.run_id, row]))
  const rivalIds = new Set<string>()
  for (const ids of toBatches([...bounds.keys()])) {
    const legs = await tx
      .selectFrom('legs')
      .selectAll()
      .where('learner', '=', learner)
      .where('run_id', 'in', ids)
      .execute()
    for (const leg of legs) {
      const window = toWindow(leg, bounds.get(leg.run_id)!)
      if (window && toReaching(instants, window).length > 0) rivalIds.add(leg.run_id)
    }
  }
  const rivals = await readRuns(tx, learner, [...rivalIds])
  return rivals.filter(({ row }) => row.preview === 0)
}

/** Nothing that a leg claims lies outside, if its slices lie within these bounds; undefined while it can't be placed. */
function toWindow(
  { start, offset_ms: offsetMs, earlier }: LegRow,
  bounds: Pick<SliceRow, 'opens_at' | 'told_reach' | 'reach' | 'closes_at' | 'received_at'>,
): Stretch | undefined {
  if (start === null) return undefined
  const { wallAt } = JSON.parse(start) as StartEntry
  const before = JSON.parse(earlier ?? '[]') as EarlierOffset[]
  const startedAt = [offsetMs, ...before.map(([, ms]) => ms)].map((ms) => wallAt + ms)
  return {
    from: Math.max(bounds.opens_at, Math.min(...startedAt) + bounds.told_reach),
    to: Math.min(toLatest(bounds), Math.max(...startedAt) + bounds.reach),
  }
}

/** What a run would have counted of the time that it has not told, on the relay's clock. */
export function toClaims(run: KnownRun, counting: Counting): Claim[] {
  const { activity, row } = run
  if (!activity) return []
  const terms = toTerms(counting, activity)
  return run.legs.flatMap((leg) =>
    toPlaced(leg, terms).flatMap(({ slice, startedAt, metric, from, to, ...piece }) => {
      const earliest = Math.max(slice.opens_at, startedAt + slice.told_reach)
      const claim = { from: Math.max(from, earliest), to: Math.min(to, toLatest(slice)) }
      if (metric === undefined || claim.from >= claim.to) return []
      return [{ ...piece, ...claim, runId: row.run_id, startedAt, metric }]
    }),
  )
}

/** A piece on the relay's clock, with the slice that it came in. */
export interface Placed extends Piece {
  slice: SliceRow
  /** When its leg began. */
  startedAt: number
}

/** All that a leg told of, measured and put on the relay's clock; nothing while its start is not known. */
export function toPlaced(leg: Leg, terms: Terms): Placed[] {
  const { start, onPaper } = leg
  if (!start) return []
  const placed: Placed[] = []
  let reachedAt = -Infinity
  for (const { slice, span } of toSpans(leg)) {
    const startedAt = start.wallAt + toOffsetMs(leg, slice.n)
    const said = toReaching(onPaper, { from: span[1], to: span[2] })
    const paper = said.map(({ from, to }) => [from, to] as const)
    for (const piece of toPieces(span, terms, paper)) {
      // What a page took for a sleep when its clock was put forward has not been.
      const from = Math.max(startedAt + piece.from, reachedAt)
      const to = startedAt + piece.to
      if (from >= to) continue
      reachedAt = to
      placed.push({ ...piece, from, to, slice, startedAt })
    }
  }
  return placed
}

/** Nothing is believed that lies after the sitting, or after the relay heard of it. */
export const toLatest = ({
  closes_at: closesAt,
  received_at: receivedAt,
}: Pick<SliceRow, 'closes_at' | 'received_at'>): number =>
  Math.min(closesAt, receivedAt + CLOCK_TOLERANCE_MS)

function toRange(claims: readonly Claim[]): { from: number; to: number } {
  return {
    from: claims.reduce((earliest, claim) => Math.min(earliest, claim.from), Infinity),
    to: claims.reduce((latest, claim) => Math.max(latest, claim.to), -Infinity),
  }
}

async function keepSettlement(
  tx: Transaction<Tables>,
  learner: string,
  runId: string,
  owned: Claim[],
  completes: boolean,
  at: number,
) {
  const settlementId = crypto.randomUUID()
  await tx
    .insertInto('settlements')
    .values({
      learner,
      settlement_id: settlementId,
      run_id: runId,
      state: 'reserved',
      completes: completes ? 1 : 0,
      created_at: at,
      next_at: at,
    })
    .execute()
  for (let first = 0; first < owned.length; first += ROWS_AT_ONCE) {
    const rows = owned
      .slice(first, first + ROWS_AT_ONCE)
      .map(({ from, to, metric, reason = null }) => ({
        learner,
        from_at: from,
        to_at: to,
        run_id: runId,
        metric,
        reason,
        settlement_id: settlementId,
      }))
    await tx.insertInto('told').values(rows).execute()
  }
}

/**
 * A leg to which ours has lost stays where it is: if a quicker flush of it moved it, an instant that we pass over for good
 * might be told by neither.
 */
async function fixWinners(
  tx: Transaction<Tables>,
  rivals: readonly KnownRun[],
  instants: readonly Stretch[],
  pieces: readonly Claim[],
) {
  const won = pieces.filter((piece) => toReaching(instants, piece).length > 0)
  const winners = new Set(won.map(({ runId, startedAt }) => `${runId}/${startedAt}`))
  for (const { row, legs } of rivals) {
    for (const { legId, start, offsetMs } of legs)
      if (start && winners.has(`${row.run_id}/${start.wallAt + offsetMs}`))
        await fixOffset(tx, row, legId)
  }
}

async function fixOffset(
  tx: Transaction<Tables>,
  { learner, run_id: runId }: RunRow,
  legId: string,
) {
  await tx
    .updateTable('legs')
    .set({ offset_fixed: 1 })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .where('leg_id', '=', legId)
    .execute()
}

/** Slices of a leg whose `start` has not come can't be placed yet: they stay untold, and the start makes them due. */
async function markTold(tx: Transaction<Tables>, { row, legs }: KnownRun, completes: boolean) {
  for (const { legId, start, slices } of legs) {
    // Of which nothing is known yet, nothing is told: a quicker flush may still say better where it was.
    if (!start || slices.length === 0) continue
    await tx
      .updateTable('slices')
      .set((expression) => ({ told_reach: expression.ref('reach') }))
      .where('learner', '=', row.learner)
      .where('run_id', '=', row.run_id)
      .where('leg_id', '=', legId)
      .execute()
    await fixOffset(tx, row, legId)
  }
  await tx
    .updateTable('runs')
    .set({ due_at: null, ...(completes && { completed: 1 }) })
    .where('learner', '=', row.learner)
    .where('run_id', '=', row.run_id)
    .execute()
}

/**
 * Instants from `since` on are free again that a run had taken: what the learner's other runs have passed over by then
 * is claimed once more. What of it was told stays in `told`, so that no instant is told twice.
 */
export async function claimAnew(
  tx: Transaction<Tables>,
  { learner, since, at }: { learner: string; since: number; at: number },
): Promise<void> {
  const receivedFrom = since - CLOCK_TOLERANCE_MS
  await tx
    .updateTable('slices')
    .set({ told_reach: 0 })
    .where('learner', '=', learner)
    .where('received_at', '>=', receivedFrom)
    .where('run_id', 'in', ({ selectFrom }) =>
      selectFrom('runs').select('run_id').where('learner', '=', learner).where('preview', '=', 0),
    )
    .execute()
  await tx
    .updateTable('runs')
    .set(({ fn, ref, val }) => ({ due_at: fn.coalesce(ref('due_at'), val(at)) }))
    .where('learner', '=', learner)
    .where('preview', '=', 0)
    .where('activity', 'is not', null)
    .where('run_id', 'in', ({ selectFrom }) =>
      selectFrom('slices')
        .select('run_id')
        .where('learner', '=', learner)
        .where('received_at', '>=', receivedFrom),
    )
    .execute()
}
