/**
 * What a completion asks of the gradebook: the rows that we write, and the reading back of what has come of them. Each
 * is an outbox row of its own, so that neither Caliper nor the gradebook can hold up the other.
 */
import type { Result } from '../contract/result.ts'
import {
  toGradebookWrite,
  toMasteryWrite,
  toPlatformResultId,
  type GradebookWrite,
} from '../timeback/gradebook.ts'
import type { Found } from './look-up.ts'

export interface GradebookOptions {
  /** Who writes the results: Timeback, from the event, or we. Never both. */
  mode: 'platform' | 'direct'
  /** Which of the two gives the XP in direct mode. */
  xpIn: 'event' | 'result'
  /** Writes the row that says that a whole course is mastered, once progress reaches 100 %. */
  mastery: boolean
}

/** What the run came to, for the event and for the gradebook alike. */
export interface Completion {
  eventId: string
  completedAt: number
  attempt: number
  result: Result
  xp: number
  pctComplete: number | undefined
}

/** Looks whether the result is on the line item, once what makes it has been delivered. */
export interface Readback {
  after: 'caliper' | 'gradebook'
  lineItemId: string
  studentId: string
  resultId: string
}

export type GradebookTask =
  { kind: 'gradebook'; body: GradebookWrite } | { kind: 'readback'; body: Readback }

export async function toGradebookRows(
  {
    gradebook: { mode, xpIn, mastery },
    readsBack,
  }: { gradebook: GradebookOptions; readsBack: boolean },
  { context, lineItemId, isPowerPath }: Found,
  completion: Completion,
): Promise<GradebookTask[]> {
  // PowerPath writes the results of its own lessons, and a second one would count twice.
  if (isPowerPath) return []
  const { eventId, completedAt, attempt, result, xp, pctComplete } = completion
  const tasks: GradebookTask[] = []
  const readBack = (after: Readback['after'], resultId: string) => {
    const body = { after, lineItemId, studentId: context.actor.sourcedId, resultId }
    if (readsBack) tasks.push({ kind: 'readback', body })
  }
  const givesXp = xpIn === 'result' && xp > 0
  if (mode === 'platform') readBack('caliper', toPlatformResultId(eventId))
  // As the official SDK: without questions there is nothing to grade.
  else if ((result.totalQuestions ?? 0) > 0 || givesXp) {
    const { totalQuestions, correctQuestions, masteredUnits } = result
    const body = await toGradebookWrite({
      context,
      lineItemId,
      endedAt: completedAt,
      attempt,
      totalQuestions,
      correctQuestions,
      masteredUnits,
      pctComplete,
      xp: xpIn === 'result' ? xp : undefined,
    })
    tasks.push({ kind: 'gradebook', body })
    readBack('gradebook', body.result.id)
  }
  if (mastery && pctComplete === 100)
    tasks.push({ kind: 'gradebook', body: await toMasteryWrite(context, completedAt) })
  return tasks
}
