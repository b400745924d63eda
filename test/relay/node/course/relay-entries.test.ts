import { expect, it } from 'vitest'
import { activityEntrySchema, findActivity } from '../../../../src/relay/activities.ts'
import { courseEntrySchema, findCourse } from '../../../../src/relay/courses.ts'
import { readCourseFile } from '../../../../src/relay/node/course/read-file.ts'
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

it('the relay finds the course and the resource, however a page names the course', () => {
  const { courses, activities } = toEntries(TWO_GRADES)
  for (const course of [
    { subject: 'Math', grade: 5 },
    { subject: 'Math', grade: 6 },
    { code: 'MATH-5' },
  ] as const) {
    expect(findCourse(courses, course)?.sourcedId).toBe('mathapp-g5')
    const activity = { id: 'adding-fractions', name: 'Adding fractions', course }
    expect(findActivity(activities, activity)?.resource).toBe(
      'mathapp-g5-resource-adding-fractions',
    )
  }
  const elsewhere = { id: 'tenths', name: 'Tenths', course: { subject: 'Math', grade: 7 } as const }
  expect(findActivity(activities, elsewhere)).toBeUndefined()
})

it('a lesson that PowerPath runs is said to be one, and no other', () => {
  const { activities } = toEntries(SMALL)
  expect(activities.map(({ id, powerPath }) => [id, powerPath])).toEqual([
    ['adding-fractions', undefined],
    ['fractions-quiz', true],
    ['tenths', undefined],
  ])
})
