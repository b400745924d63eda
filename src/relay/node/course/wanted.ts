/**
 * What a course file asks for, as OneRoster rows: each with its id, what it needs to be there first, and where in the
 * file it is said. A row holds only what is ours to say; whatever else Timeback has in it is kept.
 */
import type { CourseFile, CourseLesson } from './file-schema.ts'
import { toClassId, toComponentId, toComponentResourceId, toCourseId } from './ids.ts'
import { toResourceId, toSlug } from './ids.ts'

/** In the order in which they can be made. */
export const KINDS = [
  'course',
  'component',
  'resource',
  'class',
  'componentResource',
  'enrollment',
] as const

export type ItemKind = (typeof KINDS)[number]

export type Row = Record<string, unknown>

export interface Item {
  kind: ItemKind
  id: string
  title: string
  /** Where the file says it, such as `units.0.lessons.2`. */
  path: string
  /** Keys of what has to be there first, as `toKey` writes them. */
  needs: string[]
  row: Row
}

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

export const toKey = (kind: string, id: string): string => `${kind}/${id}`

/**
 * Pure. Rows by Timeback's OneRoster OpenAPI (December 2025): the address and the XP of a resource go into its
 * metadata (a `url` beside them is dropped in silence), and a component names its parent twice.
 */
export function toWanted(file: CourseFile): Wanted {
  const { course, units, classes } = file
  const courseId = toCourseId(course)
  const items = [
    toCourseItem(file, courseId),
    ...units.flatMap((unit, n) => toUnitItems(courseId, unit, n)),
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

function toCourseItem({ course, units }: CourseFile, courseId: string): Item {
  const { title, subject, code, goals, org } = course
  const lessons = units.flatMap((unit) => unit.lessons)
  const sums = lessons.length > 0 && {
    totalXp: sum(lessons.map(({ xp }) => xp)),
    totalLessons: lessons.length,
  }
  const metrics = { ...sums, ...course.metrics }
  const metadata = {
    ...(goals && { goals }),
    ...(Object.keys(metrics).length > 0 && { metrics }),
  }
  return {
    kind: 'course',
    id: courseId,
    title,
    path: 'course',
    needs: [],
    row: {
      sourcedId: courseId,
      status: 'active',
      title,
      ...(code !== undefined && { courseCode: code }),
      subjects: [subject],
      grades: readGrades(course).map(String),
      org: { sourcedId: org },
      ...(Object.keys(metadata).length > 0 && { metadata }),
    },
  }
}

export function readGrades({ grade }: CourseFile['course']): number[] {
  return Array.isArray(grade) ? grade : [grade]
}

function toUnitItems(courseId: string, unit: CourseFile['units'][number], n: number): Item[] {
  const id = toComponentId(courseId, unit)
  const path = `units.${n}`
  const component: Item = {
    kind: 'component',
    id,
    title: unit.title,
    path,
    needs: [toKey('course', courseId)],
    row: {
      sourcedId: id,
      status: 'active',
      title: unit.title,
      course: { sourcedId: courseId },
      parent: null,
      courseComponent: null,
      sortOrder: n + 1,
    },
  }
  const lessons = unit.lessons.flatMap((lesson, place) =>
    toLessonItems(courseId, id, lesson, place + 1, `${path}.lessons.${place}`),
  )
  return [component, ...lessons]
}

function toLessonItems(
  courseId: string,
  componentId: string,
  lesson: CourseLesson,
  sortOrder: number,
  path: string,
): Item[] {
  const { title, url, xp, lessonType, type, subType } = lesson
  const resourceId = toResourceId(courseId, lesson)
  const id = toComponentResourceId(courseId, lesson)
  const lessonTyped = lessonType && { lessonType }
  const resource = {
    sourcedId: resourceId,
    status: 'active',
    title,
    vendorResourceId: resourceId,
    importance: 'primary',
    roles: ['primary'],
    metadata: { xp, url, ...(type && { type }), ...(subType && { subType }), ...lessonTyped },
  }
  const componentResource = {
    sourcedId: id,
    status: 'active',
    title,
    courseComponent: { sourcedId: componentId },
    resource: { sourcedId: resourceId },
    sortOrder,
    ...(lessonTyped && { ...lessonTyped, metadata: lessonTyped }),
  }
  const needs = [toKey('component', componentId), toKey('resource', resourceId)]
  return [
    {
      kind: 'resource',
      id: resourceId,
      title,
      path,
      needs: [toKey('course', courseId)],
      row: resource,
    },
    { kind: 'componentResource', id, title, path, needs, row: componentResource },
  ]
}

function toClassItem(
  courseId: string,
  orgId: string,
  one: CourseFile['classes'][number],
  n: number,
): Item {
  const id = toClassId(courseId, one)
  return {
    kind: 'class',
    id,
    title: one.title,
    path: `classes.${n}`,
    needs: [toKey('course', courseId)],
    row: {
      sourcedId: id,
      status: 'active',
      title: one.title,
      course: { sourcedId: courseId },
      org: { sourcedId: orgId },
      terms: one.terms.map((sourcedId) => ({ sourcedId })),
    },
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

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
