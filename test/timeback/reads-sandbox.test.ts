import { describe, expect, it } from 'vitest'
import { toActivityEvent, toEnvelope, toTimeSpentEvent } from '../../src/timeback/caliper.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { ACTIVITY, CONTEXT, TIME_SPENT } from './context.ts'
import { createStandIn } from './stand-in.ts'

/** A Sunday in New York, and in UTC already Monday. */
const AT = Date.UTC(2026, 0, 19, 3)
/** Of the stand-in's own course. */
const LESSON_ID = 'course-math-5-lesson-1-cr'
const STUDENT = { studentId: 'demo-learner' }
const SUNDAY = { from: '2026-01-18', to: '2026-01-18', timezone: 'America/New_York' }

/** A stand-in to which a learner's run has been told. */
async function setUp(options: SandboxOptions = {}) {
  const standIn = createStandIn(options, () => AT)
  const context = {
    ...CONTEXT,
    actor: { sourcedId: 'demo-learner', email: 'learner@school.example' },
    course: { sourcedId: 'course-math-5', name: 'Math 5' },
    grade: 5,
  }
  const events = [
    toActivityEvent({ ...ACTIVITY, context, eventTime: AT }),
    toTimeSpentEvent({ ...TIME_SPENT, context, eventTime: AT }),
  ]
  const envelope = toEnvelope({ sensor: context.sensor, sendTime: AT, events })
  const sent = await standIn.caliper.send(JSON.stringify(envelope))
  expect(sent.type).toBe('accepted')
  return standIn
}

describe('the EduBridge client, before the stand-in', () => {
  it('lists enrolments with course, goals and metrics', async () => {
    const { eduBridge } = createStandIn()
    await expect(eduBridge.listEnrollments('demo-learner')).resolves.toMatchObject({
      type: 'read',
      value: expect.arrayContaining([
        expect.objectContaining({
          id: 'enr-demo-learner-math-5',
          role: 'student',
          endDate: null,
          course: expect.objectContaining({ id: 'course-math-5', subjects: ['Math'] }),
        }),
      ]),
    })
    await expect(eduBridge.listEnrollments('nobody')).resolves.toEqual({ type: 'read', value: [] })
  })

  it('enrols, and is told what is not there', async () => {
    const { eduBridge } = createStandIn()
    const body = { sourcedId: 'enr-new', role: 'student' }
    const enrolled = await eduBridge.enroll('learner-unenrolled', 'course-math-5', undefined, body)
    expect(enrolled.type).toBe('read')
    await expect(eduBridge.listEnrollments('learner-unenrolled')).resolves.toMatchObject({
      value: [{ course: { id: 'course-math-5' } }],
    })
    await expect(eduBridge.enroll('nobody', 'course-math-5')).resolves.toMatchObject({
      type: 'absent',
    })
  })

  it('reads a local day, of which the server has an instant of the next one', async () => {
    const { eduBridge } = await setUp()
    const fact = { xpEarned: 8, totalQuestions: 10, activeSeconds: 14.2, inactiveSeconds: 0.8 }
    await expect(eduBridge.readActivity({ ...STUDENT, ...SUNDAY })).resolves.toMatchObject({
      type: 'read',
      value: {
        facts: { '2026-01-18': { Math: fact } },
        factsByApp: { '2026-01-18': { Math: { 'My App': fact } } },
      },
    })
    await expect(
      eduBridge.readActivity({ ...STUDENT, ...SUNDAY, timezone: 'UTC' }),
    ).resolves.toEqual({ type: 'read', value: { facts: {}, factsByApp: {} } })
  })

  it('reads what is known of an enrolment', async () => {
    const { eduBridge } = await setUp()
    const all = await eduBridge.readEnrollmentFacts('enr-demo-learner-math-5')
    expect(all).toMatchObject({ value: { facts: { '2026-01-19': { Math: { xpEarned: 8 } } } } })
    const day = await eduBridge.readEnrollmentFacts('enr-demo-learner-math-5', SUNDAY)
    expect(day).toMatchObject({ value: { facts: { '2026-01-18': { Math: { xpEarned: 8 } } } } })
  })

  it.each([
    ['2026-01-18', 2],
    ['2026-01-24', 2],
    ['2026-01-17', 0],
    ['2026-01-25', 0],
  ])('reads the week around %s: %i rows', async (date, count) => {
    const { eduBridge } = await setUp()
    const week = await eduBridge.readWeek({ ...STUDENT, date, timezone: 'America/New_York' })
    expect(week.type === 'read' && week.value).toHaveLength(count)
  })

  it('counts each second once where the server has its rows twice', async () => {
    const { eduBridge } = await setUp({ duplicateTimeRows: true })
    const week = await eduBridge.readWeek({ ...STUDENT, date: '2026-01-18', timezone: 'UTC' })
    expect(week).toMatchObject({
      value: [
        { eventType: 'ActivityEvent', xpEarned: 8 },
        { eventType: 'TimeSpentEvent', activeSeconds: 14.2, inactiveSeconds: 0.8 },
      ],
    })
  })
})

describe('the PowerPath client, before the stand-in', () => {
  it('reads a learner’s way through a course', async () => {
    const { oneRoster, powerPath } = createStandIn()
    const of = { courseId: 'course-math-5', ...STUDENT }
    await expect(powerPath.readCourseProgress(of)).resolves.toMatchObject({
      type: 'read',
      value: { lineItems: [], testOut: { status: expect.any(String) } },
    })
    await oneRoster.put('lineItem', 'line-1', {
      status: 'active',
      title: 'Lesson 1',
      componentResource: { sourcedId: LESSON_ID },
    })
    await oneRoster.put('result', 'result-1', {
      status: 'active',
      assessmentLineItem: { sourcedId: 'line-1' },
      student: { sourcedId: 'demo-learner' },
      score: 90,
      scoreStatus: 'fully graded',
      scoreDate: '2026-01-15T14:05:09.000Z',
      metadata: { xp: 12 },
    })
    await expect(powerPath.readCourseProgress(of)).resolves.toMatchObject({
      value: {
        lineItems: [
          {
            type: 'resource',
            lineItemId: 'line-1',
            componentResourceId: LESSON_ID,
            componentId: null,
            title: 'Lesson 1',
            results: [{ sourcedId: 'result-1', score: 90, metadata: { xp: 12 } }],
          },
        ],
      },
    })
  })
})

describe('a service that is away for a moment', () => {
  it.each([
    ['edubridge', 503],
    ['powerpath', 429],
    ['roster', 500],
  ] as const)('%s with a %i is asked again later, and then it is there', async (on, status) => {
    const { sandbox, eduBridge, powerPath, oneRoster } = createStandIn()
    sandbox.faults.add({ on, count: 1, status })
    const ask = () => {
      if (on === 'edubridge') return eduBridge.listEnrollments('demo-learner')
      if (on === 'roster') return oneRoster.read('course', 'course-math-5')
      return powerPath.readCourseProgress({ courseId: 'course-math-5', ...STUDENT })
    }
    await expect(ask()).resolves.toMatchObject({ type: 'retry', status })
    await expect(ask()).resolves.toMatchObject({ type: 'read' })
  })
})
