/**
 * The rows that Timeback holds, one table per kind, in the order they came. A row is never changed in place: whoever
 * holds one keeps what was true when it was read. Nothing is ever taken out; a deleted row is one that says so.
 */
import { KIND_NAMES } from './kinds.ts'
import type { Kind } from './kinds.ts'

export interface Row {
  readonly sourcedId: string
  readonly status: 'active' | 'tobedeleted'
  readonly dateLastModified: string
  readonly [field: string]: unknown
}

/** A row before it is stored. */
export type Fields = Readonly<Record<string, unknown>>

/** `now` gives epoch milliseconds. */
export function createRows(now: () => number) {
  const tables = new Map<Kind, Map<string, Row>>(KIND_NAMES.map((kind) => [kind, new Map()]))
  const table = (kind: Kind) => tables.get(kind) ?? new Map<string, Row>()

  return {
    list: (kind: Kind): Row[] => [...table(kind).values()],

    find: (kind: Kind, sourcedId: string): Row | undefined => table(kind).get(sourcedId),

    /** Puts the row in the place of the one with its id, if there is one; without a status it is active. */
    put(kind: Kind, sourcedId: string, fields: Fields): Row {
      const status: Row['status'] = fields['status'] === 'tobedeleted' ? 'tobedeleted' : 'active'
      const dateLastModified = new Date(now()).toISOString()
      const row: Row = { ...fields, sourcedId, status, dateLastModified }
      table(kind).set(sourcedId, row)
      return row
    },

    clear(): void {
      for (const rows of tables.values()) rows.clear()
    },
  }
}

export type Rows = ReturnType<typeof createRows>

/** What is at a dotted path: every value, where a list is on the way. */
export function readAt(value: unknown, path: string): unknown[] {
  const reached = path
    .split('.')
    .reduce<unknown[]>(
      (values, key) =>
        values.flatMap((inner) =>
          typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
            ? (inner as Record<string, unknown>)[key]
            : [],
        ),
      [value],
    )
  return reached.flat()
}

/** The text at a dotted path, the first if there are more; undefined for all that is no text. */
export function readText(value: unknown, path: string): string | undefined {
  const [first] = readAt(value, path)
  return typeof first === 'string' ? first : undefined
}

/** The number at a dotted path; undefined for all that is no number. */
export function readNumber(value: unknown, path: string): number | undefined {
  const [first] = readAt(value, path)
  return typeof first === 'number' ? first : undefined
}

/** The id that a row refers to in a field. */
export function readReference(row: Row, field: string): string | undefined {
  return readText(row, `${field}.sourcedId`)
}
