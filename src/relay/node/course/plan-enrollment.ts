/**
 * Whether somebody has to be enrolled. Whoever is enrolled already, by whatever id, is not enrolled again; and an
 * enrolment that was ended or deleted is somebody's decision, which no file undoes by standing there.
 */
import type { Found } from './insist.ts'
import type { Facts } from './read-facts.ts'
import { toAction, type Action, type Step } from './step.ts'
import { toKey, type Row } from './item.ts'
import { toEnrollmentId, type Wanted, type WantedEnrollment } from './wanted.ts'

export function planEnrollment(one: WantedEnrollment, wanted: Wanted, facts: Facts): Step {
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
  const id = toEnrollmentId(one, userId, wanted)
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
  const ours = rows.get(toKey('enrollment', id)) ?? { type: 'failed', why: 'it was not read' }
  if (ours.type === 'found' && !isCurrent(ours.value, today)) {
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
  return toAction('enrollment', ours, row)
}

/** Active and not yet over: an `active` row with an end in the past is common. */
export function isCurrent({ status, endDate }: Row, today: string): boolean {
  return status === 'active' && !hasEnded(endDate, today)
}

/** Dates and date-times are both seen; their first ten characters are the day. */
function hasEnded(endDate: unknown, today: string): boolean {
  return typeof endDate === 'string' && endDate.slice(0, 10) < today
}
