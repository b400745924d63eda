/**
 * What a page may know of its learner before and beside the work: whether they may take the course, how far they are,
 * and what today and this week came to (the starter pack's "get context"). No name, no e-mail, no row of Timeback's.
 */
import type { Reading } from './grant.ts'
import type { CONTRACT_VERSION } from './limits.ts'

/** What has been told of a stretch of days in this course, by whatever app; `activeMs` in ms. */
export interface Tally {
  activeMs: number
  xpEarned: number
}

/** `GET /v1/context?subject=Math&grade=5`, `?code=` or `?id=`, with a reading token. What isn't known is null. */
export interface Context {
  v: typeof CONTRACT_VERSION
  /** When it was put together, in epoch ms of the relay's clock. */
  asOf: number
  /** Whether the learner is enrolled today. */
  enrolled: boolean | null
  /** What becomes of a run of somebody who is not: told once they are, told never, or not taken at all. */
  ifNotEnrolled: 'hold' | 'preview' | 'refuse' | 'count'
  course: { name: string; subject: string; grade: number | null } | null
  /** Lessons of the course with a result that counts, and how many it has (PowerPath). */
  progress: { lessonsDone: number; lessons: number } | null
  today: Tally | null
  week: Tally | null
  /** A day's goals, from the enrolment. */
  goals: { activeMinutes: number | null; xp: number | null } | null
  /** Why something is null: a stable code, by part. */
  missing: { part: 'learner' | 'course' | 'enrolment' | 'progress' | 'facts'; code: string }[]
}

/** The answer: with it the reading goes on, until the sitting ends. */
export interface ContextAnswer extends Context {
  reading: Reading
}
