/**
 * What Timeback knows of a learner's place: who has an e-mail, which courses they are enrolled in today, and which
 * course an activity belongs to. Answers are kept for a while, those that failed only for seconds.
 *
 * Invariant: nothing is guessed. What is known was read from Timeback or set by the operator; all else is a code.
 */
import { LRUCache } from 'lru-cache'
import { subjectSchema, type Course, type Subject } from '../contract/activity.ts'
import type { Answer } from '../timeback/answer.ts'
import type { EduBridgeClient } from '../timeback/edubridge.ts'
import type { Course as CourseRow, OneRosterClient } from '../timeback/oneroster.ts'
import { findCourse, toCourseName, type CourseEntry } from './courses.ts'
import { toDay } from './day.ts'

/**
 * - `learner_unknown`: Timeback has no user with this e-mail; `learner_ambiguous`: it has two
 * - `learner_mismatch`: the user with this e-mail has another sourcedId than the host says
 * - `course_unknown`: no such course; `course_ambiguous`: several of the learner's fit
 * - `not_enrolled`: no course that the learner is enrolled in today is of this subject and grade
 * - `timeback_unreachable`: no usable answer yet; `timeback_refused`: the client may not read this
 */
export type UnknownCode =
  | 'learner_unknown'
  | 'learner_ambiguous'
  | 'learner_mismatch'
  | 'course_unknown'
  | 'course_ambiguous'
  | 'not_enrolled'
  | 'timeback_unreachable'
  | 'timeback_refused'

export type Known<T> = { known: true; value: T } | { known: false; code: UnknownCode }

export interface Enrolment {
  id: string
  course: KnownCourse
  /** A day's goals. */
  goals: { activeMinutes: number | null; xp: number | null }
}

export interface KnownCourse {
  sourcedId: string
  title: string | null
  code: string | null
  subjects: string[]
  /** `-1` to `13`. */
  grades: string[]
  totalLessons: number | null
}

/** Where an activity belongs, in Timeback's terms. */
export interface Place {
  course: { sourcedId: string; name: string }
  subject: Subject
  grade?: number
  courseCode?: string
  /** Null where the learner is not enrolled today. */
  enrolment: Known<Enrolment | null>
}

export interface Roster {
  /** The sourcedId of the user with this e-mail. Never rejects. */
  findLearner(email: string): Promise<Known<string>>
  /** The course that is meant, and the learner's enrolment in it. Never rejects. */
  findPlace(learner: string, course: Course): Promise<Known<Place>>
  /** Has the learner's enrolments read anew. */
  forget(learner: string): void
  /** Has the user with this e-mail looked for anew. */
  forgetEmail(email: string): void
}

export interface RosterOptions {
  oneRoster: OneRosterClient
  eduBridge: EduBridgeClient
  courses: readonly CourseEntry[]
  /** IANA name: in which zone a day of an enrolment begins. */
  timezone: string
}

const LEARNER_LIFE_MS = 24 * 3_600_000
const COURSE_LIFE_MS = 3_600_000
const ENROLMENTS_LIFE_MS = 600_000
/** Long enough to spare a Timeback in trouble, short enough for a person who waits. */
const FAILURE_LIFE_MS = 15_000
const MOST_KEPT = 10_000

