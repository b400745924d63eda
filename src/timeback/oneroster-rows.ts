/**
 * What we read of OneRoster's rows: the keys below and no others, so that a learner's name, `userProfiles` and the test
 * credentials in them never get further than this file.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025); live reads by integrators (2026).
 */
import { z } from 'zod'
import { free, id, number, reference, text, texts, type Reference } from './lenient.ts'

/** `status` is `active` or `tobedeleted`. `email` stays in the relay. */
export interface User {
  sourcedId: string
  status: string | null
  email: string | null
  /** E.g. `{ role: 'student', roleType: 'primary', org }`. */
  roles: { role: string | null; roleType: string | null; org: Reference | null }[]
  /** `-1` to `13`. */
  grades: string[]
  primaryOrg: Reference | null
  /** Some rows say `isTestUser`. */
  metadata: Record<string, unknown>
}

/**
 * `status` alone says little: rows whose `endDate` is long past are often still `active`. An enrolment is current on
 * the days from `beginDate` to `endDate`, where null is open.
 */
export interface Enrollment {
  sourcedId: string
  status: string | null
  /** `student`, `teacher`, … */
  role: string | null
  beginDate: string | null
  endDate: string | null
  user: Reference | null
  class: Reference | null
  course: Reference | null
  school: Reference | null
  /** `goals`, `metrics`, `pctCompleteApp`, … */
  metadata: Record<string, unknown>
}

export interface Course {
  sourcedId: string
  status: string | null
  title: string | null
  courseCode: string | null
  subjects: string[]
  /** `-1` to `13`. */
  grades: string[]
  org: Reference | null
  /** `goals`, `metrics: { totalXp, totalLessons }`, `primaryApp`, … */
  metadata: Record<string, unknown>
}

/** An AssessmentResult. Two of one run are told apart by `scoreDate`, as the official SDK does. */
export interface Result {
  sourcedId: string
  status: string | null
  /** 0 to 100 by convention. */
  score: number | null
  /** `fully graded`, `partially graded`, `submitted`, `not submitted` or `exempt`. */
  scoreStatus: string | null
  scoreDate: string | null
  lineItem: Reference | null
  student: Reference | null
  /** `xp`, `attempt`, `totalQuestions`, `correctQuestions`, `masteredUnits`, `endedAt`, … */
  metadata: Record<string, unknown>
}

/** A whole row of any kind, as it is: what is written back must be complete. */
export interface Row {
  sourcedId: string
  [key: string]: unknown
}

export const user: z.ZodType<User> = z.object({
  sourcedId: id,
  status: text,
  email: text,
  roles: z.array(z.object({ role: text, roleType: text, org: reference })).catch([]),
  grades: texts,
  primaryOrg: reference,
  metadata: free,
})

export const enrollment: z.ZodType<Enrollment> = z.object({
  sourcedId: id,
  status: text,
  role: text,
  beginDate: text,
  endDate: text,
  user: reference,
  class: reference,
  course: reference,
  school: reference,
  metadata: free,
})

export const course: z.ZodType<Course> = z.object({
  sourcedId: id,
  status: text,
  title: text,
  courseCode: text,
  subjects: texts,
  grades: texts,
  org: reference,
  metadata: free,
})

export const result: z.ZodType<Result> = z
  .object({
    sourcedId: id,
    status: text,
    score: number,
    scoreStatus: text,
    scoreDate: text,
    assessmentLineItem: reference,
    student: reference,
    metadata: free,
  })
  .transform(({ assessmentLineItem, ...rest }) => ({ ...rest, lineItem: assessmentLineItem }))

export const row: z.ZodType<Row> = z.looseObject({ sourcedId: id })
