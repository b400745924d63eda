/**
 * The job that a sent envelope becomes. Its state follows from the clock alone: done when its events can be read,
 * waiting for the first half of that time and active for the second.
 */
import type { Allocation } from './store.ts'

export interface Job {
  id: string
  state: 'waiting' | 'active' | 'completed'
  /** Both are absent until the job is completed. */
  returnValue?: { status: 'success'; results: readonly Allocation[] }
  processedOn?: string
}

/** `now` gives epoch milliseconds. Source: Timeback Caliper OpenAPI (September 2025), states from the official SDK. */
export function createJobs(readLagMs: number, now: () => number) {
  const jobs: { results: readonly Allocation[]; openedAt: number }[] = []

  return {
    /** Returns the job's id: a number's digits, as seen in production, in a string, as it stands in a path. */
    open(results: readonly Allocation[]): string {
      return String(jobs.push({ results, openedAt: now() }))
    },

    read(id: string): Job | undefined {
      const job = /^[1-9]\d*$/.test(id) ? jobs[Number(id) - 1] : undefined
      if (!job) return undefined
      const { results, openedAt } = job
      const elapsedMs = now() - openedAt
      if (elapsedMs < readLagMs) {
        return { id, state: elapsedMs < readLagMs / 2 ? 'waiting' : 'active' }
      }
      const processedOn = new Date(openedAt + readLagMs).toISOString()
      return { id, state: 'completed', returnValue: { status: 'success', results }, processedOn }
    },

    clear(): void {
      jobs.length = 0
    },
  }
}

export type Jobs = ReturnType<typeof createJobs>
