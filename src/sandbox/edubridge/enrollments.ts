/**
 * Enrolments as EduBridge speaks of them: by user and course, without a word of classes. The class that OneRoster needs
 * is found or made behind the scenes.
 */
import { listEnrollments } from '../school/filing.ts'
import { readReference, readText } from '../oneroster/rows.ts'
import { isPlainObject } from '../values.ts'
import type { Fields, Row, Rows } from '../oneroster/rows.ts'
import type { Writer, Written } from '../oneroster/write.ts'

/** Who, in what, and where if there is more than one place. */
export interface Seat {
  userId: string
  courseId: string
  schoolId?: string | undefined
}

export interface EnrollerParts {
  rows: Rows
  writer: Writer
  newId: () => string
}

/** `now` gives epoch milliseconds. Source: Timeback EduBridge OpenAPI. */
export function createEnroller({ rows, writer, newId }: EnrollerParts, now: () => number) {
  return {
    /** Enrols, or changes the enrolment that is there: nobody is in a course twice. */
    enroll(seat: Seat, body: Fields): Written {
      const course = rows.find('courses', seat.courseId)
      const schoolId = seat.schoolId ?? (course && readReference(course, 'org'))
      const isKnown = rows.find('users', seat.userId) && rows.find('orgs', schoolId ?? '')
      if (!course || schoolId === undefined || !isKnown) {
        return { ok: false, status: 404, message: 'user, course or school not found' }
      }
      const [known] = findSeated(rows, seat)
      if (known) return writer.patch('enrollments', known.sourcedId, pickNamed(body))
      const inClass =
        findClass(rows, course, schoolId) ?? makeClass(rows, course, schoolId, newId())
      return writer.create('enrollments', {
        role: 'student',
        beginDate: new Date(now()).toISOString(),
        endDate: null,
        ...pickNamed(body),
        ...(body['sourcedId'] !== undefined && { sourcedId: body['sourcedId'] }),
        user: { sourcedId: seat.userId },
        class: { sourcedId: inClass.sourcedId },
      })
    },

    /** How many enrolments are gone by it. */
    unenroll(seat: Seat): number {
      const found = findSeated(rows, seat)
      for (const { sourcedId } of found) writer.remove('enrollments', sourcedId)
      return found.length
    },
  }
}

export type Enroller = ReturnType<typeof createEnroller>

/** One enrolment with its course and school. Goals are the course's where the learner has none of their own. */
export function toEnrollment(rows: Rows, row: Row) {
  const course = rows.find('courses', readReference(row, 'course') ?? '')
  const school = rows.find('orgs', readReference(row, 'school') ?? '')
  const { goals, ...metadata } = toObject(row['metadata'])
  const { primaryApp, ...courseMetadata } = toObject(course?.['metadata'])
  return {
    id: row.sourcedId,
    role: row['role'],
    beginDate: row['beginDate'] ?? null,
    endDate: row['endDate'] ?? null,
    course: course && {
      id: course.sourcedId,
      title: course['title'],
      subjects: course['subjects'] ?? [],
      grades: course['grades'] ?? [],
      metadata: courseMetadata,
      primaryApp: primaryApp ?? null,
    },
    school: school && { id: school.sourcedId, name: readText(school, 'name') },
    metadata: {
      metrics: {},
      ...metadata,
      goals: goals ?? courseMetadata['goals'] ?? {},
      studentSpecificGoals: goals !== undefined,
    },
  }
}

function findSeated(rows: Rows, { userId, courseId, schoolId }: Seat): Row[] {
  return listEnrollments(rows, userId)
    .filter((row) => readReference(row, 'course') === courseId)
    .filter((row) => schoolId === undefined || readReference(row, 'school') === schoolId)
}

function findClass(rows: Rows, course: Row, schoolId: string): Row | undefined {
  return rows
    .list('classes')
    .filter((row) => row.status === 'active')
    .filter((row) => readReference(row, 'course') === course.sourcedId)
    .find((row) => readReference(row, 'org') === schoolId)
}

function makeClass(rows: Rows, course: Row, schoolId: string, sourcedId: string): Row {
  return rows.put('classes', sourcedId, {
    title: course['title'],
    course: { sourcedId: course.sourcedId },
    org: { sourcedId: schoolId },
    terms: rows.list('academicSessions').map((session) => ({ sourcedId: session.sourcedId })),
  })
}

/** What a body may say of an enrolment. */
function pickNamed(body: Fields): Fields {
  const named = ['role', 'beginDate', 'metadata']
  return Object.fromEntries(Object.entries(body).filter(([key]) => named.includes(key)))
}

function toObject(value: unknown): Record<string, unknown> {
  return isPlainObject(value) ? value : {}
}
