import { expect, it } from 'vitest'
import { activityEntrySchema, findActivity } from '../../../../src/relay/activities.ts'
import { courseEntrySchema, findCourse } from '../../../../src/relay/courses.ts'
import { readCourseFile } from '../../../../src/relay/node/course/read-file.ts'
import type { Course } from '../../../../src/contract/activity.ts'
import type { Known } from '../../../../src/relay/roster.ts'
import { toRelayEntries } from '../../../../src/relay/node/course/relay-entries.ts'
import { COURSE, SMALL } from './course-files.ts'

function toEntries(file: object) {
  const read = readCourseFile(JSON.stringify(file))
  if (read.type === 'wrong') throw new TypeError('the file is wrong')
  return toRelayEntries(read.file)
}

const TWO_GRADES = { ...SMALL, course: { ...COURSE, grade: [5, 6], code: 'MATH-5' } }

it('the relay takes what is printed for it', () => {
  const { courses, activities } = toEntries(TWO_GRADES)
  for (const entry of courses) expect(courseEntrySchema.parse(entry)).toEqual(entry)
  for (const entry of activities) expect(activityEntrySchema.parse(entry)).toEqual(entry)
})

/** For a course that is named as the file names it nothing is asked. */
const unaskable = async (): Promise<Known<string>> => {
  throw new Error('it was asked which course is meant')
}

it('the relay finds the course and the resource, however a page names the course', async () => {
  const { courses, activities } = toEntries(TWO_GRADES)
  for (const course of [
    { subject: 'Math', grade: 5 },
    { subject: 'Math', grade: 6 },
    { code: 'MATH-5' },
  ] as const) {
    expect(findCourse(courses, course)?.sourcedId).toBe('mathapp-g5')
    const activity = { id: 'adding-fractions', course, courseId: 'mathapp-g5' }
    expect(await findActivity(activities, activity, unaskable)).toMatchObject({
      value: { resource: 'mathapp-g5-resource-adding-fractions' },
    })
  }
  const course = { subject: 'Math', grade: 7 } as const
  const elsewhere = { id: 'tenths', course, courseId: 'another' }
  const findCourseId = async (one: Course): Promise<Known<string>> => {
    const entry = findCourse(courses, one)
    if (!entry) return { known: false, code: 'course_unknown' }
    return { known: true, value: entry.sourcedId }
  }
  expect(await findActivity(activities, elsewhere, findCourseId)).toEqual({
    known: true,
    value: undefined,
  })
})

it('a lesson that PowerPath runs is said to be one, and no other', () => {
  const { activities } = toEntries(SMALL)
  expect(activities.map(({ id, powerPath }) => [id, powerPath])).toEqual([
    ['adding-fractions', undefined],
    ['fractions-quiz', true],
    ['tenths', undefined],
  ])
})
