/**
 * Whether the learner, the courses, the enrolment and the gradebook are there, as the relay needs them. Findings hold ids
 * only: no name, and no e-mail.
 */
import type { EduBridgeClient } from '../../../timeback/edubridge.ts'
import type { OneRosterClient, User } from '../../../timeback/oneroster.ts'
import type { CourseEntry } from '../../courses.ts'
import { explain } from './explain.ts'
import type { Finding } from './finding.ts'

/** Rows of other organisations are not refused but left out, so nobody can tell the two apart from here. */
const OR_ANOTHER_ORG = 'or the client may not see their organisation: ask Timeback'

/** The learner by e-mail, and what that found. */
export async function probeUser(
  oneRoster: OneRosterClient,
  email: string,
): Promise<{ finding: Finding; user?: User }> {
  const answer = await oneRoster.findUsers(email)
  const name = 'user'
  if (answer.type !== 'read') {
    return { finding: { name, state: 'failed', ...explain(answer, 'check TIMEBACK_API_URL') } }
  }
  // The relay takes no notice of those who are deleted.
  const present = answer.value.filter(({ status }) => status !== 'tobedeleted')
  const [user = answer.value[0], ...others] = present
  if (!user) {
    const todo = `Timeback knows nobody by it: have the learner made there, ${OR_ANOTHER_ORG}`
    return { finding: { name, state: 'failed', found: 'nobody has this e-mail', todo } }
  }
  if (others.length > 0) {
    const todo = 'Timeback finds learners by it: have all but one of these users take another'
    return { finding: { name, state: 'failed', found: 'several have this e-mail', todo } }
  }
  if (user.status === 'tobedeleted') {
    const todo = 'have Timeback restore the user, or name another'
    return { finding: { name, state: 'failed', found: `${user.sourcedId}, deleted`, todo } }
  }
  const roles = [...new Set(user.roles.map(({ role }) => role ?? 'none'))].join(', ')
  const found = `${user.sourcedId}, ${roles || 'no role'}`
  if (user.roles.some(({ role }) => role === 'student')) {
    return { finding: { name, state: 'ok', found }, user }
  }
  const todo = 'only students are reported to Timeback; for others pages run as a preview'
  return { finding: { name, state: 'warning', found, todo }, user }
}

/** A course of the configuration. */
export async function probeCourse(
  oneRoster: OneRosterClient,
  { sourcedId, subject, grade }: CourseEntry,
): Promise<Finding> {
  const name = `course:${sourcedId}`
  const answer = await oneRoster.read('course', sourcedId)
  if (answer.type !== 'read') {
    const todo = `take an id of OneRoster into STINT_COURSES, ${OR_ANOTHER_ORG.replace('their', 'its')}`
    return { name, state: 'failed', ...explain(answer, todo) }
  }
  const { title, status, subjects, grades } = answer.value
  const found = typeof title === 'string' ? title : 'without a title'
  if (status === 'tobedeleted') {
    const todo = 'a deleted id can not be used again: take another course into STINT_COURSES'
    return { name, state: 'failed', found: `${found}, deleted`, todo }
  }
  const odd = [
    ...(lacks(subjects, subject) ? [`subject ${subject}`] : []),
    ...(grade !== undefined && lacks(grades, String(grade)) ? [`grade ${grade}`] : []),
  ]
  if (odd.length === 0) return { name, state: 'ok', found }
  const todo = 'make STINT_COURSES and the course in OneRoster say the same'
  return { name, state: 'warning', found: `${found}, which is not of ${odd.join(', ')}`, todo }
}

/** Only where OneRoster says something at all. */
function lacks(said: unknown, value: string): boolean {
  return Array.isArray(said) && said.length > 0 && !said.includes(value)
}

/** Whether results may be read: attempts are counted by them. There are none on a line item that nobody made. */
export async function probeGradebook(oneRoster: OneRosterClient): Promise<Finding> {
  const name = 'gradebook'
  const answer = await oneRoster.listResults({
    lineItemId: 'stint-check',
    studentId: 'stint-check',
  })
  if (answer.type === 'read') return { name, state: 'ok', found: 'can be read' }
  return { name, state: 'failed', ...explain(answer, 'check TIMEBACK_API_URL') }
}

/** Whether the learner is in one of the courses today, `YYYY-MM-DD`; in any at all if there are none in particular. */
export async function probeEnrollment(
  eduBridge: EduBridgeClient,
  userId: string,
  { courses, today }: { courses: readonly CourseEntry[]; today: string },
): Promise<Finding> {
  const name = 'enrolment'
  const answer = await eduBridge.listEnrollments(userId)
  if (answer.type !== 'read') {
    return { name, state: 'failed', ...explain(answer, 'check TIMEBACK_API_URL') }
  }
  const isOurs = (id: string | undefined) =>
    courses.length === 0 || courses.some(({ sourcedId }) => sourcedId === id)
  const current = answer.value.filter((one) => isCurrent(one, today))
  const toIds = (rows: typeof current) => rows.map(({ course }) => course?.id ?? 'none').join(', ')
  const ours = current.filter(({ course }) => isOurs(course?.id))
  if (ours.length > 0) return { name, state: 'ok', found: `in ${toIds(ours)}` }

  const ended = answer.value.filter(({ course }) => isOurs(course?.id))
  if (ended.length > 0) {
    const todo = 'have the enrolment begin and end around today'
    return { name, state: 'failed', found: `in ${toIds(ended)}, but not today`, todo }
  }
  const found = current.length > 0 ? `only in ${toIds(current)}` : 'in no course'
  const todo = 'enrol the learner in a course of STINT_COURSES, or name theirs there'
  return { name, state: 'failed', found, todo }
}

/** `active` alone is not enough: rows with an `endDate` long past still say it (two integrators, 2026). */
function isCurrent(
  { beginDate, endDate }: { beginDate: string | null; endDate: string | null },
  today: string,
): boolean {
  const isBegun = beginDate === null || beginDate.slice(0, 10) <= today
  return isBegun && (endDate === null || today <= endDate.slice(0, 10))
}
