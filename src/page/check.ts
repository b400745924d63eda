/**
 * The few checks that a page can make without zod, at the moment a programmer can still see the mistake. The relay
 * checks everything, and names what is wrong through `onError`.
 */
import type { Activity, Subject } from '../contract/activity.ts'
import type { FlagMetric } from '../contract/entry.ts'
import {
  MAX_GRADE,
  MAX_NAME_CHARS,
  MAX_PCT,
  MAX_QUESTIONS,
  MAX_SLUG_CHARS,
  MAX_UNITS,
  MAX_XP,
  MIN_GRADE,
  SLUG,
  SUBJECTS,
} from '../contract/limits.ts'
import type { Result } from '../contract/result.ts'
import type { Flag } from '../core/presence.ts'
import { StintError, type StintErrorCode } from './error.ts'

/** A whole number, or one with a fraction, from `least` to `most`. */
const isIn = (value: number, least: number, most: number, isFraction?: boolean) =>
  (isFraction ? Number.isFinite : Number.isInteger)(value) && value >= least && value <= most

const isText = (value: unknown): value is string => typeof value === 'string' && /\S/.test(value)

const isSlug = (value: unknown) =>
  isText(value) && value.trim().length <= MAX_SLUG_CHARS && SLUG.test(value.trim())

/**
 * Returns the activity with nothing else in it, and as much of its name as the relay takes. Throws `activity_invalid` with
 * the path of the field.
 */
export function checkActivity({
  id,
  name,
  course,
  runId,
}: Activity & { runId?: string }): Activity {
  const {
    code,
    id: courseId,
    subject,
    grade,
  } = { ...course } as {
    code?: string
    id?: string
    subject: Subject
    grade: number
  }
  const slug = code || courseId
  const checks = {
    id: isSlug(id),
    name: isText(name),
    course: slug ? isSlug(slug) : SUBJECTS.includes(subject) && isIn(grade, MIN_GRADE, MAX_GRADE),
    // Without one the text tested is `undefined`, which passes.
    runId: /^(?!\.{1,2}$)[\w.~-]{1,64}$/.test(`${runId}`),
  }
  for (const [path, isRight] of Object.entries(checks)) {
    if (!isRight) throw toWrong('activity_invalid', path)
  }
  return {
    id,
    // Not half a character at its end.
    name: name
      .trim()
      .slice(0, MAX_NAME_CHARS)
      .replace(/\p{Surrogate}$/u, ''),
    course: code ? { code } : courseId ? { id: courseId } : { subject, grade },
  }
}

/** The most that a number of a result can be; the least is 0. */
const MOST: Record<keyof Result, number> = {
  totalQuestions: MAX_QUESTIONS,
  correctQuestions: MAX_QUESTIONS,
  masteredUnits: MAX_UNITS,
  pctComplete: MAX_PCT,
  xpEarned: MAX_XP,
}

/**
 * Questions come both or neither, no more right than asked, and they and units in whole numbers. Returns the result with
 * nothing else in it, or the error with the path of the field that is wrong.
 */
export function checkResult(given: Result): Result | StintError {
  const result: Result = {}
  for (const [name, most] of Object.entries(MOST) as [keyof Result, number][]) {
    const value = given[name]
    if (value === undefined) continue
    if (!isIn(value, 0, most, /^(pct|xp)/.test(name))) return toWrong('result_invalid', name)
    result[name] = value
  }
  const { totalQuestions: total, correctQuestions: correct } = result
  if (total === undefined ? correct === undefined : correct! <= total) return result
  return toWrong('result_invalid', total === undefined ? 'totalQuestions' : 'correctQuestions')
}

/** Throws `flag_invalid` with the path of what is wrong. */
export function checkFlag(metric: FlagMetric, reason?: string): Flag {
  const isMetric = /^(waste|anti-pattern|unknown)$/.test(metric)
  // Without one the text tested is `undefined`, which passes.
  if (isMetric && /^[\w .-]{1,24}$/.test(`${reason}`)) return reason ? [metric, reason] : [metric]
  throw toWrong('flag_invalid', isMetric ? 'reason' : 'metric')
}

const toWrong = (code: StintErrorCode, path: string) =>
  new StintError(code, `${path} is not right`, path)
