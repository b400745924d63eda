/**
 * Reads and writes Timeback's OneRoster: who the learner is, what they are enrolled in, and the gradebook. Writes are
 * PUTs under ids of our own, so that each can be made again after whatever went wrong.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025), official Python SDK 0.4, integrators' live probes (2026).
 */
import {
  createAsk,
  TIMEOUT_MS,
  type Answer,
  type ClientOptions,
  type ClientPlatform,
} from './answer.ts'
import { toBaseUrl, toSegment } from './endpoints.ts'
import { readUnder } from './lenient.ts'
import { readAll, readFirst, type Filter } from './oneroster-list.ts'
import * as rows from './oneroster-rows.ts'
import type { Course, Enrollment, Result, Row, User } from './oneroster-rows.ts'

export type { Course, Enrollment, Filter, Result, Row, User }

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

export interface OneRosterClient {
  /** Those with this e-mail, two at most: none is not provisioned, two must be refused. Never rejects. */
  findUsers(email: string): Promise<Answer<User[]>>
  /** All that are `active`, which is not yet current: see `Enrollment`. Never rejects. */
  listEnrollments(userId: string): Promise<Answer<Enrollment[]>>
  /** All `active` results of a learner on a line item. Never rejects. */
  listResults(of: { lineItemId: string; studentId: string }): Promise<Answer<Result[]>>
  /** All that the client may see and that fit. Never rejects. */
  listCourses(filter?: Filter): Promise<Answer<Course[]>>
  /** All whole rows of a kind that fit, deleted ones too. Never rejects. */
  list(kind: OneRosterKind, filter: Filter): Promise<Answer<Row[]>>
  /** One row, whole. A deleted one is read too: its `status` is `tobedeleted`. Rejects only for an id that is none, such as `.`. */
  read(kind: OneRosterKind, id: string): Promise<Answer<Row>>
  /**
   * Makes the row, or replaces it: send all of it. `sourcedId` is set to `id`. `absent` says that something it names is
   * missing, or that the id belonged to a deleted course. Rejects only for an id that is none.
   */
  put(kind: OneRosterKind, id: string, row: Readonly<Record<string, unknown>>): Promise<Answer<Row>>
}

const ROSTERING = '/ims/oneroster/rostering/v1p2'
const GRADEBOOK = '/ims/oneroster/gradebook/v1p2'
const RESOURCES = '/ims/oneroster/resources/v1p2'

/** Where a kind's rows are, and the key around one row. A single row has no slash at its end. */
const KINDS: Record<OneRosterKind, [path: string, key: string]> = {
  course: [`${ROSTERING}/courses`, 'course'],
  component: [`${ROSTERING}/courses/components`, 'courseComponent'],
  resource: [`${RESOURCES}/resources`, 'resource'],
  componentResource: [`${ROSTERING}/courses/component-resources`, 'componentResource'],
  class: [`${ROSTERING}/classes`, 'class'],
  enrollment: [`${ROSTERING}/enrollments`, 'enrollment'],
  lineItem: [`${GRADEBOOK}/assessmentLineItems`, 'assessmentLineItem'],
  result: [`${GRADEBOOK}/assessmentResults`, 'assessmentResult'],
  user: [`${ROSTERING}/users`, 'user'],
  // Documented as a collection only; a single one is OneRoster 1.2's `getOrg`.
  org: [`${ROSTERING}/orgs`, 'org'],
}

const MAX_USERS = 2

/** Throws a `TypeError` if `apiUrl` is no absolute http(s) URL. */
export function createOneRoster(
  { apiUrl, token }: ClientOptions,
  { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: ClientPlatform = {},
): OneRosterClient {
  const base = toBaseUrl(apiUrl, 'apiUrl')
  const ask = createAsk({ token, fetch, timeoutMs })
  const toItemUrl = (kind: OneRosterKind, id: string) =>
    `${base}${KINDS[kind][0]}/${toSegment(id, `${kind} id`)}`

  return {
    async findUsers(email) {
      const answer = await readFirst(ask, {
        url: `${base}${ROSTERING}/users/`,
        key: 'users',
        schema: rows.user,
        filter: { email },
        limit: MAX_USERS,
      })
      return answer.type === 'read' ? refuseOthers(answer.value, email) : answer
    },

    listEnrollments: async (userId) =>
      readAll(ask, {
        url: `${base}${ROSTERING}/enrollments/`,
        key: 'enrollments',
        schema: rows.enrollment,
        filter: { 'user.sourcedId': userId, status: 'active' },
      }),

    listResults: async ({ lineItemId, studentId }) =>
      readAll(ask, {
        url: `${base}${GRADEBOOK}/assessmentResults/`,
        key: 'assessmentResults',
        schema: rows.result,
        filter: {
          status: 'active',
          'assessmentLineItem.sourcedId': lineItemId,
          'student.sourcedId': studentId,
        },
      }),

    listCourses: async (filter = {}) =>
      readAll(ask, {
        url: `${base}${ROSTERING}/courses/`,
        key: 'courses',
        schema: rows.course,
        filter,
      }),

    list: async (kind, filter) =>
      readAll(ask, {
        url: toListUrl(base, kind),
        key: kind === 'class' ? 'classes' : `${KINDS[kind][1]}s`,
        schema: rows.row,
        filter,
      }),

    read: async (kind, id) =>
      ask(toItemUrl(kind, id), { method: 'GET' }, readRow(KINDS[kind][1], id)),

    async put(kind, id, row) {
      const [, key] = KINDS[kind]
      const sent = { ...row, sourcedId: id }
      return ask(
        toItemUrl(kind, id),
        {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ [key]: sent }),
        },
        readRow(key, id),
      )
    },
  }
}

/** A collection has a slash at its end, but for the two that are Timeback's own (seen live by integrators). */
function toListUrl(base: string, kind: OneRosterKind): string {
  const isTheirOwn = kind === 'component' || kind === 'componentResource'
  return `${base}${KINDS[kind][0]}${isTheirOwn ? '' : '/'}`
}

function readRow(key: string, id: string) {
  const read = readUnder(key, rows.row)
  return (body: unknown): Row | undefined => {
    const row = read(body)
    return row?.sourcedId === id ? row : undefined
  }
}

/** Where a filter is ignored, as `search` is, the first users of all would come: minutes must not go to one of them. */
function refuseOthers(users: User[], email: string): Answer<User[]> {
  const isAnother = ({ email: theirs }: User) =>
    theirs !== null && theirs.toLowerCase() !== email.toLowerCase()
  return users.some(isAnother)
    ? { type: 'retry', reason: 'unreadable', detail: 'a user with another e-mail' }
    : { type: 'read', value: users }
}
