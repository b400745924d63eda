import { describe, expect, it } from 'vitest'
import type { Course } from '../../src/contract/activity.ts'
import { createRoster, type Roster } from '../../src/relay/roster.ts'
import type { EduBridgeClient, EduBridgeEnrollment } from '../../src/timeback/edubridge.ts'
import type { Course as CourseRow, OneRosterClient } from '../../src/timeback/oneroster.ts'
import { DAY, HOUR, MINUTE, MONDAY, SECOND } from './entries.ts'
import { createClock } from './relay-world.ts'

const NOTHING = { totalXp: null, totalLessons: null }
const GOALS = {
  dailyXp: 25,
  dailyLessons: 1,
  dailyActiveMinutes: 20,
  dailyAccuracy: 80,
  dailyMasteredUnits: 1,
}

type EnrolledCourse = Partial<NonNullable<EduBridgeEnrollment['course']>>

const toEnrolment = (
  course: EnrolledCourse,
  changes: Partial<EduBridgeEnrollment> = {},
): EduBridgeEnrollment => ({
  id: `enr-${course.id}`,
  role: 'student',
  beginDate: '2025-08-13T00:00:00.000Z',
  endDate: null,
  course: {
    id: 'c',
    title: null,
    subjects: [],
    grades: [],
    metrics: NOTHING,
    primaryApp: null,
    ...course,
  },
  school: null,
  goals: GOALS,
  metrics: NOTHING,
  ...changes,
})

const MATH_5 = toEnrolment({ id: 'math-5', title: 'Math 5', subjects: ['Math'], grades: ['5'] })

const toRow = (row: Partial<CourseRow>): CourseRow => ({
  sourcedId: 'c',
  status: 'active',
  title: null,
  courseCode: null,
  subjects: [],
  grades: [],
  org: null,
  metadata: {},
  ...row,
})

/** A roster before a Timeback that answers so. */
function openRoster({
  enrolments = [MATH_5],
  courses = [],
  configured = [],
  timezone = 'UTC',
  clock = createClock(),
}: Partial<{
  enrolments: EduBridgeEnrollment[]
  courses: CourseRow[]
  configured: Parameters<typeof createRoster>[0]['courses']
  timezone: string
  clock: ReturnType<typeof createClock>
}> = {}) {
  const asked: string[] = []
  const timeback = { enrolments, courses }
  let answer = Promise.resolve()
  const eduBridge: Partial<EduBridgeClient> = {
    async listEnrollments(userId) {
      asked.push(userId)
      const value = timeback.enrolments
      await answer
      return { type: 'read', value }
    },
  }
  const oneRoster: Partial<OneRosterClient> = {
    async listCourses(filter = {}) {
      asked.push(JSON.stringify(filter))
      return { type: 'read', value: timeback.courses }
    },
  }
  const roster = createRoster(
    {
      courses: configured,
      timezone,
      eduBridge: eduBridge as EduBridgeClient,
      oneRoster: oneRoster as OneRosterClient,
    },
    { now: clock.now },
  )
  const wait = () => {
    let go = () => {}
    answer = new Promise<void>((resolve) => (go = resolve))
    return () => go()
  }
  return { roster, clock, asked, timeback, wait }
}

async function findPlace(roster: Roster, course: Course) {
  const place = await roster.findPlace('ada', course)
  return place.known ? place.value : place.code
}

const MATH: Course = { subject: 'Math', grade: 5 }

