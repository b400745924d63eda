/**
 * Stint where there is no page, as on a server that renders an app: the same shape and nothing behind it. It remembers
 * nothing, since a server's modules are shared by all whose pages it renders.
 */
import type { Run } from './run.ts'
import type { Snapshot, StartOptions, Stint } from './host.ts'

/** What a page shows before anything is started, and so what a server renders. */
export const NOTHING_YET: Snapshot = {
  run: null,
  learner: 'asking',
  context: null,
  sync: 'waiting',
  unkept: { rows: 0, ms: 0 },
  lost: { rows: 0, ms: 0 },
  problem: null,
}

const doNothing = () => {}

/** A run that never counts. */
const toStillRun = ({ id, runId = '' }: StartOptions): Run => ({
  id,
  runId,
  startedAt: new Date(0),
  isPaused: false,
  isEnded: false,
  totalActiveMs: 0,
  elapsedMs: 0,
  pause: doNothing,
  resume: doNothing,
  flag: doNothing,
  unflag: doNothing,
  claim: () => false,
  spans: () => [],
  end: async () => ({ saved: 'memory' }),
})

/** Never has a current run: what one request starts is nothing to the next. */
export const createStillStint = (): Stint => ({
  current: null,
  context: null,
  start: toStillRun,
  flush: async () => {},
  dead: async () => [],
  subscribe: () => doNothing,
  getSnapshot: () => NOTHING_YET,
  close: doNothing,
})
