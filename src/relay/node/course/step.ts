/** One row of a course and what it needs, to become what the file says. */
import { findChanges, mergeRow, type Change } from './compare.ts'
import type { Found } from './insist.ts'
import type { Item, ItemKind, Row } from './item.ts'

/** How a row gets to Timeback: our own by its id, or by EduBridge, which finds or makes the course's default class. */
export type Sending =
  | { type: 'put'; row: Row }
  | { type: 'enroll'; userId: string; courseId: string; orgId: string; id: string; role: string }

export type Action =
  | { type: 'create'; sending: Sending }
  | { type: 'update'; sending: Sending; changes: Change[] }
  | { type: 'same' }
  /** `waitsFor` is the key of the step that is blocked itself. */
  | { type: 'blocked'; why: string; waitsFor?: string }

export interface Step extends Pick<Item, 'kind' | 'title' | 'path' | 'needs'> {
  /** `undefined` where it depends on who somebody is, and that is not known. */
  id: string | undefined
  action: Action
}

/** What to write into the file where an id can't be used any more. */
const ID_FIELDS: Record<ItemKind, string> = {
  course: '"id"',
  component: '"slug" or "id"',
  resource: '"slug" or "resourceId"',
  componentResource: '"slug" or "id"',
  class: '"slug" or "id"',
  enrollment: '"id"',
}

/** What a row as it is found needs, to become the wanted one. */
export function toAction(kind: ItemKind, found: Found<Row>, wanted: Row): Action {
  if (found.type === 'failed') return { type: 'blocked', why: found.why }
  if (found.type === 'absent') return { type: 'create', sending: { type: 'put', row: wanted } }
  const existing = found.value
  if (existing.status === 'tobedeleted') {
    const why = `was deleted at Timeback, which never uses an id again: give it another ${ID_FIELDS[kind]}`
    return { type: 'blocked', why }
  }
  const changes = findChanges(existing, wanted)
  if (changes.length === 0) return { type: 'same' }
  return { type: 'update', sending: { type: 'put', row: mergeRow(existing, wanted) }, changes }
}