describe('a course that nobody configured', () => {
  it('is the one of the subject and grade that the learner is enrolled in', async () => {
    const { roster } = openRoster()
    expect(await findPlace(roster, MATH)).toMatchObject({
      course: { sourcedId: 'math-5', name: 'Math 5' },
      subject: 'Math',
      grade: 5,
      enrolment: {
        known: true,
        value: { id: 'enr-math-5', goals: { activeMinutes: 20, xp: 25 } },
      },
    })
  })

  it.each([
    ['of another subject', { subject: 'Reading', grade: 5 }],
    ['of another grade', { subject: 'Math', grade: 4 }],
  ] as const)('is none %s: the learner is not enrolled', async (_, course) => {
    const { roster } = openRoster()
    expect(await findPlace(roster, course)).toBe('not_enrolled')
  })

  it('is not guessed where two fit', async () => {
    const another = toEnrolment({ id: 'math-5b', subjects: ['Math'], grades: ['5'] })
    const { roster } = openRoster({ enrolments: [MATH_5, another] })
    expect(await findPlace(roster, MATH)).toBe('course_ambiguous')
  })

  it('may be of several grades and subjects: the activity says which is meant', async () => {
    const wide = toEnrolment({ id: 'wide', subjects: ['Math', 'Science'], grades: ['4', '5'] })
    const { roster } = openRoster({ enrolments: [wide] })
    expect(await findPlace(roster, { subject: 'Science', grade: 4 })).toMatchObject({
      course: { sourcedId: 'wide' },
      subject: 'Science',
      grade: 4,
    })
  })

  it('is found by its code, enrolled or not', async () => {
    const courses = [
      toRow({ sourcedId: 'm', courseCode: 'MATH-5', subjects: ['Math'], grades: ['5'] }),
    ]
    const { roster } = openRoster({ courses })
    expect(await findPlace(roster, { code: 'MATH-5' })).toMatchObject({
      course: { sourcedId: 'm', name: 'MATH-5' },
      subject: 'Math',
      grade: 5,
      courseCode: 'MATH-5',
      enrolment: { known: true, value: null },
    })
  })

  it('is found by its id', async () => {
    const courses = [
      toRow({ sourcedId: 'math-5', title: 'Math', subjects: ['Math'], grades: ['5'] }),
    ]
    const { roster } = openRoster({ courses })
    expect(await findPlace(roster, { id: 'math-5' })).toMatchObject({
      course: { sourcedId: 'math-5', name: 'Math' },
      enrolment: { known: true, value: { id: 'enr-math-5' } },
    })
  })

  it.each([
    ['is not there', []],
    ['is deleted', [{ sourcedId: 'm', courseCode: 'X', status: 'tobedeleted' }]],
    ['is another, as the server ignored the filter', [{ sourcedId: 'm', courseCode: 'Y' }]],
    ['has no subject of Caliper’s', [{ sourcedId: 'm', courseCode: 'X', subjects: ['Pottery'] }]],
  ])('is unknown where it %s', async (_, rows) => {
    const { roster } = openRoster({ courses: rows.map(toRow) })
    expect(await findPlace(roster, { code: 'X' })).toBe('course_unknown')
  })

  it('is unknown by an id where the server answers with another', async () => {
    const { roster } = openRoster({ courses: [toRow({ sourcedId: 'other', subjects: ['Math'] })] })
    expect(await findPlace(roster, { id: 'm' })).toBe('course_unknown')
  })

  it('is not guessed where two have its code', async () => {
    const rows = ['a', 'b'].map((sourcedId) => toRow({ sourcedId, courseCode: 'X' }))
    const { roster } = openRoster({ courses: rows })
    expect(await findPlace(roster, { code: 'X' })).toBe('course_ambiguous')
  })
})

describe('a course by the operator’s word', () => {
  const configured = [
    { sourcedId: 'math-5', subject: 'Math' as const, grade: 5, code: 'M5' },
    { sourcedId: 'fast', subject: 'FastMath' as const, code: 'FAST', name: 'Quick sums' },
  ]

  it.each([
    ['subject and grade', MATH],
    ['code', { code: 'M5' }],
    ['id', { id: 'math-5' }],
  ] as const)(
    'is found by %s, with Timeback’s own name, and no course is asked for',
    async (_, course) => {
      const { roster, asked } = openRoster({ configured })
      expect(await findPlace(roster, course)).toMatchObject({
        course: { sourcedId: 'math-5', name: 'Math 5' },
        subject: 'Math',
        grade: 5,
        courseCode: 'M5',
        enrolment: { value: { id: 'enr-math-5' } },
      })
      expect(asked).toEqual(['ada'])
    },
  )

  it('has the name that they give it', async () => {
    const { roster } = openRoster({ configured })
    expect(await findPlace(roster, { code: 'FAST' })).toMatchObject({
      course: { name: 'Quick sums' },
      enrolment: { known: true, value: null },
    })
  })
})

