/**
 * What EduBridge's analytics count: per day and subject, or row by row for a week. Names and e-mails in the rows get no
 * further than this file.
 *
 * Days without activity are absent, not zero. The weekly call answers with the rows of every app, and one activity has
 * two: XP and questions are in rows of type `ActivityEvent`, seconds in rows of type `TimeSpentEvent`; whoever sums up
 * must choose by it.
 *
 * Source: Timeback EduBridge OpenAPI (September 2025), official Python SDK 0.4, an integrator's live probes (2026).
 */
import { z } from 'zod'
import { orNone, readAs, text } from './lenient.ts'

/** Sums; what Timeback leaves out is 0. */
export interface Fact {
  xpEarned: number
  totalQuestions: number
  correctQuestions: number
  masteredUnits: number
  activeSeconds: number
  inactiveSeconds: number
  wasteSeconds: number
}

export interface ActivityFacts {
  /** By local day, `YYYY-MM-DD`, then by subject. */
  facts: Record<string, Record<string, Fact>>
  /** By local day, subject and app. */
  factsByApp: Record<string, Record<string, Record<string, Fact>>>
}

export interface WeekFact extends Fact {
  /** The local day. */
  date: string | null
  datetime: string | null
  userId: string | null
  subject: string | null
  app: string | null
  courseId: string | null
  enrollmentId: string | null
  activityId: string | null
  activityName: string | null
  /** `ActivityEvent` or `TimeSpentEvent`. */
  eventType: string | null
  /** `oneroster:assessment_result:<id>` or `caliper:event:<id>`. */
  source: string | null
}

// A number, or a string such as "540.00"; anything else would make a sum wrong, so it is refused.
const amount = z
  .union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())])
  .nullish()
  .transform((value) => value ?? 0)

const activityMetrics = {
  xpEarned: amount,
  totalQuestions: amount,
  correctQuestions: amount,
  masteredUnits: amount,
}
const timeSpentMetrics = {
  activeSeconds: amount,
  inactiveSeconds: amount,
  wasteSeconds: amount,
}

const fact = z
  .object({
    activityMetrics: orNone(z.object(activityMetrics)),
    timeSpentMetrics: orNone(z.object(timeSpentMetrics)),
  })
  .transform((value) => ({ ...value.activityMetrics, ...value.timeSpentMetrics }))

const bySubject = z.record(z.string(), fact)

const activityFacts: z.ZodType<ActivityFacts> = z.object({
  facts: z.record(z.string(), bySubject),
  factsByApp: orNone(z.record(z.string(), z.record(z.string(), bySubject))),
})

const weekFact: z.ZodType<WeekFact> = z.object({
  date: text,
  datetime: text,
  userId: text,
  subject: text,
  app: text,
  courseId: text,
  enrollmentId: text,
  activityId: text,
  activityName: text,
  eventType: text,
  source: text,
  ...activityMetrics,
  ...timeSpentMetrics,
})

const weekFacts = z
  .object({ facts: z.array(weekFact) })
  .transform(({ facts }) => withoutCopies(facts))

export const readActivityFacts = readAs(activityFacts)
export const readWeekFacts = readAs(weekFacts)

/** TimeSpentEvents come twice now and then, told by learner, time, activity and seconds (an integrator, 2026). */
function withoutCopies(facts: WeekFact[]): WeekFact[] {
  const seen = new Set<string>()
  return facts.filter((one) => {
    if (one.eventType !== 'TimeSpentEvent' || one.datetime === null) return true
    const { userId, datetime, activityId, activeSeconds, inactiveSeconds, wasteSeconds } = one
    const key = JSON.stringify([
      userId,
      datetime,
      activityId,
      activeSeconds,
      inactiveSeconds,
      wasteSeconds,
    ])
    const isCopy = seen.has(key)
    seen.add(key)
    return !isCopy
  })
}
