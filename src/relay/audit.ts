/**
 * What became of a learner's day: every leg's wall time, sorted into what happened to it.
 *
 * Invariant: the parts of `ms` add up to `wallMs`, to the millisecond. A stretch that two legs saw is in both, and counts
 * in one: in the other it is `elsewhere`.
 */
import { NO_TIME, type Totals } from '../core/measure.ts'
import { toTerms, type Counting } from '../core/policy.ts'
import { toDayRange } from './day.ts'
import { readRun, toOffsetMs, type KnownRun, type Leg } from './ledger.ts'
import { readLosses, type Loss } from './losses.ts'
import { CLOCK_TOLERANCE_MS } from './reserve.ts'
import type { Database } from './storage.ts'
import { toTimeline, type TimelinePiece } from './timeline.ts'
import { readTold, type SettledStretch } from './told.ts'

/**
 * `told`: Timeback has it. `sending`: it is on its way there. `parked`: Timeback refused an event of that settlement.
 * `dropped`: and a person gave it up. `preview`: of a run that is never told. `missing`: no slice has come of it. The
 * others are the timeline's.
 */
export type Fate =
  | 'told'
  | 'sending'
  | 'parked'
  | 'dropped'
  | 'preview'
  | 'waiting'
  | 'elsewhere'
  | 'late'
  | 'outside'
  | 'uncounted'
  | 'missing'

export interface AuditedLeg {
  runId: string
  legId: string
  activity: string | null
  /** The part of it that is in the day, in epoch ms of the relay's clock; null while its start has not come. */
  from: number | null
  to: number | null
  wallMs: number
  ms: Record<Fate, number>
  /** Numbers of slices that must exist and have not come; of the whole leg. */
  missing: number[]
}

/** Durations are ms. */
export interface Audit {
  learner: string
  day: string
  /** The day in the relay's time zone, `[from, to)` in epoch ms. */
  from: number
  to: number
  wallMs: number
  ms: Record<Fate, number>
  /** What the day's told time counts as. */
  counted: Totals
  legs: AuditedLeg[]
  /** What the learner's browsers said in that day: it is in no part of `ms`, as nobody knows when or in which run it was. */
  losses: Loss[]
}

export interface AuditOptions {
  counting: Counting
  timezone: string
}

const NOTHING: Readonly<Record<Fate, number>> = {
  told: 0,
  sending: 0,
  parked: 0,
  dropped: 0,
  preview: 0,
  waiting: 0,
  elsewhere: 0,
  late: 0,
  outside: 0,
  uncounted: 0,
  missing: 0,
}

/** `day` is `YYYY-MM-DD`. Throws a RangeError where it is no day. */
export async function audit(
  db: Database,
  { counting, timezone }: AuditOptions,
  { learner, day }: { learner: string; day: string },
): Promise<Audit> {
  const range = toDayRange(day, timezone)
  const told = await readTold(db, learner, range)
  const fates = await readFates(db, learner, told)
  const legs: AuditedLeg[] = []
  for (const runId of await readRunIds(db, learner, range.from)) {
    const run = await readRun(db, learner, runId)
    for (const leg of run?.legs ?? []) {
      const audited = auditLeg(run!, leg, { counting, range, told, fates })
      if (audited.from === null || audited.wallMs > 0) legs.push(audited)
    }
  }
  const counted = { ...NO_TIME }
  for (const { from, to, metric } of told) counted[metric] += overlap(range, { from, to })
  const ms = { ...NOTHING }
  for (const leg of legs) for (const fate of FATES) ms[fate] += leg.ms[fate]
  const wallMs = legs.reduce((sum, leg) => sum + leg.wallMs, 0)
  const losses = await readLosses(db, learner, range)
  return { learner, day, ...range, wallMs, ms, counted, legs, losses }
}

const FATES = Object.keys(NOTHING) as Fate[]

interface Range {
  from: number
  to: number
}