export function createRoster(
  { oneRoster, eduBridge, courses, timezone }: RosterOptions,
  { now = Date.now }: { now?: () => number } = {},
): Roster {
  const createCache = <T>(lifeMs: number, read: (key: string) => Promise<Known<T>>) => {
    const cache = new LRUCache<string, Known<T>>({
      max: MOST_KEPT,
      perf: { now },
      ttlResolution: 0,
      // Whoever is waiting for an answer still gets it when it is forgotten meanwhile; it is only not kept.
      ignoreFetchAbort: true,
      fetchMethod: async (key, _, { options }) => {
        const answer = await read(key)
        options.ttl = answer.known ? lifeMs : FAILURE_LIFE_MS
        return answer
      },
    })
    return {
      read: async (key: string) => (await cache.fetch(key)) ?? unreachable,
      forget: (key: string) => void cache.delete(key),
    }
  }

  const learners = createCache(LEARNER_LIFE_MS, async (email) => {
    const users = toKnown(await oneRoster.findUsers(email), [])
    if (!users.known) return users
    const [user, another] = users.value.filter(({ status }) => status !== 'tobedeleted')
    if (!user) return toUnknown('learner_unknown')
    return another ? toUnknown('learner_ambiguous') : toValue(user.sourcedId)
  })

  const rows = createCache(COURSE_LIFE_MS, async (id) =>
    toOne(
      toKnown(await oneRoster.listCourses({ sourcedId: id }), []),
      (row) => row.sourcedId === id,
    ),
  )

  const codes = createCache(COURSE_LIFE_MS, async (code) =>
    toOne(
      toKnown(await oneRoster.listCourses({ courseCode: code }), []),
      (row) => row.courseCode === code,
    ),
  )

  const enrolments = createCache(ENROLMENTS_LIFE_MS, async (learner) => {
    const listed = await eduBridge.listEnrollments(learner)
    // Without EduBridge, OneRoster knows as much, in more requests.
    if (listed.type !== 'read') return readFromOneRoster(learner)
    const isCurrent = createIsCurrent(now(), timezone)
    const current = listed.value.flatMap(({ id, role, course, goals, ...dates }) => {
      if (!course || !isCurrent(dates) || !isStudent(role)) return []
      const { metrics, id: sourcedId, title, subjects, grades } = course
      const { totalLessons } = metrics
      const { dailyActiveMinutes: activeMinutes, dailyXp: xp } = goals
      const known = { sourcedId, title, code: null, subjects, grades, totalLessons }
      return [{ id, course: known, goals: { activeMinutes, xp } }]
    })
    return toValue(current)
  })

  const readFromOneRoster = async (learner: string): Promise<Known<Enrolment[]>> => {
    const listed = toKnown(await oneRoster.listEnrollments(learner), [])
    if (!listed.known) return listed
    const isCurrent = createIsCurrent(now(), timezone)
    const current: Enrolment[] = []
    for (const { sourcedId: id, role, course, metadata, ...dates } of listed.value) {
      if (!course || !isCurrent(dates) || !isStudent(role)) continue
      const row = await rows.read(course.sourcedId)
      if (!row.known && row.code !== 'course_unknown') return row
      if (row.known) current.push({ id, course: row.value, goals: toGoals(metadata.goals) })
    }
    return toValue(current)
  }

  /** Without the operator's word, a course is one that the learner is enrolled in, or one that is named itself. */
  const discover = async (
    wanted: Course,
    enrolled: Known<Enrolment[]>,
  ): Promise<Known<KnownCourse>> => {
    if ('id' in wanted) return rows.read(wanted.id)
    if ('code' in wanted) return codes.read(wanted.code)
    if (!enrolled.known) return enrolled
    const fitting = enrolled.value.filter(
      ({ course: { subjects, grades } }) =>
        subjects.includes(wanted.subject) && grades.includes(String(wanted.grade)),
    )
    if (fitting.length > 1) return toUnknown('course_ambiguous')
    return fitting[0] ? toValue(fitting[0].course) : toUnknown('not_enrolled')
  }

  return {
    findLearner: learners.read,
    forget: enrolments.forget,
    forgetEmail: learners.forget,
    async findPlace(learner, wanted) {
      const enrolled = await enrolments.read(learner)
      const toEnrolment = (id: string): Known<Enrolment | null> =>
        enrolled.known
          ? toValue(enrolled.value.find(({ course }) => course.sourcedId === id) ?? null)
          : enrolled
      const entry = findCourse(courses, wanted)
      if (entry) return toValue(toConfigured(entry, toEnrolment(entry.sourcedId)))
      const found = await discover(wanted, enrolled)
      if (!found.known) return found
      const place = toDiscovered(found.value, wanted, toEnrolment(found.value.sourcedId))
      return place ? toValue(place) : toUnknown('course_unknown')
    },
  }
}

