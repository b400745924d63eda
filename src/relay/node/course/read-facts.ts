/**
 * Reads all that a plan depends on, and changes nothing. What could not be read is in the facts as that, so that the
 * rest can go on.
 */
import type { EduBridgeClient } from '../../../timeback/edubridge.ts'
import type { OneRosterClient } from '../../../timeback/oneroster.ts'
import { inLanes, insist, type Found, type Wait } from './insist.ts'
import {
  toEnrollmentId,
  toKey,
  type Item,
  type Row,
  type Wanted,
  type WantedEnrollment,
} from './wanted.ts'

/** What a plan depends on, beside the file. */
export interface Facts {
  /** By key, as `toKey` writes it. */
  rows: ReadonlyMap<string, Found<Row>>
  /** The sourcedIds of those who have it, by e-mail. */
  users: ReadonlyMap<string, Found<string[]>>
  /** What somebody is enrolled in, by their sourcedId. */
  memberships: ReadonlyMap<string, Found<Membership[]>>
  /** `YYYY-MM-DD`, in UTC: an enrolment that ended before is over. */
  today: string
}

/** An active enrolment, whoever made it. */
export interface Membership {
  role: string | null
  endDate: string | null
  classId: string | null
  courseId: string | null
}

/** What of Timeback a course needs. */
export interface Timeback {
  oneRoster: Pick<OneRosterClient, 'read' | 'put' | 'findUsers' | 'listEnrollments' | 'list'>
  eduBridge: Pick<EduBridgeClient, 'listEnrollments' | 'enroll'>
}

export interface CoursePlatform {
  wait: Wait
  /** Epoch milliseconds. */
  now: () => number
}

/** Never rejects. */
export async function readFacts(
  wanted: Wanted,
  timeback: Timeback,
  { wait, now }: CoursePlatform,
): Promise<Facts> {
  const readRow = async ({ kind, id }: Pick<Item, 'kind' | 'id'>) =>
    [toKey(kind, id), await insist<Row>(() => timeback.oneRoster.read(kind, id), wait)] as const

  const rows = new Map(await inLanes(wanted.items, readRow))
  const emails = [...new Set(wanted.enrollments.map(({ email }) => email))]
  const users = new Map(
    await inLanes(
      emails,
      async (email) => [email, await findUsers(email, timeback, wait)] as const,
    ),
  )
  const known = wanted.enrollments.flatMap((one) => withUser(one, users.get(one.email)))
  const memberships = new Map(
    await inLanes(
      [...new Set(known.map(({ userId }) => userId))],
      async (userId) => [userId, await readMemberships(userId, wanted, timeback, wait)] as const,
    ),
  )
  const ids = known.map((one) => ({
    kind: 'enrollment' as const,
    id: toEnrollmentId(one, one.userId, wanted),
  }))
  for (const [key, found] of await inLanes(ids, readRow)) rows.set(key, found)
  return { rows, users, memberships, today: new Date(now()).toISOString().slice(0, 10) }
}

async function findUsers(
  email: string,
  { oneRoster }: Timeback,
  wait: Wait,
): Promise<Found<string[]>> {
  const found = await insist(() => oneRoster.findUsers(email), wait)
  if (found.type !== 'found') return found
  const there = found.value.filter(({ status }) => status !== 'tobedeleted')
  return { type: 'found', value: there.map(({ sourcedId }) => sourcedId) }
}

function withUser(one: WantedEnrollment, found: Found<string[]> | undefined) {
  const [userId] = found?.type === 'found' ? found.value : []
  return userId === undefined ? [] : [{ ...one, userId }]
}

/** By the service that will enrol: EduBridge where the file has no classes. */
export async function readMemberships(
  userId: string,
  { items }: Pick<Wanted, 'items'>,
  { oneRoster, eduBridge }: Timeback,
  wait: Wait,
): Promise<Found<Membership[]>> {
  if (items.some(({ kind }) => kind === 'class')) {
    const found = await insist(() => oneRoster.listEnrollments(userId), wait)
    if (found.type !== 'found') return found
    const value = found.value.map(({ role, endDate, class: theirs, course }) => ({
      role,
      endDate,
      classId: theirs?.sourcedId ?? null,
      courseId: course?.sourcedId ?? null,
    }))
    return { type: 'found', value }
  }
  const found = await insist(() => eduBridge.listEnrollments(userId), wait)
  if (found.type !== 'found') return found
  const value = found.value.map(({ role, endDate, course }) => ({
    role,
    endDate,
    classId: null,
    courseId: course?.id ?? null,
  }))
  return { type: 'found', value }
}
