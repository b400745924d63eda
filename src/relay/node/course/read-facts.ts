/**
 * Reads all that a plan depends on, and changes nothing. What could not be read is in the facts as that, so that the
 * rest can go on.
 */
import type { EduBridgeClient } from '../../../timeback/edubridge.ts'
import type { OneRosterClient } from '../../../timeback/oneroster.ts'
import { createInsist, inLanes, type Found, type Insist } from './insist.ts'
import { toKey, type Item, type Row } from './item.ts'
import { toEnrollmentId, type Wanted, type WantedEnrollment } from './wanted.ts'

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

/** How Timeback is asked, and when: `today` is `YYYY-MM-DD` in UTC. */
export interface Asking {
  insist: Insist
  today: string
}

/** `now` gives epoch milliseconds. */
export function createAsking({
  wait,
  now,
}: {
  wait: (ms: number) => Promise<void>
  now: () => number
}): Asking {
  return { insist: createInsist(wait), today: new Date(now()).toISOString().slice(0, 10) }
}

/** Never rejects. */
export async function readFacts(
  wanted: Wanted,
  timeback: Timeback,
  { insist, today }: Asking,
): Promise<Facts> {
  const readRow = async ({ kind, id }: Pick<Item, 'kind' | 'id'>) =>
    [toKey(kind, id), await insist<Row>(() => timeback.oneRoster.read(kind, id))] as const

  const [course, ...others] = wanted.items
  const rows = new Map(course ? [await readRow(course)] : [])
  // A client that can't read its course, e.g. without a token, can't read the rest of it either.
  if ([...rows.values()].some(({ type }) => type === 'failed')) {
    return { rows, users: new Map(), memberships: new Map(), today }
  }
  for (const [key, found] of await inLanes(others, readRow)) rows.set(key, found)
  const emails = [...new Set(wanted.enrollments.map(({ email }) => email))]
  const users = new Map(
    await inLanes(
      emails,
      async (email) => [email, await findUsers(email, timeback, insist)] as const,
    ),
  )
  const known = wanted.enrollments.flatMap((one) => withUser(one, users.get(one.email)))
  const memberships = new Map(
    await inLanes(
      [...new Set(known.map(({ userId }) => userId))],
      async (userId) => [userId, await readMemberships(userId, wanted, timeback, insist)] as const,
    ),
  )
  const ids = known.map((one) => ({
    kind: 'enrollment' as const,
    id: toEnrollmentId(one, one.userId, wanted),
  }))
  for (const [key, found] of await inLanes(ids, readRow)) rows.set(key, found)
  return { rows, users, memberships, today }
}

async function findUsers(
  email: string,
  { oneRoster }: Timeback,
  insist: Insist,
): Promise<Found<string[]>> {
  const found = await insist(() => oneRoster.findUsers(email))
  if (found.type !== 'found') return found
  const there = found.value.filter(({ status }) => status !== 'tobedeleted')
  return { type: 'found', value: there.map(({ sourcedId }) => sourcedId) }
}

function withUser(one: WantedEnrollment, found: Found<string[]> | undefined) {
  const [userId] = found?.type === 'found' ? found.value : []
  return userId === undefined ? [] : [{ ...one, userId }]
}

/** By the service that will enrol: EduBridge where the file has no classes. */
async function readMemberships(
  userId: string,
  { items }: Pick<Wanted, 'items'>,
  { oneRoster, eduBridge }: Timeback,
  insist: Insist,
): Promise<Found<Membership[]>> {
  if (items.some(({ kind }) => kind === 'class')) {
    const found = await insist(() => oneRoster.listEnrollments(userId))
    if (found.type !== 'found') return found
    const value = found.value.map(({ role, endDate, class: theirs, course }) => ({
      role,
      endDate,
      classId: theirs?.sourcedId ?? null,
      courseId: course?.sourcedId ?? null,
    }))
    return { type: 'found', value }
  }
  const found = await insist(() => eduBridge.listEnrollments(userId))
  if (found.type !== 'found') return found
  const value = found.value.map(({ role, endDate, course }) => ({
    role,
    endDate,
    classId: null,
    courseId: course?.id ?? null,
  }))
  return { type: 'found', value }
}
