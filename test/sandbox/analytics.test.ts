import { describe, expect, it } from 'vitest'
import { DAY, metrics, openAnalytics } from './analytics-client.ts'
import { kindOf } from './oneroster-rows.ts'
import { createObject, createSessionEvent } from './payloads.ts'
import { completion, LEARNER, MATH, spentTime, toUrl } from './school-events.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'

const JANUARY = { startDate: '2026-01-01T00:00:00.000Z', endDate: '2026-01-31T23:59:59.999Z' }

describe('daily activity', () => {
  it('adds up the events of a day by subject, and again by app', async () => {
    const { tell, activity } = await openAnalytics()
    await tell(spentTime(), spentTime(), completion())
    const { status, body } = await activity({ studentId: 'demo-learner', ...DAY })
    const activityMetrics = {
      xpEarned: 8,
      totalQuestions: 10,
      correctQuestions: 8,
      masteredUnits: 1,
    }
    const timeSpentMetrics = { activeSeconds: 1080, inactiveSeconds: 120, wasteSeconds: 60 }
    expect(status).toBe(200)
    expect(body).toEqual({
      message: expect.any(String),
      ...DAY,
      facts: {
        '2026-01-27': { Math: { activityMetrics, timeSpentMetrics, apps: ['My App'] } },
      },
      factsByApp: {
        '2026-01-27': { Math: { 'My App': { activityMetrics, timeSpentMetrics } } },
      },
    })
  })

  it('keeps apps apart, and names them in the sum', async () => {
    const { tell, activity } = await openAnalytics()
    const object = createObject({ course: MATH, app: { name: 'Other App' } })
    await tell(spentTime(), spentTime({ object }))
    const { body } = await activity({ studentId: 'demo-learner', ...DAY })
    expect(body.facts['2026-01-27']?.['Math']).toMatchObject({
      apps: ['My App', 'Other App'],
      timeSpentMetrics: { activeSeconds: 1080 },
    })
  })

  it('puts an instant on the day that the learner had', async () => {
    const { tell, activity } = await openAnalytics()
    await tell(spentTime({ eventTime: '2026-01-27T04:30:00.000Z' }))
    const days = async (timezone: string) =>
      Object.keys((await activity({ ...JANUARY, studentId: 'demo-learner', timezone })).body.facts)
    expect(await days('UTC')).toEqual(['2026-01-27'])
    expect(await days('America/Chicago')).toEqual(['2026-01-26'])
    expect(await days('Asia/Tokyo')).toEqual(['2026-01-27'])
  })

  it('takes its bounds as instants, both within', async () => {
    const { tell, activity } = await openAnalytics()
    await tell(spentTime({ eventTime: '2026-01-27T10:00:00.000Z' }))
    const count = async (startDate: string, endDate: string) => {
      const { body } = await activity({ studentId: 'demo-learner', startDate, endDate })
      return Object.keys(body.facts).length
    }
    expect(await count('2026-01-27T10:00:00.000Z', '2026-01-27T10:00:00.000Z')).toBe(1)
    expect(await count('2026-01-27T10:00:00.001Z', '2026-01-28T00:00:00.000Z')).toBe(0)
    expect(await count('2026-01-27T00:00:00.000Z', '2026-01-27T09:59:59.999Z')).toBe(0)
  })

  it('is of one learner, by id or by e-mail', async () => {
    const { tell, activity } = await openAnalytics()
    const actor = { ...LEARNER, id: toUrl('users', 'learner-2'), email: 'tomas@school.example' }
    await tell(spentTime(), completion({ actor }))
    const ofTomas = { Math: metrics(8, 0) }
    const byId = await activity({ studentId: 'learner-2', ...DAY })
    expect(byId.body.facts['2026-01-27']).toMatchObject(ofTomas)
    const byEmail = await activity({ email: 'tomas@school.example', ...DAY })
    expect(byEmail.body.facts['2026-01-27']).toMatchObject(ofTomas)
  })

  it.each([
    { studentId: 'nobody' },
    { email: 'nobody@school.example' },
    { email: 'twins@school.example' },
  ])('is empty, and no error, for %j', async (learner) => {
    const { tell, activity } = await openAnalytics()
    await tell(spentTime())
    const { status, body } = await activity({ ...learner, ...DAY })
    expect(status).toBe(200)
    expect(body).toMatchObject({ facts: {}, factsByApp: {} })
  })

  it('reads no event of another profile', async () => {
    const { tell, activity } = await openAnalytics()
    await tell(createSessionEvent({ actor: LEARNER.id }))
    expect((await activity({ studentId: 'demo-learner', ...DAY })).body.facts).toEqual({})
  })

  it('shows an event after the read lag', async () => {
    const { tell, activity, advance } = await openAnalytics({ readLagMs: 1_000 })
    await tell(spentTime())
    expect((await activity({ studentId: 'demo-learner', ...DAY })).body.facts).toEqual({})
    advance(1_000)
    expect((await activity({ studentId: 'demo-learner', ...DAY })).body.facts).not.toEqual({})
  })

  it.each<Record<string, string>>([
    { ...DAY },
    { studentId: 'demo-learner', startDate: DAY.startDate },
    { studentId: 'demo-learner', endDate: DAY.endDate },
    { studentId: 'demo-learner', ...DAY, startDate: '2026-01-27' },
    { studentId: 'demo-learner', ...DAY, endDate: '2026-01-27' },
    { studentId: 'demo-learner', ...DAY, endDate: 'today' },
    { studentId: 'demo-learner', ...DAY, timezone: 'Mars/Olympus' },
  ])('refuses %j with 422', async (query) => {
    const { activity } = await openAnalytics()
    const { status, body } = await activity(query)
    expect(status).toBe(422)
    expect(body).toMatchObject({ imsx_codeMajor: 'failure' })
  })

  it('takes days for its bounds only if told to, and then whole ones', async () => {
    const { tell, activity } = await openAnalytics({ dateOnlyBounds: 'accept' })
    await tell(spentTime())
    const query = { startDate: '2026-01-27', endDate: '2026-01-27' }
    const { status, body } = await activity({ studentId: 'demo-learner', ...query })
    expect(status).toBe(200)
    expect(Object.keys(body.facts)).toEqual(['2026-01-27'])
  })
})

