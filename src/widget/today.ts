/**
 * How long the learner worked today, in this course: what Timeback knew when the run was first seen, and what came since.
 * Invariant: it never falls within a run, and counts no second twice, though Timeback may have been told of the run
 * meanwhile.
 */
import type { Snapshot } from '../page/host.ts'

/** Gives ms, or null where nobody knows. */
export type ReadToday = (snapshot: Pick<Snapshot, 'run' | 'context'>) => number | null

export function createReadToday(): ReadToday {
  let runId = ''
  let knownMs = 0
  let fromMs = 0
  return ({ run, context }) => {
    if (!run || !context?.today) return null
    const { activeMs } = context.today
    if (runId !== run.runId) {
      runId = run.runId
      knownMs = activeMs
      // Of what earlier pages came to, Timeback may have heard.
      fromMs = run.isContinued ? run.totals.active : 0
    }
    return Math.max(activeMs, knownMs + run.totals.active - fromMs)
  }
}
