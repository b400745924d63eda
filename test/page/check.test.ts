import { describe, expect, it } from 'vitest'
import { activitySchema, type Activity } from '../../src/contract/activity.ts'
import type { FlagMetric } from '../../src/contract/entry.ts'
import {
  MAX_GRADE,
  MAX_NAME_CHARS,
  MAX_PCT,
  MAX_QUESTIONS,
  MAX_SLUG_CHARS,
  MAX_UNITS,
  MAX_XP,
  MIN_GRADE,
} from '../../src/contract/limits.ts'
import { resultSchema, type Result } from '../../src/contract/result.ts'
import { checkActivity, checkFlag, checkResult } from '../../src/page/check.ts'
import { toChanged } from '../contract/entries.ts'

const ACTIVITY: Activity = {
  id: 'fractions',
  name: 'Fractions',
  course: { subject: 'Math', grade: 3 },
}

describe('checkActivity', () => {
  it.each<[string, Activity]>([
    ['subject and grade', ACTIVITY],
    ['Pre-K', { ...ACTIVITY, course: { subject: 'Math', grade: -1 } }],
    ['kindergarten', { ...ACTIVITY, course: { subject: 'Math', grade: 0 } }],
    ['a code', { ...ACTIVITY, course: { code: 'MATH-3' } }],
  ])('takes a course by %s', (_, activity) => {
    expect(checkActivity(activity)).toEqual(activity)
  })

  it.each(['run-1', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', 'a.b~c_d', 'x'.repeat(64)])(
    'takes the runId %s',
    (runId) => {
      expect(checkActivity({ ...ACTIVITY, runId })).toEqual(ACTIVITY)
    },
  )

  it('gives back nothing but the activity: listeners and other fields never reach an entry', () => {
    const given = { ...ACTIVITY, runId: 'run-1', onPause() {}, secret: 1 }
    expect(checkActivity(given)).toEqual(ACTIVITY)
  })

  it.each(['.a', '...', 'été 2', ' x ', 'x'.repeat(MAX_SLUG_CHARS)])(
    'takes the slug %j, as the relay does',
    (slug) => {
      for (const course of [{ code: slug }, { id: slug }]) {
        const activity = { ...ACTIVITY, id: slug, course }
        expect(checkActivity(activity)).toEqual(activity)
        expect(activitySchema.safeParse(activity).success).toBe(true)
      }
    },
  )

  it.each([
    ['a title of any length', 'x'.repeat(MAX_NAME_CHARS + 1), 'x'.repeat(MAX_NAME_CHARS)],
    [
      'no half of a character',
      `${'x'.repeat(MAX_NAME_CHARS - 1)}🦊`,
      'x'.repeat(MAX_NAME_CHARS - 1),
    ],
    ['a character that just fits', 'é🦊', 'é🦊'],
    ['what is behind a long indent', `${' '.repeat(MAX_NAME_CHARS)}Fractions\n`, 'Fractions'],
  ])('takes of a name what the relay takes: %s', (_, name, taken) => {
    const activity = checkActivity({ ...ACTIVITY, name })
    expect(activity).toEqual({ ...ACTIVITY, name: taken })
    expect(activitySchema.safeParse(activity).success).toBe(true)
  })

  it.each<[path: string, field: string, value: unknown]>([
    ['id', 'id', undefined],
    ['id', 'id', '..'],
    ['id', 'id', 'a\ud83e'],
    ['id', 'id', 'x'.repeat(MAX_SLUG_CHARS + 1)],
    ['id', 'id', ''],
    ['id', 'id', '  '],
    ['id', 'id', 7],
    ['name', 'name', undefined],
    ['name', 'name', '\n'],
    ['course', 'course', undefined],
    ['course', 'course', {}],
    ['course', 'course', null],
    ['course', 'course', { code: '' }],
    ['course', 'course', { code: ' ', id: 'course-1' }],
    ['course', 'course', { code: 'x'.repeat(MAX_SLUG_CHARS + 1) }],
    ['course', 'course', { id: '.' }],
    ['course', 'course.subject', 'math'],
    ['course', 'course.grade', MIN_GRADE - 1],
    ['course', 'course.grade', MAX_GRADE + 1],
    ['course', 'course.subject', ''],
    ['course', 'course.grade', undefined],
    ['course', 'course.grade', '3'],
    ['course', 'course.grade', 3.5],
    ['runId', 'runId', ''],
    ['runId', 'runId', 'a/b'],
    ['runId', 'runId', '..'],
    ['runId', 'runId', 'x'.repeat(65)],
  ])('names %s when %s is %j', (path, field, value) => {
    const given = toChanged(ACTIVITY, field, value) as Activity
    expect(() => checkActivity(given)).toThrow(
      expect.objectContaining({ code: 'activity_invalid', path }),
    )
  })
})

describe('checkResult', () => {
  it.each<Result>([
    {},
    { masteredUnits: 2, pctComplete: 50 },
    { totalQuestions: 10, correctQuestions: 8 },
    { totalQuestions: 10, correctQuestions: 10 },
    { totalQuestions: 0, correctQuestions: 0 },
    { pctComplete: 0, xpEarned: 0 },
    { pctComplete: 33.3, xpEarned: 1.5 },
    {
      totalQuestions: MAX_QUESTIONS,
      correctQuestions: MAX_QUESTIONS,
      masteredUnits: MAX_UNITS,
      pctComplete: MAX_PCT,
      xpEarned: MAX_XP,
    },
  ])('finds nothing wrong with %j, nor does the relay', (result) => {
    expect(checkResult(result)).toEqual(result)
    expect(resultSchema.safeParse(result).success).toBe(true)
  })

  it('gives back nothing but the result: other fields never reach an entry', () => {
    const given = { totalQuestions: 5, correctQuestions: 4, score: 0.8, pctComplete: undefined }
    expect(Object.entries(checkResult(given as unknown as Result))).toEqual([
      ['totalQuestions', 5],
      ['correctQuestions', 4],
    ])
  })

  it.each<[path: string, result: unknown]>([
    ['correctQuestions', { totalQuestions: 10 }],
    ['totalQuestions', { correctQuestions: 8 }],
    ['correctQuestions', { totalQuestions: 8, correctQuestions: 10 }],
    ['correctQuestions', { totalQuestions: 8, correctQuestions: -1 }],
    ['totalQuestions', { totalQuestions: Number.NaN, correctQuestions: 1 }],
    ['correctQuestions', { totalQuestions: 5, correctQuestions: Number.NaN }],
    ['totalQuestions', { totalQuestions: 2.5, correctQuestions: 1 }],
    ['correctQuestions', { totalQuestions: 3, correctQuestions: 1.5 }],
    ['totalQuestions', { totalQuestions: '3', correctQuestions: 3 }],
    ['totalQuestions', { totalQuestions: null, correctQuestions: null }],
    ['totalQuestions', { totalQuestions: MAX_QUESTIONS + 1, correctQuestions: 0 }],
    ['masteredUnits', { masteredUnits: 0.5 }],
    ['masteredUnits', { masteredUnits: -1 }],
    ['masteredUnits', { masteredUnits: MAX_UNITS + 1 }],
    ['pctComplete', { pctComplete: Number.NaN }],
    ['pctComplete', { pctComplete: -1 }],
    ['pctComplete', { pctComplete: 100.00000000000001 }],
    ['xpEarned', { xpEarned: -2 }],
    ['xpEarned', { xpEarned: Number.POSITIVE_INFINITY }],
    ['xpEarned', { xpEarned: MAX_XP + 0.5 }],
  ])('names %s as wrong in %j, which the relay would refuse', (path, result) => {
    expect(checkResult(result as Result)).toMatchObject({ code: 'result_invalid', path })
    expect(resultSchema.safeParse(result).success).toBe(false)
  })
})

describe('checkFlag', () => {
  it.each(['waste', 'anti-pattern', 'unknown'] as const)(
    'takes %s, with a reason or without',
    (metric) => {
      expect(checkFlag(metric)).toEqual([metric])
      expect(checkFlag(metric, 'answer-search 2.0')).toEqual([metric, 'answer-search 2.0'])
      expect(checkFlag(metric, 'x'.repeat(24))).toEqual([metric, 'x'.repeat(24)])
    },
  )

  it.each(['active', 'inactive', 'wasteful', 'a waste', '', 'Waste'])(
    'names metric when it is %j: only some kinds are the host’s to say',
    (metric) => {
      expect(() => checkFlag(metric as FlagMetric, 'guessing')).toThrow(
        expect.objectContaining({ code: 'flag_invalid', path: 'metric' }),
      )
    },
  )

  it.each(['', 'x'.repeat(25), 'a/b', 'why?', 'naïve', 'a\nb', 'waste\n'])(
    'names reason when it is %j, which Timeback could not be told',
    (reason) => {
      expect(() => checkFlag('waste', reason)).toThrow(
        expect.objectContaining({ code: 'flag_invalid', path: 'reason' }),
      )
    },
  )
})