describe('the facts of an enrolment', () => {
  it('are those of its course, of all days', async () => {
    const { tell, enrollment } = await openAnalytics()
    const reading = { id: toUrl('courses', 'course-reading-5'), name: 'Reading 5' }
    await tell(
      spentTime({ eventTime: '2026-01-20T10:00:00.000Z' }),
      completion(),
      spentTime({ object: createObject({ course: reading, subject: 'Reading' }) }),
    )
    const { status, body } = await enrollment('enr-demo-learner-math-5')
    expect(status).toBe(200)
    expect(body.facts).toMatchObject({
      '2026-01-20': { Math: metrics(0, 540) },
      '2026-01-27': { Math: metrics(8, 0) },
    })
    expect(body.facts['2026-01-27']).not.toHaveProperty('Reading')
    expect(body).toMatchObject({
      startDate: '2025-08-13T00:00:00.000Z',
      endDate: '2026-01-27T10:15:00.000Z',
    })
    const within = await enrollment('enr-demo-learner-math-5', DAY)
    expect(Object.keys(within.body.facts)).toEqual(['2026-01-27'])
  })

  it('are none for an enrolment that is not there', async () => {
    const { enrollment } = await openAnalytics()
    expect(await enrollment('nowhere')).toMatchObject({ status: 200, body: { facts: {} } })
  })
})

describe('XP that the documents disagree about', () => {
  const xpOf = async (options: SandboxOptions) => {
    const { tell, put, activity } = await openAnalytics(options)
    await tell(completion({ object: createObject({ course: MATH, process: false }) }))
    const lineItem = { ...kindOf('assessmentLineItems').create() }
    const course = { sourcedId: 'course-math-5' }
    await put('/ims/oneroster/gradebook/v1p2/assessmentLineItems/tbk-ali-9f2c', {
      assessmentLineItem: { ...lineItem, course, componentResource: null },
    })
    const result = kindOf('assessmentResults').create()
    await put('/ims/oneroster/gradebook/v1p2/assessmentResults/tbk-ar-5b1e', {
      assessmentResult: { ...result, student: { sourcedId: 'demo-learner' } },
    })
    const { body } = await activity({ studentId: 'demo-learner', ...JANUARY })
    return Object.entries(body.facts).map(([date, subjects]) => {
      const { activityMetrics } = subjects['Math'] as { activityMetrics: { xpEarned: number } }
      return [date, activityMetrics.xpEarned]
    })
  }

  it('is the event’s, processed or not', async () => {
    expect(await xpOf({})).toEqual([['2026-01-27', 8]])
  })

  it('is not an unprocessed event’s, if told so', async () => {
    expect(await xpOf({ unprocessedXp: 'ignored' })).toEqual([['2026-01-27', 0]])
  })

  it('is a client’s own result’s too, if told so', async () => {
    expect(await xpOf({ resultXp: 'counted' })).toEqual([
      ['2026-01-27', 8],
      ['2026-01-15', 12],
    ])
  })

  it('is never counted twice for what the platform wrote', async () => {
    const { tell, activity } = await openAnalytics({ resultXp: 'counted' })
    await tell(completion())
    const { body } = await activity({ studentId: 'demo-learner', ...DAY })
    expect(body.facts['2026-01-27']).toMatchObject({ Math: metrics(8, 0) })
  })
})
