/**
 * Lists that are a part of another list: the students among the users, the members of a class, the enrolments of a
 * school. They can only be read, and answer under the key of the kind they hold: `/students/` has `users`.
 */
import { readReference } from './rows.ts'
import { RESOURCES, ROSTERING } from './kinds.ts'
import type { Kind } from './kinds.ts'
import type { Row, Rows } from './rows.ts'

/** `read` gives the value of a parameter of the path. */
type Read = (parameter: string) => string

export interface View {
  path: string
  kind: Kind
  /** Also one by one, under `{path}{id}`. */
  hasItems?: true
  select: (rows: Rows, read: Read) => Row[]
}

/** Source: Timeback OneRoster OpenAPI; the array keys as seen live. */
export const VIEWS: readonly View[] = [
  {
    path: `${ROSTERING}/students/`,
    kind: 'users',
    hasItems: true,
    select: (rows) => rows.list('users').filter(isStudent),
  },
  {
    path: `${ROSTERING}/schools/`,
    kind: 'orgs',
    hasItems: true,
    select: (rows) => rows.list('orgs').filter(({ type }) => type === 'school'),
  },
  toSessionsView('terms', 'term'),
  toSessionsView('gradingPeriods', 'gradingPeriod'),
  {
    path: `${ROSTERING}/users/:id/classes`,
    kind: 'classes',
    select: (rows, read) => listClassesOf(rows, read('id')),
  },
  {
    path: `${ROSTERING}/students/:id/classes`,
    kind: 'classes',
    select: (rows, read) => listClassesOf(rows, read('id')),
  },
  {
    path: `${ROSTERING}/courses/:id/classes`,
    kind: 'classes',
    select: (rows, read) =>
      rows.list('classes').filter((row) => readReference(row, 'course') === read('id')),
  },
  {
    path: `${ROSTERING}/classes/:id/students`,
    kind: 'users',
    select: (rows, read) => listMembers(rows, read('id'), 'student'),
  },
  {
    path: `${ROSTERING}/classes/:id/teachers`,
    kind: 'users',
    select: (rows, read) => listMembers(rows, read('id'), 'teacher'),
  },
  {
    path: `${ROSTERING}/schools/:id/enrollments`,
    kind: 'enrollments',
    select: (rows, read) =>
      rows.list('enrollments').filter((row) => readReference(row, 'school') === read('id')),
  },
  {
    path: `${ROSTERING}/schools/:school/classes/:class/enrollments`,
    kind: 'enrollments',
    select: (rows, read) =>
      rows
        .list('enrollments')
        .filter((row) => readReference(row, 'school') === read('school'))
        .filter((row) => readReference(row, 'class') === read('class')),
  },
  {
    path: `${RESOURCES}/resources/courses/:id/resources`,
    kind: 'resources',
    select: (rows, read) => listResourcesOf(rows, read('id')),
  },
]

/** Whether one of a user's roles is the student's. */
export function isStudent({ roles }: Row): boolean {
  return Array.isArray(roles) && roles.some(({ role }) => role === 'student')
}

function toSessionsView(name: string, wanted: string): View {
  return {
    path: `${ROSTERING}/${name}/`,
    kind: 'academicSessions',
    hasItems: true,
    select: (rows) => rows.list('academicSessions').filter(({ type }) => type === wanted),
  }
}

function listActive(rows: Rows): Row[] {
  return rows.list('enrollments').filter(({ status }) => status === 'active')
}

function listClassesOf(rows: Rows, userId: string): Row[] {
  const ids = listActive(rows)
    .filter((row) => readReference(row, 'user') === userId)
    .map((row) => readReference(row, 'class'))
  return rows.list('classes').filter(({ sourcedId }) => ids.includes(sourcedId))
}

function listMembers(rows: Rows, classId: string, role: string): Row[] {
  const ids = listActive(rows)
    .filter((row) => readReference(row, 'class') === classId && row['role'] === role)
    .map((row) => readReference(row, 'user'))
  return rows.list('users').filter(({ sourcedId }) => ids.includes(sourcedId))
}

function listResourcesOf(rows: Rows, courseId: string): Row[] {
  const components = rows
    .list('courseComponents')
    .filter((row) => readReference(row, 'course') === courseId)
    .map(({ sourcedId }) => sourcedId)
  const ids = rows
    .list('componentResources')
    .filter((row) => components.includes(readReference(row, 'courseComponent') ?? ''))
    .map((row) => readReference(row, 'resource'))
  return rows.list('resources').filter(({ sourcedId }) => ids.includes(sourcedId))
}
