/** What a course file asks for: its rows in an order in which they can be made, and whom to enrol. Pure. */
import { toClassItem, toCourseItem, toUnitItems, toWholeCourseItems } from './course-rows.ts'
import type { CourseFile } from './file-schema.ts'
import { toClassId, toCourseId, toSlug } from './ids.ts'
import { KINDS, type Item } from './item.ts'

/** An enrolment before it is known who has that e-mail. */
export interface WantedEnrollment {
  email: string
  role: string
  path: string
  id: string | undefined
  /** `undefined`: the default class that Timeback makes for the course. */
  class: { id: string; title: string } | undefined
}

export interface Wanted {
  courseId: string
  courseTitle: string
  orgId: string
  items: Item[]
  enrollments: WantedEnrollment[]
}

/** One person has one enrolment in a class for each role, whatever else is said of them. */
export function toEnrollmentId(
  { id, class: theirs, role }: WantedEnrollment,
  userId: string,
  { courseId }: Pick<Wanted, 'courseId'>,
): string {
  return id ?? `${theirs?.id ?? courseId}-${role}-${userId}`
}

export function toWanted(file: CourseFile): Wanted {
  const { course, units, classes } = file
  const courseId = toCourseId(course)
  const items = [
    toCourseItem(file, courseId),
    ...units.flatMap((unit, n) => toUnitItems(courseId, unit, n)),
    ...toWholeCourseItems(file, courseId),
    ...classes.map((one, n) => toClassItem(courseId, course.org, one, n)),
  ]
  return {
    courseId,
    courseTitle: course.title,
    orgId: course.org,
    items: KINDS.flatMap((kind) => items.filter((item) => item.kind === kind)),
    enrollments: toEnrollments(file, courseId),
  }
}

function toEnrollments({ classes, enrollments }: CourseFile, courseId: string): WantedEnrollment[] {
  return enrollments.map(({ email, role, class: name, id }, n) => {
    const found = name === undefined ? classes.at(0) : classes.find((one) => toSlug(one) === name)
    return {
      email,
      role,
      path: `enrollments.${n}`,
      id,
      class: found && { id: toClassId(courseId, found), title: found.title },
    }
  })
}