describe('an enrolment', () => {
  const of = (changes: Partial<EduBridgeEnrollment>) =>
    toEnrolment({ id: 'math-5', subjects: ['Math'], grades: ['5'] }, changes)

  it.each([
    ['begins today', { beginDate: '2026-01-26T00:00:00.000Z' }, true],
    ['begins tomorrow', { beginDate: '2026-01-27T00:00:00.000Z' }, false],
    ['ends today', { endDate: '2026-01-26T00:00:00.000Z' }, true],
    ['ended yesterday', { endDate: '2026-01-25T23:59:59.999Z' }, false],
    ['has neither day', { beginDate: null, endDate: null }, true],
    ['is a teacher’s', { role: 'teacher' }, false],
    ['says no role', { role: null }, true],
    ['is of no course', { course: null }, false],
  ])('that %s counts: %#', async (_, changes, counts) => {
    const { roster } = openRoster({ enrolments: [of(changes)] })
    const place = await findPlace(roster, MATH)
    expect(place === 'not_enrolled').toBe(!counts)
  })

  it('is of today by the school’s zone, not by UTC', async () => {
    const enrolments = [of({ endDate: '2026-01-26' })]
    // Tuesday 03:00 in UTC is still Monday evening in Chicago.
    const late = () => createClock(MONDAY + 17 * HOUR)
    const inUtc = openRoster({ enrolments, clock: late() })
    expect(await findPlace(inUtc.roster, MATH)).toBe('not_enrolled')
    const inChicago = openRoster({ enrolments, clock: late(), timezone: 'America/Chicago' })
    expect(await findPlace(inChicago.roster, MATH)).toMatchObject({ subject: 'Math' })
  })

  /** Monday 19:00 in Chicago, which is Tuesday in UTC; and Tuesday 08:00 in Tokyo, which is Monday in UTC. */
  const EVENING = { at: Date.UTC(2026, 0, 27, 1), timezone: 'America/Chicago' }
  const MORNING = { at: Date.UTC(2026, 0, 26, 23), timezone: 'Asia/Tokyo' }

  it.each([
    ['began this evening', EVENING, { beginDate: '2026-01-27T01:00:00.000Z' }, true],
    ['begins later this evening', EVENING, { beginDate: '2026-01-27T01:00:00.001Z' }, false],
    ['begins tomorrow', EVENING, { beginDate: '2026-01-27' }, false],
    ['ends later this morning', MORNING, { endDate: '2026-01-26T23:00:00.001Z' }, true],
    ['ended this morning', MORNING, { endDate: '2026-01-26T23:00:00.000Z' }, false],
    ['ended yesterday', MORNING, { endDate: '2026-01-26' }, false],
    ['ends when nobody can say', MORNING, { endDate: '2026-01-26Tnoon' }, false],
  ])(
    'that %s counts by its instant, where it has one: %#',
    async (_, { at, timezone }, changes, counts) => {
      const { roster } = openRoster({ enrolments: [of(changes)], clock: createClock(at), timezone })
      const place = await findPlace(roster, MATH)
      expect(place === 'not_enrolled').toBe(!counts)
    },
  )
})

describe('what was read', () => {
  it('is kept for ten minutes, and read anew after them', async () => {
    const { roster, clock, asked } = openRoster()
    await findPlace(roster, MATH)
    clock.pass(9 * MINUTE + 59 * SECOND)
    await findPlace(roster, MATH)
    expect(asked).toHaveLength(1)
    clock.pass(2 * SECOND)
    await findPlace(roster, MATH)
    expect(asked).toHaveLength(2)
  })

  it('is read once for all who ask at the same time', async () => {
    const { roster, asked } = openRoster()
    await Promise.all([findPlace(roster, MATH), findPlace(roster, MATH), findPlace(roster, MATH)])
    expect(asked).toHaveLength(1)
  })

  it('is read anew once it is forgotten', async () => {
    const { roster, asked } = openRoster()
    await findPlace(roster, MATH)
    roster.forget('ada')
    await findPlace(roster, MATH)
    expect(asked).toHaveLength(2)
  })

  it('may be forgotten while it is read: who waits gets it, who asks later gets it anew', async () => {
    const { roster, timeback, wait } = openRoster({ enrolments: [] })
    const go = wait()
    const before = findPlace(roster, MATH)
    await Promise.resolve()
    roster.forget('ada')
    timeback.enrolments = [MATH_5]
    go()
    expect(await before).toBe('not_enrolled')
    expect(await findPlace(roster, MATH)).toMatchObject({ subject: 'Math' })
  })

  it('of courses is kept for an hour', async () => {
    const courses = [toRow({ sourcedId: 'm', courseCode: 'X', subjects: ['Math'], grades: ['5'] })]
    const { roster, clock, asked } = openRoster({ courses })
    const countCourses = () => asked.filter((one) => one.includes('courseCode')).length
    await findPlace(roster, { code: 'X' })
    clock.pass(59 * MINUTE)
    await findPlace(roster, { code: 'X' })
    expect(countCourses()).toBe(1)
    clock.pass(DAY)
    await findPlace(roster, { code: 'X' })
    expect(countCourses()).toBe(2)
  })
})
