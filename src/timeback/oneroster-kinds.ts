/**
 * The kinds of OneRoster rows that we read and write: where they are, and what they are called in an answer.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025). Collections have a slash at their end, single rows have none, and
 * neither have the two collections that are Timeback's own (seen live by integrators).
 */
import { toSegment } from './endpoints.ts'

export type OneRosterKind =
  | 'course'
  | 'component'
  | 'resource'
  | 'componentResource'
  | 'class'
  | 'enrollment'
  | 'lineItem'
  | 'result'
  | 'user'
  | 'org'

interface Kind {
  /** Of the collection. */
  path: string
  /** Around one row. */
  key: string
  /** Around a list; by default the key with an `s`. */
  plural?: string
}

const ROSTERING = '/ims/oneroster/rostering/v1p2'
const GRADEBOOK = '/ims/oneroster/gradebook/v1p2'
const RESOURCES = '/ims/oneroster/resources/v1p2'

const KINDS: Record<OneRosterKind, Kind> = {
  course: { path: `${ROSTERING}/courses/`, key: 'course' },
  component: { path: `${ROSTERING}/courses/components`, key: 'courseComponent' },
  resource: { path: `${RESOURCES}/resources/`, key: 'resource' },
  componentResource: { path: `${ROSTERING}/courses/component-resources`, key: 'componentResource' },
  class: { path: `${ROSTERING}/classes/`, key: 'class', plural: 'classes' },
  enrollment: { path: `${ROSTERING}/enrollments/`, key: 'enrollment' },
  lineItem: { path: `${GRADEBOOK}/assessmentLineItems/`, key: 'assessmentLineItem' },
  result: { path: `${GRADEBOOK}/assessmentResults/`, key: 'assessmentResult' },
  user: { path: `${ROSTERING}/users/`, key: 'user' },
  // Documented as a collection only; a single one is OneRoster 1.2's `getOrg`.
  org: { path: `${ROSTERING}/orgs/`, key: 'org' },
}

export function toKey(kind: OneRosterKind): string {
  return KINDS[kind].key
}

/** A collection's address below `base`, and the key around its list. */
export function toList(base: string, kind: OneRosterKind): { url: string; key: string } {
  const { path, key, plural = `${key}s` } = KINDS[kind]
  return { url: base + path, key: plural }
}

/** A row's address below `base`. Throws as `toSegment` does. */
export function toItemUrl(base: string, kind: OneRosterKind, id: string): string {
  return `${base}${KINDS[kind].path.replace(/\/$/, '')}/${toSegment(id, `${kind} id`)}`
}
