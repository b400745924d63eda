/**
 * The OneRoster rows of a course file, each with its id and what it needs to be there first. A row holds only what is
 * ours to say; whatever else Timeback has in it is kept.
 *
 * Source: Timeback's OneRoster OpenAPI (December 2025), and integrators' live notes: the address and the XP of a
 * resource go into its metadata (a `url` beside them is dropped in silence), and a component names its parent twice.
 */
import type { CourseFile, CourseLesson } from './file-schema.ts'
import {
  toClassId,
  toComponentId,
  toComponentResourceId,
  toResourceId,
  toWholeCourseLessonId,
} from './ids.ts'
import { toKey, type Item } from './item.ts'

export function toCourseItem({ course, units }: CourseFile, courseId: string): Item {
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

type Unit = Omit<CourseFile['units'][number], 'lessons'> & { lessons: Lesson[] }
type Lesson = Omit<CourseLesson, 'xp'> & { xp?: number }

/**
 * What the official SDK's sync makes of a course, and all that it makes: a component with one lesson. The row that says
 * that somebody mastered the course is written for that lesson, so it must be there.
 */
export function toWholeCourseItems({ course, units }: CourseFile, courseId: string): Item[] {
  const { title, url } = course
  if (url === undefined) return []
  const lesson = {
    title,
    url,
    id: toWholeCourseLessonId(courseId),
    resourceId: `${courseId}-resource`,
  }
  const unit = { title, id: `${courseId}-component`, lessons: [lesson] }
  return toUnitItems(courseId, unit, units.length).map((item) => ({ ...item, path: 'course' }))
}

export function toUnitItems(courseId: string, unit: Unit, n: number): Item[] {
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
  lesson: Lesson,
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
    metadata: {
      ...(xp !== undefined && { xp }),
      url,
      ...(type && { type }),
      ...(subType && { subType }),
      ...lessonTyped,
    },
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

export function toClassItem(
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

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
