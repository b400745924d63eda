/**
 * The query of a list, and the page that it selects: filter, then order, then page, then fields. `search` is documented
 * and does nothing on the real server, so it does nothing here.
 */
import { KINDS } from './kinds.ts'
import { order, parseFilter } from './filter.ts'
import { readAt } from './rows.ts'
import type { Kind } from './kinds.ts'
import type { Row } from './rows.ts'

export type Page =
  { ok: true; body: Record<string, unknown> } | { ok: false; status: 400 | 422; message: string }

const DEFAULT_LIMIT = 100
/** Seen live: more is a 422. */
const MAX_LIMIT = 3000

/** Fields whose values are objects: there is nothing to compare them with. */
const NOT_PLAIN = ['roles', 'userProfiles', 'learningObjectiveSet']

/** Every list of `kind` is answered by this. Source: Timeback OneRoster OpenAPI, with what public clients saw of it. */
export function selectRows(
  kind: Kind,
  rows: readonly Row[],
  query: Readonly<Record<string, string>>,
): Page {
  const limit = readCount(query['limit'], DEFAULT_LIMIT)
  const offset = readCount(query['offset'], 0)
  if (!(limit >= 1 && limit <= MAX_LIMIT)) return refuse(422, `limit: expected 1 to ${MAX_LIMIT}`)
  if (!(offset >= 0)) return refuse(422, 'offset: expected a whole number from 0')

  const { filter, sort, orderBy = 'asc', fields } = query
  const isField = (path: string) => isFilterable(kind, path)
  const parsed = filter === undefined ? undefined : parseFilter(filter, isField)
  if (parsed?.ok === false) return refuse(400, parsed.message)
  if (sort !== undefined && !isField(sort)) return refuse(400, `sort: there is no field ${sort}`)
  if (orderBy !== 'asc' && orderBy !== 'desc') return refuse(400, 'orderBy: expected asc or desc')
  const wanted = fields?.split(',').map((field) => field.trim())
  const stranger = wanted?.find((field) => !isOwnField(kind, field))
  if (stranger !== undefined) return refuse(400, `fields: there is no field ${stranger}`)

  const kept = parsed ? rows.filter(parsed.matches) : rows
  const sorted = sort === undefined ? kept : sortRows(kept, sort, orderBy)
  const page = sorted.slice(offset, offset + limit)
  return {
    ok: true,
    body: {
      [kind]: wanted ? page.map((row) => pick(row, wanted)) : page,
      totalCount: kept.length,
      pageCount: Math.ceil(kept.length / limit),
      pageNumber: Math.floor(offset / limit) + 1,
      offset,
      limit,
    },
  }
}

/**
 * Own plain fields, the id behind a reference, and anything in metadata. One step further is refused, as
 * `assessmentLineItem.course.sourcedId` is by the real server.
 */
function isFilterable(kind: Kind, path: string): boolean {
  const [first = '', ...rest] = path.split('.')
  if (first === 'metadata') return rest.length > 0
  const isReference = Object.hasOwn(KINDS[kind].references, first)
  if (isReference) return path === `${first}.sourcedId`
  return rest.length === 0 && !NOT_PLAIN.includes(first) && isOwnField(kind, path)
}

function isOwnField(kind: Kind, field: string): boolean {
  return field === 'dateLastModified' || Object.hasOwn(KINDS[kind].schema.shape, field)
}

/** NaN for what is no whole number. */
function readCount(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  return /^\d+$/.test(text) ? Number(text) : NaN
}

/** Rows without the field come first, and equal ones stay in the order they came. */
function sortRows(rows: readonly Row[], field: string, direction: 'asc' | 'desc'): Row[] {
  const sign = direction === 'asc' ? 1 : -1
  const key = (row: Row) => String(readAt(row, field)[0] ?? '')
  return rows.toSorted((a, b) => sign * order(key(a), key(b)))
}

function pick(row: Row, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)))
}

function refuse(status: 400 | 422, message: string): Page {
  return { ok: false, status, message }
}
