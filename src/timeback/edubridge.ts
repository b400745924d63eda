/**
 * Timeback's EduBridge: a learner's enrolments, and what the analytics counted of their work. Apart from `enroll` it
 * only reads. What lies outside the client's organisations is an empty list, not a refusal.
 *
 * Source: Timeback EduBridge OpenAPI (September 2025), official Python SDK 0.4, integrators' public clients (2026).
 */
import { z } from 'zod'
import {
  createAsk,
  TIMEOUT_MS,
  type Answer,
  type ClientOptions,
  type ClientPlatform,
} from './answer.ts'
import {
  readActivityFacts,
  readWeekFacts,
  type ActivityFacts,
  type WeekFact,
} from './edubridge-facts.ts'
import { toBaseUrl, toSegment } from './endpoints.ts'
import type { ExchangeRequest } from './exchange.ts'
import { id, number, orNone, readUnder, text, texts } from './lenient.ts'
import { toEndOfDay, toInstantOfDay } from './local-day.ts'

export type { ActivityFacts, Fact, WeekFact } from './edubridge-facts.ts'

/** An enrolment is current on the days from `beginDate` to `endDate`, where null is open. */
export interface EduBridgeEnrollment {
  id: string
  role: string | null
  beginDate: string | null
  endDate: string | null
  course: EnrolledCourse | null
  school: { id: string; name: string | null } | null
  /** By the day. */
  goals: Goals
  metrics: Metrics
}

export interface EnrolledCourse {
  id: string
  title: string | null
  subjects: string[]
  /** `-1` to `13`. */
  grades: string[]
  /** What the whole course holds. */
  metrics: Metrics
  primaryApp: { id: string | null; name: string | null } | null
}

export interface Goals {
  dailyXp: number | null
  dailyLessons: number | null
  dailyActiveMinutes: number | null
  /** Percent. */
  dailyAccuracy: number | null
  dailyMasteredUnits: number | null
}

export interface Metrics {
  totalXp: number | null
  totalLessons: number | null
}

/** Local days, `YYYY-MM-DD`, both included. `timezone` is an IANA name and decides where a day begins. */
export interface Days {
  from: string
  to: string
  timezone: string
}

export interface EduBridgeClient {
  /** All that Timeback calls active; see `EduBridgeEnrollment` for which are current. */
  listEnrollments(userId: string): Promise<Answer<EduBridgeEnrollment[]>>
  /** What each day counted. Wide ranges take long. Rejects for what is no day or time zone. */
  readActivity(of: Days & { studentId: string }): Promise<Answer<ActivityFacts>>
  /** The rows of the week, Sunday to Saturday, around a local day. Rejects for what is no day or time zone. */
  readWeek(of: { studentId: string; date: string; timezone: string }): Promise<Answer<WeekFact[]>>
  /** What each day counted for one enrolment; without days, all of it. Rejects for what is no day or time zone. */
  readEnrollmentFacts(enrollmentId: string, days?: Days): Promise<Answer<ActivityFacts>>
  /**
   * Enrols. Nobody promises that doing it twice enrols once: after a `retry` that may have been acted on (`no_answer`,
   * `server_error`, `unreadable`) look at `listEnrollments` first, or give a `sourcedId`.
   */
  enroll(
    userId: string,
    courseId: string,
    schoolId?: string,
    body?: EnrollBody,
  ): Promise<Answer<Record<string, unknown>>>
}

export interface EnrollBody {
  sourcedId?: string
  /** Timeback's default is `student`. */
  role?: string
  beginDate?: string
  metadata?: Record<string, unknown>
}

/** The facts of a long time take up to 90 s (an integrator, 2026). */
const FACTS_TIMEOUT_MS = 90_000
const NOON_MS = 43_200_000
const GET: ExchangeRequest = { method: 'GET' }

const metrics = z.object({ totalXp: number, totalLessons: number })
const goals = z.object({
  dailyXp: number,
  dailyLessons: number,
  dailyActiveMinutes: number,
  dailyAccuracy: number,
  dailyMasteredUnits: number,
})

const course = z
  .object({
    id,
    title: text,
    subjects: texts,
    grades: texts,
    metadata: orNone(z.object({ metrics: orNone(metrics) })),
    primaryApp: z.object({ id: text, name: text }).nullable().catch(null),
  })
  .transform(({ metadata, ...rest }) => ({ ...rest, metrics: metadata.metrics }))

const enrollment: z.ZodType<EduBridgeEnrollment> = z
  .object({
    id,
    role: text,
    beginDate: text,
    endDate: text,
    course: course.nullable().catch(null),
    school: z.object({ id, name: text }).nullable().catch(null),
    metadata: orNone(z.object({ goals: orNone(goals), metrics: orNone(metrics) })),
  })
  .transform(({ metadata, ...rest }) => ({ ...rest, ...metadata }))

/** Methods reject only for arguments that are none, such as the id `.`. Throws a `TypeError` if `apiUrl` is no absolute http(s) URL. */
export function createEduBridge(
  { apiUrl, token }: ClientOptions,
  { fetch = globalThis.fetch, timeoutMs }: ClientPlatform = {},
): EduBridgeClient {
  const base = `${toBaseUrl(apiUrl, 'apiUrl')}/edubridge`
  const ask = createAsk({ token, fetch, timeoutMs: timeoutMs ?? TIMEOUT_MS })
  const askFacts = createAsk({ token, fetch, timeoutMs: timeoutMs ?? FACTS_TIMEOUT_MS })

  return {
    listEnrollments: async (userId) =>
      ask(
        `${base}/enrollments/user/${toSegment(userId, 'user id')}`,
        GET,
        readUnder('data', z.array(enrollment)),
      ),
    readActivity: async ({ studentId, ...days }) => {
      const query = toQuery({ studentId, ...toBounds(days) })
      return askFacts(`${base}/analytics/activity?${query}`, GET, readActivityFacts)
    },
    readWeek: async ({ studentId, date, timezone }) => {
      const query = toQuery({ studentId, weekDate: toNoon(date, timezone), timezone })
      return askFacts(`${base}/analytics/facts/weekly?${query}`, GET, readWeekFacts)
    },
    readEnrollmentFacts: async (enrollmentId, days) => {
      const query = days ? `?${toQuery(toBounds(days))}` : ''
      const url = `${base}/analytics/enrollment/${toSegment(enrollmentId, 'enrollment id')}${query}`
      return askFacts(url, GET, readActivityFacts)
    },
    enroll: async (userId, courseId, schoolId, body) =>
      ask(
        `${base}/enrollments/enroll/${toPath(userId, courseId, schoolId)}`,
        toPost(body),
        readUnder('data', z.record(z.string(), z.unknown())),
      ),
  }
}

function toPath(...ids: (string | undefined)[]): string {
  return ids.flatMap((one) => (one === undefined ? [] : [toSegment(one, 'enroll id')])).join('/')
}

function toPost(body: object | undefined): ExchangeRequest {
  if (!body) return { method: 'POST' }
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/** Midnight of a Sunday is still Saturday for a server that takes the day in UTC, and noon is Sunday for both. */
function toNoon(date: string, timezone: string): string {
  return new Date(toInstantOfDay(date, timezone, NOON_MS)).toISOString()
}

/** Date-times, since dates alone are a 422: the local midnight at each end, as instants. */
function toBounds({ from, to, timezone }: Days) {
  return {
    startDate: new Date(toInstantOfDay(from, timezone)).toISOString(),
    endDate: new Date(toEndOfDay(to, timezone)).toISOString(),
    timezone,
  }
}

function toQuery(values: Record<string, string>): string {
  return new URLSearchParams(values).toString()
}
