/**
 * Lists of OneRoster, page by page, until all rows are there. All or nothing: a list that breaks off is an outcome, not
 * a shorter list, since a missing row would be taken for one that does not exist.
 *
 * The end is `totalCount`, or without one a page with nothing new. A short page is not the end: rows outside the
 * client's organisations are taken out of pages after they were cut (seen live by two integrators), and may be counted
 * all the same. So we go on by the number of rows that came, keep one of each, and go on by a page where none was new.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025): `limit`, `offset`, `filter`; `{ "<plural>": […], "totalCount" }`.
 */
import { z } from 'zod'
import { type Answer, type Ask } from './answer.ts'
import { readAs } from './lenient.ts'

/** Each field equals its value; all of them must. */
export type Filter = Readonly<Record<string, string>>

/** OneRoster's own default; 3,000 is the most. */
const PAGE_ROWS = 100
/** A list that goes on for longer is not one of a learner or of a course: it is no end in sight. */
const MAX_ROWS = 100_000

/** Strings stand in single quotes, and a quote in them is doubled (official Python SDK). Not URL-encoded. */
export function toFilter(fields: Filter): string {
  return Object.entries(fields)
    .map(([field, value]) => `${field}='${value.replaceAll("'", "''")}'`)
    .join(' AND ')
}

/** The first `limit` rows that fit, without paging. */
export async function readFirst<T>(
  ask: Ask,
  { url, key, schema, filter, limit }: ListOptions<T> & { limit: number },
): Promise<Answer<T[]>> {
  const reader = toReader(key, z.array(schema))
  const answer = await ask(toUrl(url, filter, { limit }), { method: 'GET' }, reader)
  return answer.type === 'read' ? { type: 'read', value: answer.value.rows } : answer
}

export interface ListOptions<T> {
  /** Of the collection, with its slash. */
  url: string
  /** The envelope's key, such as `users`. */
  key: string
  schema: z.ZodType<T>
  filter: Filter
}

export async function readAll<T extends { sourcedId: string }>(
  ask: Ask,
  { url, key, schema, filter }: ListOptions<T>,
): Promise<Answer<T[]>> {
  // Null instead of no rows is believed, but not of who a learner is.
  const reader = toReader(key, z.array(schema).nullable())
  const rows = new Map<string, T>()
  let offset = 0
  for (;;) {
    const page = await ask(
      toUrl(url, filter, { limit: PAGE_ROWS, offset }),
      { method: 'GET' },
      reader,
    )
    if (page.type !== 'read') return page
    const { totalCount } = page.value
    const found = page.value.rows ?? []
    const before = rows.size
    for (const row of found) rows.set(row.sourcedId, row)
    const isNew = rows.size > before
    // A page without gaps reaches beyond all before it: with nothing new, the server does not look at the offset.
    if (!isNew && totalCount !== null && found.length >= PAGE_ROWS) return toEndless()
    offset += isNew ? found.length : PAGE_ROWS
    const isWhole = totalCount === null ? !isNew : offset >= totalCount
    if (isWhole) return { type: 'read', value: [...rows.values()] }
    if (offset > MAX_ROWS) return toEndless()
  }
}

function toEndless(): Answer<never> {
  return { type: 'retry', reason: 'unreadable', detail: 'a list without an end' }
}

/** Rows may be null where `rowsSchema` says so and none are counted. */
function toReader<Rows>(key: string, rowsSchema: z.ZodType<Rows>) {
  const page = z
    .object({ [key]: rowsSchema, totalCount: z.number().nullable().catch(null) })
    .transform((body) => ({
      rows: body[key] as Rows,
      totalCount: body.totalCount as number | null,
    }))
    .refine(({ rows, totalCount }) => rows !== null || !totalCount)
  return readAs(page)
}

function toUrl(url: string, filter: Filter, page: Record<string, number>): string {
  const query = Object.entries(page).map(([name, value]) => `${name}=${value}`)
  const text = toFilter(filter)
  if (text) query.unshift(`filter=${encodeURIComponent(text)}`)
  return `${url}?${query.join('&')}`
}
