/** One OneRoster row that a course file asks for, and how rows are named among themselves. */

/** In the order in which they can be made. */
export const KINDS = [
  'course',
  'component',
  'resource',
  'class',
  'componentResource',
  'enrollment',
] as const

export type ItemKind = (typeof KINDS)[number]

export type Row = Record<string, unknown>

export interface Item {
  kind: ItemKind
  id: string
  title: string
  /** Where the file says it, such as `units.0.lessons.2`. */
  path: string
  /** Keys of what has to be there first, as `toKey` writes them. */
  needs: string[]
  row: Row
}

export const toKey = (kind: string, id: string): string => `${kind}/${id}`

/** A key, for a person. */
export const toText = (key: string): string => key.replace('/', ' ')
