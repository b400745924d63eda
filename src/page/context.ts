/**
 * The learner's context, as the relay puts it together: read beside the work, for whoever shows it. Nothing waits for
 * it, and where it can't be had there is none.
 */
import type { Course } from '../contract/activity.ts'
import type { Context, ContextAnswer } from '../contract/context.ts'
import type { Grant } from '../contract/grant.ts'
import type { Clock } from './clock.ts'

/** What is to be read. For another run it is read at once, for the same one again after a while. */
export interface Wanted {
  course: Course
  /** Names what it is read for: a run, and whether that has ended. */
  of: string
  /** The run has ended, so that there is something new to come. */
  isEnded: boolean | undefined
}

/** Gives what was read, or nothing if there is nothing new. Never rejects. */
export type ReadContext = (
  grant: Partial<Pick<Grant, 'reading' | 'looksUp'>>,
  wanted: Wanted,
) => Promise<Context | undefined>

const EVERY_MS = 300_000

/** A reading token lives for fifteen minutes, and each answer brings the next one. */
const TOKEN_LIFE_MS = 840_000
const TIMEOUT_MS = 15_000

export function createReadContext(
  relay: string,
  fetch: typeof globalThis.fetch,
  clock: Clock,
): ReadContext {
  let granted = ''
  let token = ''
  let tokenAt = 0
  let readOf = ''
  let readAt = 0
  let asOf = 0

  const take = (given: string) => {
    token = given
    tokenAt = clock.mono()
  }

  return async ({ reading, looksUp }, { course, of, isEnded }) => {
    if (!reading || !looksUp) return
    if (granted !== reading.token) take((granted = reading.token))
    const now = clock.mono()
    // Asking would only leave an error in the host's console.
    if (now - tokenAt > TOKEN_LIFE_MS || (of === readOf && now - readAt < EVERY_MS)) return
    readOf = of
    readAt = now
    const askedFor = granted
    const query = new URLSearchParams(course as unknown as Record<string, string>)
    try {
      const response = await fetch(`${relay}/v1/context?${query}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!response.ok) return
      const { reading: next, ...context } = (await response.json()) as ContextAnswer
      // Meanwhile there may be another grant, and that may be another learner's.
      if (granted !== askedFor) return
      take(next.token)
      // The relay puts it together anew once it has told of the run: until then, it is asked again with the next flush.
      if (isEnded && asOf === context.asOf) readOf = ''
      asOf = context.asOf
      return context
    } catch {
      return
    }
  }
}
