/**
 * What Timeback's PowerPath knows of a learner's way through a course: each component and resource with its line item
 * and results, and whether the course may be tested out of. Only reads: PowerPath writes the results and the XP of its
 * own lessons itself, and answers of a lesson are sent by whoever shows its questions.
 *
 * Source: Timeback PowerPath OpenAPI (December 2025).
 */
import { z } from 'zod'
import {
  createAsk,
  TIMEOUT_MS,
  type Answer,
  type ClientOptions,
  type ClientPlatform,
} from './answer.ts'
import { toBaseUrl, toSegment } from './endpoints.ts'
import { free, number, readAs, text } from './lenient.ts'

export interface CourseProgress {
  lineItems: ProgressLineItem[]
  testOut: TestOut | null
}

export interface ProgressLineItem {
  /** `component` or `resource`. */
  type: string | null
  lineItemId: string | null
  /** Of a `component`. */
  componentId: string | null
  /** Of a `resource`: the lesson, as PowerPath calls it. */
  componentResourceId: string | null
  title: string | null
  results: ProgressResult[]
}

/** Like a gradebook result. `sourcedId` is null where PowerPath leaves it out. */
export interface ProgressResult {
  sourcedId: string | null
  score: number | null
  scoreStatus: string | null
  scoreDate: string | null
  /** `xp`, `attempt`, `accuracy`, … */
  metadata: Record<string, unknown>
}

export interface TestOut {
  /** `not_eligible`, `available`, `in_progress`, `completed` or `failed`. */
  status: string | null
  assignmentId: string | null
  lessonId: string | null
}

export interface PowerPathClient {
  /** Of the whole course, or of one lesson. Rejects only for an id that is none, such as `.`. */
  readCourseProgress(of: {
    courseId: string
    studentId: string
    lessonId?: string
  }): Promise<Answer<CourseProgress>>
}

const result = z.object({
  sourcedId: text,
  score: number,
  scoreStatus: text,
  scoreDate: text,
  metadata: free,
})

const lineItem = z
  .object({
    type: text,
    assessmentLineItemSourcedId: text,
    courseComponentSourcedId: text,
    courseComponentResourceSourcedId: text,
    title: text,
    results: z.array(result).catch([]),
  })
  .transform((wire) => ({
    type: wire.type,
    lineItemId: wire.assessmentLineItemSourcedId,
    componentId: wire.courseComponentSourcedId,
    componentResourceId: wire.courseComponentResourceSourcedId,
    title: wire.title,
    results: wire.results,
  }))

const progress: z.ZodType<CourseProgress> = z.object({
  lineItems: z.array(lineItem),
  testOut: z.object({ status: text, assignmentId: text, lessonId: text }).nullable().catch(null),
})

/** Throws a `TypeError` if `apiUrl` is no absolute http(s) URL. */
export function createPowerPath(
  { apiUrl, token }: ClientOptions,
  { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: ClientPlatform = {},
): PowerPathClient {
  const base = `${toBaseUrl(apiUrl, 'apiUrl')}/powerpath`
  const ask = createAsk({ token, fetch, timeoutMs })
  return {
    async readCourseProgress({ courseId, studentId, lessonId }) {
      const course = toSegment(courseId, 'course id')
      const student = toSegment(studentId, 'student id')
      const query = lessonId === undefined ? '' : `?lessonId=${encodeURIComponent(lessonId)}`
      const url = `${base}/lessonPlans/getCourseProgress/${course}/student/${student}${query}`
      return ask(url, { method: 'GET' }, readAs(progress))
    },
  }
}
