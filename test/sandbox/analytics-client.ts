/** A client that asks analytics about the example school's class. */
import { openClass } from './school-events.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { Json } from './payloads.ts'

interface Answer {
  status: number
  body: Json & { facts: Record<string, Record<string, Json>> }
}

interface WeekAnswer {
  status: number
  body: Json & { facts: Json[] }
}

/** The day on which the events of `school-events.ts` happen. */
export const DAY = { startDate: '2026-01-27T00:00:00.000Z', endDate: '2026-01-27T23:59:59.999Z' }

/** The sums of a day and subject, as far as a test cares. */
export const metrics = (xpEarned: number, activeSeconds: number) => ({
  activityMetrics: { xpEarned },
  timeSpentMetrics: { activeSeconds },
})

export async function openAnalytics(options: SandboxOptions = {}) {
  const school = await openClass(options)
  const ask = async <T>(path: string, query: Record<string, string>): Promise<T> => {
    const response = await school.get(`/edubridge/analytics${path}?${new URLSearchParams(query)}`)
    return { status: response.status, body: await response.json() } as T
  }
  return {
    ...school,
    activity: (query: Record<string, string>) => ask<Answer>('/activity', query),
    weekly: (query: Record<string, string>) => ask<WeekAnswer>('/facts/weekly', query),
    enrollment: (id: string, query: Record<string, string> = {}) =>
      ask<Answer>(`/enrollment/${id}`, query),
  }
}
