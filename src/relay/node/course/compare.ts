/**
 * One row as Timeback has it against the same row as a course file wants it. Only what the file says is looked at, and
 * only that is changed: whatever anybody else has put into a row stays in it.
 */
import type { Row } from './item.ts'

export interface Change {
  /** As in `metadata.xp`. */
  field: string
  from: unknown
  to: unknown
}

/** In the order of the wanted row; none if nothing has to be done. */
export function findChanges(existing: Row, wanted: Row, above = ''): Change[] {
  return Object.entries(wanted).flatMap(([name, to]): Change[] => {
    const field = above + name
    const from = existing[name]
    if (isReference(to))
      return isReferenceTo(from, to) ? [] : [{ field, from: toId(from), to: toId(to) }]
    if (isRow(to)) return findChanges(isRow(from) ? from : {}, to, `${field}.`)
    return isSame(from, to) ? [] : [{ field, from: toPlain(from), to: toPlain(to) }]
  })
}

/**
 * The whole row to send: a PUT replaces it. Timeback's own mark of the last change is left to Timeback, and a reference
 * that already names the right row keeps all it says.
 */
export function mergeRow(existing: Row, wanted: Row): Row {
  const { dateLastModified: _, ...kept } = existing
  return merge(kept, wanted)
}

function merge(existing: Row, wanted: Row): Row {
  const merged = { ...existing }
  for (const [name, to] of Object.entries(wanted)) {
    const from = existing[name]
    if (isSame(from, to) && from !== undefined) continue
    merged[name] = isRow(to) && !isReference(to) ? merge(isRow(from) ? from : {}, to) : to
  }
  return merged
}

/** Lists by their members, in order; nothing said and `null` are the same. */
function isSame(from: unknown, to: unknown): boolean {
  if (isReference(to)) return isReferenceTo(from, to)
  if (isRow(to)) return isRow(from) && findChanges(from, to).length === 0
  if (Array.isArray(to)) {
    return (
      Array.isArray(from) && from.length === to.length && to.every((one, n) => isSame(from[n], one))
    )
  }
  return (from ?? null) === to
}

/** `{ sourcedId }`, which a server may send back with a type and an address beside. */
function isReference(value: unknown): value is { sourcedId: string } {
  return isRow(value) && Object.keys(value).length === 1 && typeof value.sourcedId === 'string'
}

function isReferenceTo(value: unknown, { sourcedId }: { sourcedId: string }): boolean {
  return isRow(value) && value.sourcedId === sourcedId
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toId(value: unknown): unknown {
  return isRow(value) ? value.sourcedId : value
}

function toPlain(value: unknown): unknown {
  return Array.isArray(value) ? value.map(toId) : value
}
