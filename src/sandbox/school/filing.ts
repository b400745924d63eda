/**
 * Under whom and under what an event is filed: which learner, which course, which enrolment. Everything that is made
 * out of events (gradebook rows, facts) asks here, so that they agree.
 */
import { readReference, readText } from '../oneroster/rows.ts'
import type { Row, Rows } from '../oneroster/rows.ts'
import type { StoredEvent } from '../store.ts'

type Sent = Pick<StoredEvent, 'actor' | 'object'>

/**
 * The user whose OneRoster URL the actor's id is, or else the only one with the actor's e-mail. Timeback resolves by
 * either; two users with one e-mail are nobody. Source: Timeback Caliper OpenAPI, official SDK.
 */
export function findLearner(rows: Rows, { actor }: Sent): Row | undefined {
  const id = typeof actor === 'string' ? actor : readText(actor, 'id')
  const named = rows.find('users', readLast(id, 'users') ?? '')
  if (named) return named
  const email = readText(actor, 'email')
  return email === undefined ? undefined : findByEmail(rows, email)
}

/** Undefined for an e-mail that no user has, or more than one. */
export function findByEmail(rows: Rows, email: string): Row | undefined {
  const users = rows.list('users').filter((user) => user['email'] === email)
  return users.length === 1 ? users[0] : undefined
}

/** The course whose OneRoster URL is in the event. */
export function findCourse(rows: Rows, { object }: Sent): Row | undefined {
  return rows.find('courses', readLast(readText(object, 'course.id'), 'courses') ?? '')
}

/**
 * The learner's enrolment in the course, or else in one of the subject: analytics file an event under a course the
 * learner is enrolled in, which is not always the event's. Source: a public reader of Timeback's data, from live rows.
 */
export function findEnrollment(
  rows: Rows,
  userId: string,
  courseId: string | undefined,
  subject: string | undefined,
): Row | undefined {
  const enrollments = listEnrollments(rows, userId)
  const isOfSubject = (row: Row) => {
    const subjects = rows.find('courses', readReference(row, 'course') ?? '')?.['subjects']
    return Array.isArray(subjects) && subjects.includes(subject)
  }
  return (
    enrollments.find((row) => readReference(row, 'course') === courseId) ??
    enrollments.find(isOfSubject)
  )
}

/** Those that say they are active; whether they are over is another question, and the reader's. */
export function listEnrollments(rows: Rows, userId: string): Row[] {
  return rows
    .list('enrollments')
    .filter((row) => row.status === 'active' && readReference(row, 'user') === userId)
}

/** `u1` of `https://…/users/u1`; undefined for an address of anything else. */
function readLast(url: string | undefined, collection: string): string | undefined {
  const segment = url === undefined ? undefined : /\/([^/]+)\/([^/]+)$/.exec(url)
  if (segment?.[1] !== collection) return undefined
  try {
    return decodeURIComponent(segment[2] ?? '')
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
