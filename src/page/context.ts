/**
 * The learner's context, as the relay puts it together: read beside the work, for whoever shows it. Nothing waits for
 * it, and where it can't be had there is none.
 */
import type { Course } from '../contract/activity.ts'
import type { Context } from '../contract/context.ts'
import type { Grant } from '../contract/grant.ts'
import type { Clock } from './clock.ts'

/** What the reading is for. Another run is read for at once, the same one again after a while. */
export interface Reading {
  course: Course
  /** Names what it is read for: a run, and whether that has ended. */
  of: string
}

/** Gives what was read, or nothing if there is nothing new. Never rejects. */
export type ReadContext = (
  grant: Partial<Pick<Grant, 'reading'>>,
  reading: Reading,
) => Promise<Context | undefined>

const EVERY_MS = 300_000
const TIMEOUT_MS = 15_000

export function createReadContext(
  relay: string,
  fetch: typeof globalThis.fetch,
  clock: Clock,
): ReadContext {
  let readOf = ''
  let readAt = 0
  return async ({ reading }, { course, of }) => {
    if (!reading || (of === readOf && clock.mono() - readAt < EVERY_MS)) return
    readOf = of
    readAt = clock.mono()
    const query = new URLSearchParams(course as unknown as Record<string, string>)
    try {
      const response = await fetch(`${relay}/v1/context?${query}`, {
        headers: { authorization: `Bearer ${reading.token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      // A relay that looks nothing up has none, and a reading token is good for minutes.
      return response.ok ? ((await response.json()) as Context) : undefined
    } catch {
      return undefined
    }
  }
}
