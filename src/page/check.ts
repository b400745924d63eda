/** The few checks that a page can make without zod, at the moment a programmer can still see the mistake. */
import type { Activity } from '../contract/activity.ts'
import type { Result } from '../contract/result.ts'
import {
  MAX_GRADE,
  MAX_NAME_CHARS,
  MAX_SLUG_CHARS,
  MIN_GRADE,
  SUBJECTS,
} from '../contract/limits.ts'
import { StintError, type StintErrorCode } from './error.ts'

type Check = [isRight: boolean, path: string, wanted: string]

const isText = (value: unknown, max = MAX_SLUG_CHARS) =>
  typeof value === 'string' && /\S/.test(value) && value.length <= max
const isWhole = (value: unknown, min: number, max: number) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max

/** The first wrong field, as an error that names it. */
function findWrong(code: StintErrorCode, checks: Check[]): StintError | undefined {
  const [, path, wanted] = checks.find(([isRight]) => !isRight) ?? []
  return path ? new StintError(code, `${path}: ${wanted}`, { path }) : undefined
}

/** Returns the activity with nothing else in it. Throws `activity_invalid` with the path of the field. */
export function checkActivity({
  id,
  name,
  course,
  runId,
}: Activity & { runId?: string }): Activity {
  const { code, subject, grade } = { ...course } as { code?: string; subject: never; grade: number }
  const isCoded = code !== undefined
  const wrong = findWrong('activity_invalid', [
    [isText(id), 'id', 'needs a short text'],
    [isText(name, MAX_NAME_CHARS), 'name', 'needs a text'],
    [!isCoded || isText(code), 'course.code', 'needs a short text'],
    [isCoded || SUBJECTS.includes(subject), 'course.subject', `is one of ${SUBJECTS.join(', ')}`],
    [
      isCoded || isWhole(grade, MIN_GRADE, MAX_GRADE),
      'course.grade',
      `is ${MIN_GRADE} to ${MAX_GRADE}`,
    ],
    [!runId || /^[\w.~-]{1,64}$/.test(runId), 'runId', 'has up to 64 of A-Z a-z 0-9 . _ ~ -'],
  ])
  if (wrong) throw wrong
  return { id, name, course: isCoded ? { code } : { subject, grade } }
}

/** Returns the error that says what is wrong with a result, if anything is. */
export function checkResult(result: Result): StintError | undefined {
  const {
    totalQuestions: total,
    correctQuestions: correct,
    masteredUnits: units,
    pctComplete,
  } = result
  const isCount = (value: unknown) => value === undefined || isWhole(value, 0, 1e4)
  return findWrong('result_invalid', [
    [
      isCount(total) && (total === undefined) === (correct === undefined),
      'totalQuestions',
      'goes with correctQuestions',
    ],
    [isCount(correct) && !(correct! > total!), 'correctQuestions', 'is 0 to totalQuestions'],
    [isCount(units), 'masteredUnits', 'is a whole number'],
    [!pctComplete || (pctComplete >= 0 && pctComplete <= 100), 'pctComplete', 'is 0 to 100'],
  ])
}
