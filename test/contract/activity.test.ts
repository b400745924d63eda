import { describe, expect, it } from 'vitest'
import { activitySchema, courseSchema } from '../../src/contract/activity.ts'
import type { FieldCode } from '../../src/contract/flush.ts'
import { SUBJECTS } from '../../src/contract/limits.ts'
import { toProblem } from '../../src/contract/problem.ts'

const MATH = { subject: 'Math', grade: 3 }

describe('a course', () => {
  it.each(SUBJECTS)('may be %s, from Pre-K to AP', (subject) => {
    expect(courseSchema.parse({ subject, grade: -1 })).toEqual({ subject, grade: -1 })
    expect(courseSchema.parse({ subject, grade: 13 })).toEqual({ subject, grade: 13 })
  })

  it('may be a code, around which white space does not count', () => {
    expect(courseSchema.parse({ code: ' MATH-3\n' })).toEqual({ code: 'MATH-3' })
  })

  it.each<[unknown, FieldCode, string]>([
    // Neither the one nor the other
    [null, 'field_type', ''],
    ['Math', 'field_type', ''],
    [undefined, 'field_missing', ''],
    [[], 'field_type', ''],
    // By subject and grade: the code is not asked for
    [{ subject: 'Math' }, 'field_missing', 'grade'],
    [{ ...MATH, grade: '3' }, 'field_type', 'grade'],
    [{ ...MATH, grade: 14 }, 'field_range', 'grade'],
    [{ ...MATH, subject: 'Maths' }, 'field_value', 'subject'],
    [{ grade: 3 }, 'field_missing', 'subject'],
    [{ ...MATH, room: 1 }, 'field_unknown', 'room'],
    // By code: subject and grade are not asked for
    [{ code: 5 }, 'field_type', 'code'],
    [{ code: '' }, 'field_range', 'code'],
    [{ code: 'x'.repeat(121) }, 'field_range', 'code'],
    [{ code: 'MATH-3', room: 1 }, 'field_unknown', 'room'],
    // Both at once
    [{ ...MATH, code: 'MATH-3' }, 'field_unknown', 'code'],
  ])('is never %j', (course, code, path) => {
    const { error } = courseSchema.safeParse(course)
    expect(error && toProblem(error, course)).toMatchObject({ code, path })
  })
})

describe('an activity', () => {
  it('is named by a slug and a name, trimmed', () => {
    expect(activitySchema.parse({ id: ' a ', name: ' Fractions ', course: MATH })).toEqual({
      id: 'a',
      name: 'Fractions',
      course: MATH,
    })
  })

  it('names the field inside its course', () => {
    const activity = { id: 'a', name: 'A', course: { code: 5 } }
    const { error } = activitySchema.safeParse(activity)
    expect(error && toProblem(error, activity)).toMatchObject({
      code: 'field_type',
      path: 'course.code',
    })
  })

  it.each(['a', '...', '.hidden', 'brüche', '分数', '🍕', 'a/b'])('may have the slug %s', (id) => {
    expect(activitySchema.shape.id.parse(id)).toBe(id)
  })

  it.each(['.', '..', ' .. ', '\uD83C', 'a\uDF55b'])(
    'never has the slug %j, which no address could hold',
    (id) => {
      expect(activitySchema.shape.id.safeParse(id).success).toBe(false)
      expect(courseSchema.safeParse({ code: id }).success).toBe(false)
    },
  )
})
