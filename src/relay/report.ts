/** What `GET /v1/runs/{id}` tells of a run: what was seen, what is missing, what it counted as and why, what was told. */
import type { Activity } from '../contract/activity.ts'
import type { Span } from '../contract/entry.ts'
import type { Result } from '../contract/result.ts'
import { NO_TIME, type Metric, type Totals } from '../core/measure.ts'
import { toTerms, type Counting } from '../core/policy.ts'
import { isWhole, readRun, toOffsetMs, toResult, toSpans, type KnownRun } from './ledger.ts'
import type { Database } from './storage.ts'
import { toTimeline, type TimelinePiece } from './timeline.ts'
import { readTold } from './told.ts'

/** Instants are epoch ms of the relay's clock, durations ms. */
export interface RunReport {
  runId: string
  activity: Activity | null
  preview: boolean
  firstAt: number
  lastAt: number
  /** `open` until its `end` came; `whole` when nothing the end speaks of is missing. */
  state: 'open' | 'ended'
  whole: boolean
  result: Result | null
  /** Whose word the result is. */
  resultBy: 'page' | 'host' | null
  /** What the page told of each leg, and how that is explained. */
  legs: { legId: string; spans: Span[]; timeline: TimelinePiece[]; missing: number[] }[]
  /** By the relay's policy, each leg alone; before other legs and runs of the learner claim their instants. */
  seen: Totals
  /** What has been told or is about to be, instant by instant. */
  told: { from: number; to: number; metric: Metric; reason: string | null }[]
  counted: Totals
  settlements: { state: string; completes: boolean; held: string | null }[]
  /** What goes out or has gone: the envelopes, the gradebook's rows, and the looking whether the result is there. */
  deliveries: {
    kind: 'caliper' | 'gradebook' | 'readback'
    state: string
    tries: number
    eventIds: string[]
    answer: string | null
    nextAt: number
    maybeTwice: boolean
  }[]
  attempt: number | null
}

export async function reportRun(
  db: Database,
  learner: string,
  runId: string,
  counting: Counting,
): Promise<RunReport | undefined> {
  const run = await readRun(db, learner, runId)
  if (!run) return undefined
  const all = await readTold(db, learner, toRange(run))
  const told = all
    .filter((stretch) => stretch.runId === runId)
    .map(({ from, to, metric, reason }) => ({ from, to, metric, reason }))
  const terms = run.activity && toTerms(counting, run.activity)
  const seen = { ...NO_TIME }
  const legs = run.legs.map((leg) => {
    const timeline = terms ? toTimeline(leg, terms, all) : []
    for (const { from, to, metric } of timeline) seen[metric ?? 'uncounted'] += to - from
    return {
      legId: leg.legId,
      missing: leg.missing,
      spans: toSpans(leg).map(({ span }) => span),
      timeline,
    }
  })
  const counted = { ...NO_TIME }
  for (const { from, to, metric } of told) counted[metric] += to - from
  return {
    runId,
    activity: run.activity ?? null,
    preview: run.row.preview === 1,
    firstAt: run.row.first_at,
    lastAt: run.row.last_at,
    state: run.end || run.recorded ? 'ended' : 'open',
    whole: isWhole(run),
    result: toResult(run) ?? null,
    resultBy: run.recorded ? 'host' : run.end ? 'page' : null,
    legs,
    seen,
    told,
    counted,
    ...(await readTelling(db, learner, runId)),
  }
}

/** The time that a run tells of, on the relay's clock. */
function toRange({ legs }: KnownRun): { from: number; to: number } {
  const placed = legs.flatMap((leg) => {
    const { start, offsetMs, slices } = leg
    if (!start) return []
    const from = start.wallAt + toOffsetMs(leg, 0)
    return [{ from, to: start.wallAt + offsetMs + (slices.at(-1)?.reach ?? 0) }]
  })
  return {
    from: placed.reduce((earliest, leg) => Math.min(earliest, leg.from), Number.MAX_SAFE_INTEGER),
    to: placed.reduce((latest, leg) => Math.max(latest, leg.to), 0),
  }
}

async function readTelling(
  db: Database,
  learner: string,
  runId: string,
): Promise<Pick<RunReport, 'settlements' | 'deliveries' | 'attempt'>> {
  const settlements = await db
    .selectFrom('settlements')
    .select(['state', 'completes', 'held'])
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .orderBy('created_at')
    .execute()
  const rows = await db
    .selectFrom('outbox')
    .select(['kind', 'state', 'tries', 'event_ids', 'answer', 'next_at', 'maybe_twice'])
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .orderBy('seq')
    .execute()
  const attempt = await db
    .selectFrom('attempts')
    .select('attempt')
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .executeTakeFirst()
  return {
    settlements: settlements.map((row) => ({ ...row, completes: row.completes === 1 })),
    deliveries: rows.map((row) => ({
      kind: row.kind,
      state: row.state,
      tries: row.tries,
      eventIds: JSON.parse(row.event_ids) as string[],
      answer: row.answer,
      nextAt: row.next_at,
      maybeTwice: row.maybe_twice === 1,
    })),
    attempt: attempt?.attempt ?? null,
  }
}
