/**
 * One good row of each kind that can be written, typed out from Timeback's documents. They refer to the example school
 * and to each other, so that they can be posted in the order of `ROW_KINDS`. Every call gives a fresh copy.
 */
import type { Json } from './payloads.ts'

export const R = '/ims/oneroster/rostering/v1p2'
export const G = '/ims/oneroster/gradebook/v1p2'
export const S = '/ims/oneroster/resources/v1p2'

export interface RowKind {
  path: string
  /** The key of a list, which is the kind's name too. */
  many:
    | 'users'
    | 'courses'
    | 'courseComponents'
    | 'resources'
    | 'componentResources'
    | 'classes'
    | 'enrollments'
    | 'assessmentLineItems'
    | 'assessmentResults'
  one: string
  create: () => Json
}

const ORG = { sourcedId: 'org-school-example' }

const kind = (many: RowKind['many'], one: string, path: string, create: () => Json): RowKind => ({
  many,
  one,
  path,
  create,
})

export const ROW_KINDS: readonly RowKind[] = [
  kind('users', 'user', `${R}/users/`, () => ({
    sourcedId: 'user-77',
    status: 'active',
    enabledUser: 'true',
    givenName: 'Ann',
    familyName: 'Example',
    email: 'ann@school.example',
    roles: [{ roleType: 'primary', role: 'student', org: { ...ORG } }],
    grades: ['5'],
    primaryOrg: { ...ORG },
  })),
  kind('courses', 'course', `${R}/courses/`, () => ({
    sourcedId: 'course-123',
    status: 'active',
    title: 'MathApp: Grade 5',
    org: { ...ORG },
    subjects: ['Math'],
    grades: ['5'],
    metadata: { metrics: { totalXp: 1000, totalLessons: 40 } },
  })),
  kind('courseComponents', 'courseComponent', `${R}/courses/components`, () => ({
    sourcedId: 'course-123-component',
    status: 'active',
    title: 'Unit 1',
    course: { sourcedId: 'course-123' },
    courseComponent: null,
    parent: null,
    sortOrder: 1,
  })),
  kind('resources', 'resource', `${S}/resources/`, () => ({
    sourcedId: 'course-123-resource',
    status: 'active',
    title: 'Fractions',
    vendorResourceId: 'fractions',
    importance: 'primary',
    roles: ['primary'],
    metadata: { xp: 10, url: 'https://app.example/fractions' },
  })),
  kind('componentResources', 'componentResource', `${R}/courses/component-resources`, () => ({
    sourcedId: 'course-123-cr',
    status: 'active',
    title: 'Fractions',
    courseComponent: { sourcedId: 'course-123-component' },
    resource: { sourcedId: 'course-123-resource' },
    sortOrder: 1,
    lessonType: 'quiz',
  })),
  kind('classes', 'class', `${R}/classes/`, () => ({
    sourcedId: 'class-123',
    title: 'MathApp, mornings',
    course: { sourcedId: 'course-123' },
    org: { ...ORG },
    terms: [{ sourcedId: 'term-2025' }],
  })),
  kind('enrollments', 'enrollment', `${R}/enrollments/`, () => ({
    sourcedId: 'enr-1',
    status: 'active',
    role: 'student',
    primary: 'true',
    beginDate: '2025-08-13T00:00:00.000Z',
    endDate: null,
    user: { sourcedId: 'user-77' },
    class: { sourcedId: 'class-123' },
    metadata: { goals: { dailyXp: 25 } },
  })),
  kind('assessmentLineItems', 'assessmentLineItem', `${G}/assessmentLineItems/`, () => ({
    sourcedId: 'tbk-ali-9f2c',
    status: 'active',
    title: 'Fractions quiz',
    course: { sourcedId: 'course-123' },
    componentResource: { sourcedId: 'course-123-cr' },
    resultValueMin: 0,
    resultValueMax: 100,
    learningObjectiveSet: [{ source: 'CASE', learningObjectiveIds: ['a-uuid'] }],
    metadata: { appName: 'MathApp', activityId: 'https://app.example/activities/fractions' },
  })),
  kind('assessmentResults', 'assessmentResult', `${G}/assessmentResults/`, () => ({
    sourcedId: 'tbk-ar-5b1e',
    status: 'active',
    assessmentLineItem: { sourcedId: 'tbk-ali-9f2c' },
    student: { sourcedId: 'user-77' },
    score: 85,
    scoreStatus: 'fully graded',
    scoreDate: '2026-01-15T14:05:09.000Z',
    inProgress: 'false',
    learningObjectiveSet: [
      { source: 'CASE', learningObjectiveResults: [{ learningObjectiveId: 'a-uuid', score: 1 }] },
    ],
    metadata: { xp: 12, totalQuestions: 20, correctQuestions: 17, attempt: 1 },
  })),
]

export function kindOf(many: RowKind['many']): RowKind {
  const found = ROW_KINDS.find((each) => each.many === many)
  if (!found) throw new Error(`no kind ${many}`)
  return found
}

/** The path of one row. */
export function itemPath({ path }: RowKind, id: string): string {
  return `${path.replace(/\/$/, '')}/${encodeURIComponent(id)}`
}
