/**
 * The first step of settling: measure what a run has not told yet, and reserve it. One transaction.
 *
 * Invariant: each instant of a learner is told once. What a settlement takes is in `told` from here on, whatever
 * happens to the settlement later; what lost to a better claim is passed over, for as long as that claim stands.
 */
import type { Transaction } from 'kysely'
import { toPieces, type Piece } from '../core/measure.ts'
import { toOwned, toReaching, withoutTold, type Claim } from '../core/owner.ts'
import { toTerms, type Counting, type Terms } from '../core/policy.ts'
import {
  isCompleting,
  isWhole,
  readRun,
  toOffsetMs,
  toSpans,
  type KnownRun,
  type Leg,
  type Patience,
} from './ledger.ts'
import type { RunRow, SliceRow, Tables } from './storage.ts'
import { readTold } from './told.ts'

/** Two clocks that are both right still drift by some ms an hour; more than this is a page that adds time. */
export const CLOCK_TOLERANCE_MS = 1_000

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
    /** Before it, what lacks something is not completed: pages could not send it while there was no relay. */
    gapsUntil: number
    at: number
  },
): Promise<void> {
  const run = await readRun(tx, learner, runId)
  if (!run) return
  const completes = isCompleting(run.row, results)
  if (completes && at < gapsUntil && !isWhole(run)) return setDue(tx, run.row, gapsUntil)
  const own = toClaims(run, counting)
  const rivals = await readRivals(tx, run, own)
  const claims = [...own, ...rivals.flatMap((rival) => toClaims(rival, counting))]
  const told = claims.length > 0 ? await readTold(tx, learner, toRange(claims)) : []
  const pieces = toOwned(withoutTold(claims, [...told, toForgotten(at, keepMs)]))
  const owned = pieces.filter((piece) => piece.runId === runId)
  if (owned.length > 0 || completes) await keepSettlement(tx, learner, runId, owned, completes, at)
  await fixWinners(tx, rivals, own, pieces)
  await markTold(tx, run, completes)
}

async function setDue(
  tx: Transaction<Tables>,
  { learner, run_id: runId }: RunRow,
  dueAt: number,
): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ due_at: dueAt })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .execute()
}

/** What came at an instant may be told up to some seconds after it: a clock drifts, and a leg was placed too late. */
const TOLD_AHEAD_MS = 60_000

/** Of these instants it is no longer known whether they were told: what came until then is pruned. */
const toForgotten = (at: number, keepMs: number) => ({ from: 0, to: at - keepMs + TOLD_AHEAD_MS })

/** The learner's other runs with time not told yet: some of it may be a better claim to the same instants. */
async function readRivals(
  tx: Transaction<Tables>,
  { row: { learner, run_id: runId } }: KnownRun,
  own: Claim[],
): Promise<KnownRun[]> {
  const earliest = own.reduce((from, claim) => Math.min(from, claim.from), Infinity)
  const rows = await tx
    .selectFrom('slices')
    .select('run_id')
    .distinct()
    .where('learner', '=', learner)
    .where('run_id', '!=', runId)
    .whereRef('reach', '>', 'told_reach')
    // What a slice claims had happened when it came.
    .where('received_at', '>=', Math.min(earliest, Number.MAX_SAFE_INTEGER) - CLOCK_TOLERANCE_MS)
    .execute()
  const runs = await Promise.all(rows.map((row) => readRun(tx, learner, row.run_id)))
  return runs.filter((run) => run !== undefined && run.row.preview === 0) as KnownRun[]
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
export const toLatest = ({ closes_at: closesAt, received_at: receivedAt }: SliceRow): number =>
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
  own: readonly Claim[],
  pieces: readonly Claim[],
) {
  for (const { row, legs } of rivals) {
    const won = pieces.filter(
      ({ runId, from, to }) =>
        runId === row.run_id && own.some((claim) => claim.from < to && claim.to > from),
    )
    const winners = new Set(won.map(({ startedAt }) => startedAt))
    for (const { legId, start, offsetMs } of legs)
      if (start && winners.has(start.wallAt + offsetMs)) await fixOffset(tx, row, legId)
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