/** What the operator set, with the course's own name where they gave none. */
export function toConfigured(entry: CourseEntry, enrolment: Place['enrolment']): Place {
  const title = enrolment.known ? enrolment.value?.course.title : null
  return {
    course: { sourcedId: entry.sourcedId, name: entry.name ?? title ?? toCourseName(entry) },
    subject: entry.subject,
    ...(entry.grade !== undefined && { grade: entry.grade }),
    ...(entry.code !== undefined && { courseCode: entry.code }),
    enrolment,
  }
}

/**
 * A course may have several subjects and grades: then the activity's own word says which. Undefined for a course that no
 * event could name: without a subject of Caliper's, or with neither grade nor code.
 */
function toDiscovered(
  { sourcedId, title, code, subjects, grades }: KnownCourse,
  wanted: Course,
  enrolment: Place['enrolment'],
): Place | undefined {
  const [subject, grade] =
    'subject' in wanted
      ? [wanted.subject, wanted.grade]
      : [toSubject(subjects), grades.length === 1 ? Number(grades[0]) : Number.NaN]
  if (!subject || (!Number.isInteger(grade) && !code)) return undefined
  return {
    course: { sourcedId, name: title ?? code ?? sourcedId },
    subject,
    ...(Number.isInteger(grade) && { grade }),
    ...(code && { courseCode: code }),
    enrolment,
  }
}

const toSubject = (names: readonly string[]): Subject | undefined =>
  names.map((name) => subjectSchema.safeParse(name).data).find((subject) => subject !== undefined)

const unreachable = { known: false, code: 'timeback_unreachable' } as const
const toValue = <T>(value: T): Known<T> => ({ known: true, value })
const toUnknown = (code: UnknownCode) => ({ known: false, code }) as const

/** `none` is what a 404 stands for. */
export function toKnown<T>(answer: Answer<T>, none: T): Known<T> {
  switch (answer.type) {
    case 'read':
      return toValue(answer.value)
    case 'absent':
      return toValue(none)
    case 'retry':
      return unreachable
    case 'refused':
      return toUnknown('timeback_refused')
  }
}

/** A server that ignores the filter would answer with the first courses of all. */
function toOne(
  listed: Known<CourseRow[]>,
  isMeant: (row: CourseRow) => boolean,
): Known<KnownCourse> {
  if (!listed.known) return listed
  const [row, another] = listed.value
    .filter(isMeant)
    .filter(({ status }) => status !== 'tobedeleted')
  if (!row) return toUnknown('course_unknown')
  if (another) return toUnknown('course_ambiguous')
  const { sourcedId, title, courseCode: code, subjects, grades, metadata } = row
  const { totalLessons } = { ...(metadata.metrics as { totalLessons?: unknown }) }
  return toValue({ sourcedId, title, code, subjects, grades, totalLessons: toNumber(totalLessons) })
}

function toGoals(goals: unknown): Enrolment['goals'] {
  const { dailyActiveMinutes, dailyXp } = { ...(goals as Record<string, unknown>) }
  return { activeMinutes: toNumber(dailyActiveMinutes), xp: toNumber(dailyXp) }
}

const toNumber = (value: unknown) => (typeof value === 'number' ? value : null)

/**
 * `active` alone is not enough: rows whose end is long past often still are (live reads by integrators, 2026). Both
 * days count whole. A date may say its time, in UTC, whose day is not always the school's: so an enrolment has begun by
 * that instant at the latest, and ends at it at the earliest.
 */
function createIsCurrent(at: number, timezone: string) {
  const today = toDay(at, timezone)
  return ({ beginDate, endDate }: { beginDate: string | null; endDate: string | null }) => {
    const hasBegun =
      beginDate === null || beginDate.slice(0, 10) <= today || toInstant(beginDate) <= at
    return (
      hasBegun && (endDate === null || endDate.slice(0, 10) >= today || toInstant(endDate) > at)
    )
  }
}

/** NaN for a day without a time. */
const toInstant = (date: string) => (date.includes('T') ? Date.parse(date) : Number.NaN)

const isStudent = (role: string | null) => role === null || role === 'student'
