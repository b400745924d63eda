/**
 * Reads and writes Timeback's OneRoster: who the learner is, what they are enrolled in, and the gradebook. Writes are
 * PUTs under ids of our own, so that each can be made again after whatever went wrong.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025), official Python SDK 0.4, integrators' live probes (2026).
 */
import type { z } from 'zod'
import {
  createAsk,
  TIMEOUT_MS,
  type Answer,
  type ClientOptions,
  type ClientPlatform,
  type Reader,
} from './answer.ts'
import { toBaseUrl } from './endpoints.ts'
import type { ExchangeRequest } from './exchange.ts'
import { readUnder } from './lenient.ts'
import { toItemUrl, toKey, toList, type OneRosterKind } from './oneroster-kinds.ts'
import { readAll, readFirst, type Filter } from './oneroster-list.ts'
import * as rows from './oneroster-rows.ts'
import type { Course, Enrollment, Result, Row, User } from './oneroster-rows.ts'

export type { Course, Enrollment, Filter, OneRosterKind, Result, Row, User }

export interface OneRosterClient {
  /** All with this e-mail, deleted ones too: none is not provisioned, two that are not deleted must be refused. Never rejects. */
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
   * Makes the row, or replaces it: send all of it. `sourcedId` is set to `id`. Any 2xx but a page of HTML says that it
   * is written, whatever else is in it; what is read is the row as it was sent. `absent` says that something it names
   * is missing, or that the id belonged to a deleted course. Rejects only for an id that is none.
   */
  put(kind: OneRosterKind, id: string, row: Readonly<Record<string, unknown>>): Promise<Answer<Row>>
}

/** More than ever had one e-mail, deleted ones too. Not page by page: where a filter is ignored, all users would come. */
const MAX_USERS = 100

/** Throws a `TypeError` if `apiUrl` is no absolute http(s) URL. */
export function createOneRoster(
  { apiUrl, token }: ClientOptions,
  { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: ClientPlatform = {},
): OneRosterClient {
  const base = toBaseUrl(apiUrl, 'apiUrl')
  const ask = createAsk({ token, fetch, timeoutMs })
  const list = <T extends { sourcedId: string }>(
    kind: OneRosterKind,
    schema: z.ZodType<T>,
    filter: Filter,
  ) => readAll(ask, { ...toList(base, kind), schema, filter })

  return {
    async findUsers(email) {
      const options = { ...toList(base, 'user'), schema: rows.user, filter: { email } }
      const answer = await readFirst(ask, { ...options, limit: MAX_USERS })
      return answer.type === 'read' ? refuseOthers(answer.value, email) : answer
    },
    listEnrollments: (userId) =>
      list('enrollment', rows.enrollment, { 'user.sourcedId': userId, status: 'active' }),
    listResults: ({ lineItemId, studentId }) =>
      list('result', rows.result, {
        status: 'active',
        'assessmentLineItem.sourcedId': lineItemId,
        'student.sourcedId': studentId,
      }),
    listCourses: (filter = {}) => list('course', rows.course, filter),
    list: (kind, filter) => list(kind, rows.row, filter),
    read: async (kind, id) =>
      ask(toItemUrl(base, kind, id), { method: 'GET' }, readRow(toKey(kind), id)),
    put: async (kind, id, fields) => {
      const row = { ...fields, sourcedId: id }
      return ask(toItemUrl(base, kind, id), toPut(kind, row), (_, text) =>
        isPage(text) ? undefined : row,
      )
    },
  }
}

function toPut(kind: OneRosterKind, row: Row): ExchangeRequest {
  return {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ [toKey(kind)]: row }),
  }
}

/** An answer of somebody else's, such as a sign-in or a proxy. */
const isPage = (text: string): boolean => /^\s*</.test(text)

function readRow(key: string, id: string): Reader<Row> {
  const read = readUnder(key, rows.row)
  return (body, text) => {
    const row = read(body, text)
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
