/**
 * What has to be done so that Timeback has what a course file says: one pure function of the file and of what was read.
 * After its steps are done, a new plan of the same file says `same` throughout.
 */
import { findChanges, mergeRow, type Change } from './compare.ts'
import { toEnrollmentId } from './ids.ts'
import type { Found } from './insist.ts'
import {
  toKey,
  type Item,
  type ItemKind,
  type Row,
  type Wanted,
  type WantedEnrollment,
} from './wanted.ts'

/** What one reading came to. `failed`: it could not be read, so that nothing is known. */
export type Found<T> =
  { type: 'found'; value: T } | { type: 'absent' } | { type: 'failed'; why: string }

/** All that a plan depends on. */
export interface Facts {
  /** By key, as `toKey` writes it. */
  rows: ReadonlyMap<string, Found<Row>>
  /** The sourcedIds of those who have it, by e-mail. */
  users: ReadonlyMap<string, Found<string[]>>
  /** All enrolments of a user, by the user's sourcedId. */
  enrollments: ReadonlyMap<string, Found<Row[]>>
  /** `YYYY-MM-DD`, in UTC: an enrolment that ended before is over. */
  today: string
}

/** How a row gets to Timeback: our own by its id, or by EduBridge, which finds or makes the course's default class. */
export type Sending =
  | { type: 'put'; row: Row }
  | { type: 'enroll'; userId: string; courseId: string; orgId: string; id: string; role: string }

export type Action =
  | { type: 'create'; sending: Sending }
  | { type: 'update'; sending: Sending; changes: Change[] }
  | { type: 'same' }
  | { type: 'blocked'; why: string }

export interface Step extends Pick<Item, 'kind' | 'title' | 'path' | 'needs'> {
  /** `undefined` where it depends on who somebody is, and that is not known. */
  id: string | undefined
  action: Action
}

/** The steps in an order in which they can be done. A step comes after all that it needs. */
export function planCourse(wanted: Wanted, facts: Facts): Step[] {
  const unusable = new Set<string>()
  const hold = (step: Step): Step => {
    const missing = step.needs.find((key) => unusable.has(key))
    const held: Step = missing
      ? { ...step, action: { type: 'blocked', why: `waits for ${missing.replace('/', ' ')}` } }
      : step
    if (held.action.type === 'blocked' && held.id !== undefined) {
      unusable.add(toKey(held.kind, held.id))
    }
    return held
  }
  return [
    ...wanted.items.map((item) => hold(toStep(item, facts))),
    ...wanted.enrollments.map((one) => hold(toEnrollmentStep(one, wanted, facts))),
  ]
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

function toStep({ row, ...item }: Item, { rows }: Facts): Step {
  const found = rows.get(toKey(item.kind, item.id)) ?? { type: 'failed', why: 'it was not read' }
  return { ...item, action: toAction(item.kind, found, row) }
}

function toAction(kind: ItemKind, found: Found<Row>, wanted: Row): Action {
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

function toEnrollmentStep(one: WantedEnrollment, wanted: Wanted, facts: Facts): Step {
  const { path, role } = one
  const needs = [one.class ? toKey('class', one.class.id) : toKey('course', wanted.courseId)]
  const step = { kind: 'enrollment' as const, path, needs }
  const where = one.class?.title ?? wanted.courseTitle
  const user = findUser(facts.users.get(one.email))
  if ('why' in user) {
    return {
      ...step,
      id: undefined,
      title: `${role} of ${where}`,
      action: { type: 'blocked', ...user },
    }
  }
  const { userId } = user
  const id = one.id ?? toEnrollmentId(one.class?.id ?? wanted.courseId, role, userId)
  const action = enrol({ ...one, id, userId }, wanted, facts)
  return { ...step, id, title: `${userId}, ${role} of ${where}`, action }
}

function findUser(found: Found<string[]> | undefined): { userId: string } | { why: string } {
  if (!found || found.type === 'failed') return { why: found?.why ?? 'who it is was not read' }
  const [userId, ...others] = found.type === 'found' ? found.value : []
  if (userId === undefined) {
    return { why: 'nobody at Timeback has this e-mail: have the account made first, or correct it' }
  }
  if (others.length > 0) {
    return { why: 'more than one at Timeback has this e-mail: ask Timeback to merge the accounts' }
  }
  return { userId }
}

function enrol(
  one: WantedEnrollment & { id: string; userId: string },
  { courseId, orgId }: Wanted,
  { memberships, rows, today }: Facts,
): Action {
  const { id, userId, role } = one
  const theirs = memberships.get(userId)
  if (!theirs || theirs.type === 'failed') {
    return { type: 'blocked', why: theirs?.why ?? 'what they are enrolled in was not read' }
  }
  const list = theirs.type === 'found' ? theirs.value : []
  const already = list.some(
    (they) =>
      they.role === role &&
      !hasEnded(they.endDate, today) &&
      (one.class ? they.classId === one.class.id : they.courseId === courseId),
  )
  if (already) return { type: 'same' }
  const ours = rows.get(toKey('enrollment', id))
  if (ours?.type === 'found' && !isCurrent(ours.value, today)) {
    const why = `was ended at Timeback: give it an "id" of its own to begin another, or take it out`
    return { type: 'blocked', why }
  }
  if (!one.class) {
    return { type: 'create', sending: { type: 'enroll', userId, courseId, orgId, id, role } }
  }
  const row: Row = {
    sourcedId: id,
    status: 'active',
    role,
    user: { sourcedId: userId },
    class: { sourcedId: one.class.id },
  }
  return toAction('enrollment', ours ?? { type: 'failed', why: 'it was not read' }, row)
}

/** Active and not yet over: an `active` row with an end in the past is common. */
export function isCurrent({ status, endDate }: Row, today: string): boolean {
  return status === 'active' && !hasEnded(endDate, today)
}

/** Dates and date-times are both seen; their first ten characters are the day. */
function hasEnded(endDate: unknown, today: string): boolean {
  return typeof endDate === 'string' && endDate.slice(0, 10) < today
}
