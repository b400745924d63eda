/**
 * The kinds of OneRoster rows: where each lives, what it is called on the wire, what it refers to, and who may touch
 * it. A kind is named by the key of its lists.
 */
import * as schemas from './schemas.ts'
import { GRADEBOOK_SCOPES, RESOURCE_SCOPES, ROSTER_SCOPES } from '../scopes.ts'
import type { AreaScopes } from '../scopes.ts'
import type { z } from 'zod'

export type Kind =
  | 'orgs'
  | 'academicSessions'
  | 'users'
  | 'courseComponents'
  | 'componentResources'
  | 'courses'
  | 'resources'
  | 'classes'
  | 'enrollments'
  | 'assessmentLineItems'
  | 'assessmentResults'

export interface KindRule {
  /** With the slash a collection has; Timeback's own two kinds have none. */
  path: string
  /** The key of one row, in an answer and in a body. */
  one: string
  schema: z.ZodObject
  /** Field, dotted where it is inside another, and the kind it refers to. */
  references: Readonly<Record<string, Kind>>
  /** What can be done beyond reading. */
  takes: 'nothing' | 'writes' | 'writes and patches'
  scopes: AreaScopes
}

export const ROSTERING = '/ims/oneroster/rostering/v1p2'
export const GRADEBOOK = '/ims/oneroster/gradebook/v1p2'
export const RESOURCES = '/ims/oneroster/resources/v1p2'

const roster = { scopes: ROSTER_SCOPES, takes: 'writes' } as const
const gradebook = { scopes: GRADEBOOK_SCOPES, takes: 'writes and patches' } as const

/** The longer of two paths comes first: `/courses/components` is no course. Source: Timeback OneRoster OpenAPI. */
export const KINDS: Readonly<Record<Kind, KindRule>> = {
  orgs: {
    ...roster,
    path: `${ROSTERING}/orgs/`,
    one: 'org',
    schema: schemas.org,
    references: { parent: 'orgs' },
    takes: 'nothing',
  },
  academicSessions: {
    ...roster,
    path: `${ROSTERING}/academicSessions/`,
    one: 'academicSession',
    schema: schemas.academicSession,
    references: { org: 'orgs', parent: 'academicSessions' },
    takes: 'nothing',
  },
  users: {
    ...roster,
    path: `${ROSTERING}/users/`,
    one: 'user',
    schema: schemas.user,
    references: { primaryOrg: 'orgs', 'roles.org': 'orgs' },
  },
  courseComponents: {
    ...roster,
    path: `${ROSTERING}/courses/components`,
    one: 'courseComponent',
    schema: schemas.courseComponent,
    references: {
      course: 'courses',
      courseComponent: 'courseComponents',
      parent: 'courseComponents',
    },
  },
  componentResources: {
    ...roster,
    path: `${ROSTERING}/courses/component-resources`,
    one: 'componentResource',
    schema: schemas.componentResource,
    references: { courseComponent: 'courseComponents', resource: 'resources' },
  },
  courses: {
    ...roster,
    path: `${ROSTERING}/courses/`,
    one: 'course',
    schema: schemas.course,
    references: { org: 'orgs' },
  },
  resources: {
    scopes: RESOURCE_SCOPES,
    takes: 'writes',
    path: `${RESOURCES}/resources/`,
    one: 'resource',
    schema: schemas.resource,
    references: {},
  },
  classes: {
    ...roster,
    path: `${ROSTERING}/classes/`,
    one: 'class',
    schema: schemas.schoolClass,
    references: { course: 'courses', org: 'orgs', terms: 'academicSessions' },
  },
  enrollments: {
    ...roster,
    path: `${ROSTERING}/enrollments/`,
    one: 'enrollment',
    schema: schemas.enrollment,
    references: { user: 'users', class: 'classes', school: 'orgs', course: 'courses' },
    takes: 'writes and patches',
  },
  assessmentLineItems: {
    ...gradebook,
    path: `${GRADEBOOK}/assessmentLineItems/`,
    one: 'assessmentLineItem',
    schema: schemas.assessmentLineItem,
    references: {
      course: 'courses',
      component: 'courseComponents',
      componentResource: 'componentResources',
      class: 'classes',
      parentAssessmentLineItem: 'assessmentLineItems',
    },
  },
  assessmentResults: {
    ...gradebook,
    path: `${GRADEBOOK}/assessmentResults/`,
    one: 'assessmentResult',
    schema: schemas.assessmentResult,
    references: { assessmentLineItem: 'assessmentLineItems', student: 'users' },
  },
}

export const KIND_NAMES = Object.keys(KINDS) as Kind[]
