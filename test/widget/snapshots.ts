/** What a page's Stint may have to show. */
import type { Context } from '../../src/contract/context.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import type { RunSnapshot } from '../../src/page/run-snapshot.ts'
import type { Snapshot } from '../../src/page/stint.ts'

export const toRun = (run: Partial<RunSnapshot> = {}): RunSnapshot => ({
  runId: 'run-1',
  activity: { id: 'fractions', name: 'Fractions', course: { subject: 'Math', grade: 3 } },
  startedAt: 0,
  isContinued: false,
  presence: 'active',
  isPaused: false,
  isEnded: false,
  totals: { ...NO_TIME, active: 247_000 },
  elapsedMs: 0,
  idleAt: null,
  claimableMs: 0,
  result: null,
  ...run,
})

export const toSnapshot = (snapshot: Partial<Snapshot> = {}): Snapshot => ({
  run: toRun(),
  learner: 'known',
  context: null,
  unkept: { rows: 0, ms: 0 },
  lost: { rows: 0, ms: 0 },
  sync: 'saved',
  problem: null,
  ...snapshot,
})

export const toContext = (context: Partial<Context> = {}): Context => ({
  v: 1,
  asOf: 0,
  enrolled: true,
  ifNotEnrolled: 'hold',
  course: null,
  progress: null,
  today: null,
  week: null,
  goals: null,
  missing: [],
  ...context,
})
