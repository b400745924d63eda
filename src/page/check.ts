/**
 * The few checks that a page can make without zod, at the moment a programmer can still see the mistake. The relay
 * checks everything, and names what is wrong through `onError`.
 */
import type { Activity, Subject } from '../contract/activity.ts'
import type { FlagMetric } from '../contract/entry.ts'
import type { Result } from '../contract/result.ts'
import type { Flag } from '../core/presence.ts'
import { StintError, type StintErrorCode } from './error.ts'

const isText = (value: unknown) => typeof value === 'string' && /\S/.test(value)

/** Returns the activity with nothing else in it. Throws `activity_invalid` with the path of the field. */
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
  const checks = {
    id: isText(id),
    name: isText(name),
    course: isText(code) || isText(courseId) || (isText(subject) && Number.isInteger(grade)),
    // Without one the text tested is `undefined`, which passes.
    runId: /^[\w.~-]{1,64}$/.test(`${runId}`),
  }
  for (const [path, isRight] of Object.entries(checks)) {
    if (!isRight) throw toWrong('activity_invalid', path)
  }
  return { id, name, course: code ? { code } : courseId ? { id: courseId } : { subject, grade } }
}

/** Questions come both or neither, no more right than asked, all in whole numbers. Returns the error if they do not. */
export function checkResult({
  totalQuestions: total,
  correctQuestions: correct,
  masteredUnits,
}: Result) {
  const isWhole = (count = 0) => Number.isInteger(count) && count >= 0
  const isRight =
    [total, correct, masteredUnits].every(isWhole) &&
    (total === undefined ? correct === undefined : correct! <= total)
  return isRight ? undefined : toWrong('result_invalid', 'correctQuestions')
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
