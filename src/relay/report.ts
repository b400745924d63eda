/** What `GET /v1/runs/{id}` tells of a run: what was seen, what is missing, what it counted as and why, what was told. */
import type { Activity } from '../contract/activity.ts'
import type { Span } from '../contract/entry.ts'
import type { Result } from '../contract/result.ts'
import type { Policy } from '../contract/grant.ts'
import { measure, NO_TIME, type Totals } from '../core/measure.ts'
import { isWhole, readRun } from './ledger.ts'
import type { Database } from './storage.ts'

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
  legs: { legId: string; spans: Span[]; missing: number[] }[]
  /** By the relay's policy, each leg alone; before other legs and runs of the learner claim their instants. */
  seen: Totals
  /** What has been told or is about to be, instant by instant. */
  told: { from: number; to: number; metric: string; reason: string | null }[]
  counted: Totals
  settlements: { state: string; completes: boolean; held: string | null }[]
  deliveries: {
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
  policy: Policy,
): Promise<RunReport | undefined> {
  const run = await readRun(db, learner, runId)
  if (!run) return undefined
  const legs = run.legs.map(({ legId, slices, missing }) => ({
    legId,
    missing,
    spans: slices.flatMap((slice) => JSON.parse(slice.spans) as Span[]),
  }))
  const told = await readTold(db, learner, runId)
  const counted = { ...NO_TIME }
  for (const { from, to, metric } of told) counted[metric as keyof Totals] += to - from
  return {
    runId,
    activity: run.activity ?? null,
    preview: run.row.preview === 1,
    firstAt: run.row.first_at,
    lastAt: run.row.last_at,
    state: run.end ? 'ended' : 'open',
    whole: isWhole(run),
    result: run.end?.result ?? null,
    legs,
    seen: measure(
      legs.flatMap(({ spans }) => spans),
      policy,
    ),
    told,
    counted,
    ...(await readTelling(db, learner, runId)),
  }
}

async function readTold(db: Database, learner: string, runId: string): Promise<RunReport['told']> {
  return db
    .selectFrom('told')
    .select(['from_at as from', 'to_at as to', 'metric', 'reason'])
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .orderBy('from_at')
    .execute()
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
    .select(['state', 'tries', 'event_ids', 'answer', 'next_at', 'maybe_twice'])
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .orderBy('created_at')
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