interface Day {
  counting: Counting
  range: Range
  told: readonly SettledStretch[]
  fates: ReadonlyMap<string, Fate>
}

function auditLeg(run: KnownRun, leg: Leg, { counting, range, told, fates }: Day): AuditedLeg {
  const { legId, start, missing } = leg
  const ms = { ...NOTHING }
  const about = { runId: run.row.run_id, legId, activity: run.activity?.id ?? null, ms, missing }
  if (!start || !run.activity) return { ...about, from: null, to: null, wallMs: 0 }
  const reach = Math.max(leg.slices.at(-1)?.reach ?? 0, run.end?.legs[legId]?.reach ?? 0)
  const own = {
    from: start.wallAt + toOffsetMs(leg, 0),
    to: start.wallAt + leg.offsetMs + reach,
  }
  const timeline = toTimeline(leg, toTerms(counting, run.activity), told)
  for (const piece of timeline) {
    if (run.row.preview === 1) ms.preview += overlap(range, piece)
    else if (piece.outcome !== 'told') ms[piece.outcome] += overlap(range, piece)
    else addTold(ms, piece, run.row.run_id, { range, told, fates })
  }
  ms.missing = toHoles(own, timeline).reduce((sum, hole) => sum + overlap(range, hole), 0)
  const wallMs = FATES.reduce((sum, fate) => sum + ms[fate], 0)
  const [from, to] = [Math.max(own.from, range.from), Math.min(own.to, range.to)]
  return { ...about, from, to, wallMs }
}

/** A piece may be told of by several settlements, each with a fate of its own. */
function addTold(
  ms: Record<Fate, number>,
  piece: TimelinePiece,
  runId: string,
  { range, told, fates }: Omit<Day, 'counting'>,
): void {
  for (const stretch of told) {
    if (stretch.runId !== runId || stretch.metric !== piece.metric) continue
    const from = Math.max(stretch.from, piece.from)
    const to = Math.min(stretch.to, piece.to)
    if (from < to) ms[fates.get(stretch.settlementId) ?? 'sending'] += overlap(range, { from, to })
  }
}

/** What no piece covers of a leg. */
function toHoles(own: Range, timeline: readonly Range[]): Range[] {
  const holes: Range[] = []
  let at = own.from
  for (const { from, to } of timeline.toSorted((a, b) => a.from - b.from)) {
    if (from > at) holes.push({ from: at, to: from })
    at = Math.max(at, to)
  }
  return at < own.to ? [...holes, { from: at, to: own.to }] : holes
}

const overlap = (a: Range, b: Range) => Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from))

/** What happened in a day came in it or later. */
async function readRunIds(db: Database, learner: string, from: number): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('run_id')
    .where('learner', '=', learner)
    .where('last_at', '>=', from - CLOCK_TOLERANCE_MS)
    .orderBy('first_at')
    .execute()
  return rows.map((row) => row.run_id)
}

/** The worst that befell an event of a settlement is what is said of all its time: nobody is told of too much. */
async function readFates(
  db: Database,
  learner: string,
  told: readonly SettledStretch[],
): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>()
  const ids = [...new Set(told.map(({ settlementId }) => settlementId))]
  if (ids.length === 0) return fates
  const rows = await db
    .selectFrom('outbox')
    .select(['settlement_id', 'state'])
    .where('learner', '=', learner)
    .where('settlement_id', 'in', ids)
    .where('kind', '=', 'caliper')
    // A completion that was refused by itself takes no time with it.
    .where('body', 'like', '%"TimeSpentEvent"%')
    .execute()
  const worst: Fate[] = ['dropped', 'parked', 'sending', 'told']
  for (const { settlement_id: id, state } of rows) {
    const fate = state === 'delivered' ? 'told' : toFate(state)
    const before = fates.get(id) ?? 'told'
    fates.set(id, worst.indexOf(fate) < worst.indexOf(before) ? fate : before)
  }
  return fates
}

const toFate = (state: string): Fate =>
  state === 'parked' || state === 'dropped' ? state : 'sending'
