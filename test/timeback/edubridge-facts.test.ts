import { describe, expect, it } from 'vitest'
import { createEduBridge } from '../../src/timeback/edubridge.ts'
import { createService } from './service.ts'

function setUp(body: unknown) {
  const { calls, options, platform } = createService(() => Response.json(body))
  return { eduBridge: createEduBridge(options, platform), calls }
}

const WEEK = { studentId: 'u1', date: '2026-01-18', timezone: 'America/Chicago' }
const NO_AMOUNTS = {
  xpEarned: 0,
  totalQuestions: 0,
  correctQuestions: 0,
  masteredUnits: 0,
  activeSeconds: 0,
  inactiveSeconds: 0,
  wasteSeconds: 0,
}

const LEAF = {
  activityMetrics: { xpEarned: 12, totalQuestions: 20, correctQuestions: 17, masteredUnits: 1 },
  timeSpentMetrics: { activeSeconds: 540, inactiveSeconds: 60, wasteSeconds: 0 },
  apps: ['MathApp'],
}
const FACT = {
  xpEarned: 12,
  totalQuestions: 20,
  correctQuestions: 17,
  masteredUnits: 1,
  activeSeconds: 540,
  inactiveSeconds: 60,
  wasteSeconds: 0,
}

const TIME = {
  id: 1,
  email: 'ann@school.org',
  userGivenName: 'Ann',
  userId: 'u1',
  date: '2026-01-15',
  datetime: '2026-01-15T14:05:09.000Z',
  subject: 'Math',
  activityId: 'https://app.example/activities/Math/g5/a1',
  eventType: 'TimeSpentEvent',
  activeSeconds: '540.00',
  inactiveSeconds: '59.5',
  wasteSeconds: '0',
  xpEarned: null,
}
const XP = { ...TIME, id: 2, eventType: 'ActivityEvent', xpEarned: 12, activeSeconds: null }

describe('readActivity', () => {
  it('asks with the instants at which the local days begin and end', async () => {
    const { eduBridge, calls } = setUp({ facts: {} })
    await eduBridge.readActivity({
      studentId: 'u1',
      from: '2026-01-12',
      to: '2026-01-18',
      timezone: 'America/Chicago',
    })
    expect(calls).toMatchObject([
      {
        path: '/edubridge/analytics/activity',
        query: {
          studentId: 'u1',
          startDate: '2026-01-12T06:00:00.000Z',
          endDate: '2026-01-19T05:59:59.999Z',
          timezone: 'America/Chicago',
        },
      },
    ])
  })

  it('reads each day, subject and app', async () => {
    const { eduBridge } = setUp({
      message: 'ok',
      facts: { '2026-01-15': { Math: LEAF } },
      factsByApp: { '2026-01-15': { Math: { MathApp: LEAF } } },
    })
    const days = { from: '2026-01-15', to: '2026-01-15', timezone: 'UTC' }
    await expect(eduBridge.readActivity({ studentId: 'u1', ...days })).resolves.toEqual({
      type: 'read',
      value: {
        facts: { '2026-01-15': { Math: FACT } },
        factsByApp: { '2026-01-15': { Math: { MathApp: FACT } } },
      },
    })
  })

  it('takes what is left out for nothing, and no garbage for a number', async () => {
    const days = { from: '2026-01-15', to: '2026-01-15', timezone: 'UTC' }
    const { eduBridge } = setUp({ facts: { '2026-01-15': { Math: { activityMetrics: null } } } })
    await expect(eduBridge.readActivity({ studentId: 'u1', ...days })).resolves.toEqual({
      type: 'read',
      value: { facts: { '2026-01-15': { Math: NO_AMOUNTS } }, factsByApp: {} },
    })
    const odd = setUp({
      facts: { '2026-01-15': { Math: { timeSpentMetrics: { activeSeconds: 'much' } } } },
    })
    await expect(odd.eduBridge.readActivity({ studentId: 'u1', ...days })).resolves.toMatchObject({
      reason: 'unreadable',
    })
  })

  it('asks nothing for a day that is none', async () => {
    const { eduBridge, calls } = setUp({ facts: {} })
    const days = { from: '15.1.2026', to: '2026-01-15', timezone: 'UTC' }
    await expect(eduBridge.readActivity({ studentId: 'u1', ...days })).rejects.toThrow(TypeError)
    expect(calls).toEqual([])
  })
})

describe('readEnrollmentFacts', () => {
  it('asks for some days, or for all', async () => {
    const { eduBridge, calls } = setUp({ facts: { '2026-01-15': { Math: LEAF } } })
    await expect(eduBridge.readEnrollmentFacts('enr/1')).resolves.toMatchObject({
      value: { facts: { '2026-01-15': { Math: FACT } } },
    })
    await eduBridge.readEnrollmentFacts('enr/1', {
      from: '2026-01-15',
      to: '2026-01-15',
      timezone: 'UTC',
    })
    expect(calls).toMatchObject([
      { url: 'https://api.example/edubridge/analytics/enrollment/enr%2F1' },
      {
        query: {
          startDate: '2026-01-15T00:00:00.000Z',
          endDate: '2026-01-15T23:59:59.999Z',
          timezone: 'UTC',
        },
      },
    ])
  })
})

describe('readWeek', () => {
  it('asks with the noon of the local day, so that a Sunday is nowhere still Saturday', async () => {
    const { eduBridge, calls } = setUp({ facts: [] })
    await expect(eduBridge.readWeek(WEEK)).resolves.toEqual({ type: 'read', value: [] })
    expect(calls).toMatchObject([
      {
        path: '/edubridge/analytics/facts/weekly',
        query: {
          studentId: 'u1',
          weekDate: '2026-01-18T18:00:00.000Z',
          timezone: 'America/Chicago',
        },
      },
    ])
  })

  it('reads seconds from strings, and leaves names and e-mails out', async () => {
    const { eduBridge } = setUp({ facts: [TIME, XP] })
    const row = {
      userId: 'u1',
      date: '2026-01-15',
      datetime: '2026-01-15T14:05:09.000Z',
      subject: 'Math',
      app: null,
      courseId: null,
      enrollmentId: null,
      activityId: 'https://app.example/activities/Math/g5/a1',
      activityName: null,
      source: null,
      ...NO_AMOUNTS,
    }
    await expect(eduBridge.readWeek(WEEK)).resolves.toEqual({
      type: 'read',
      value: [
        { ...row, eventType: 'TimeSpentEvent', activeSeconds: 540, inactiveSeconds: 59.5 },
        { ...row, eventType: 'ActivityEvent', xpEarned: 12, inactiveSeconds: 59.5 },
      ],
    })
  })

  it('counts a TimeSpent row that comes twice once', async () => {
    const copy = { ...TIME, id: 3, activeSeconds: 540, generatedAt: '2026-01-16' }
    const { eduBridge } = setUp({ facts: [TIME, copy] })
    await expect(eduBridge.readWeek(WEEK)).resolves.toMatchObject({ value: [{ userId: 'u1' }] })
  })

  it.each([
    ['at another time', [TIME, { ...TIME, datetime: '2026-01-15T14:05:10.000Z' }]],
    ['of another activity', [TIME, { ...TIME, activityId: 'a2' }]],
    ['of other seconds', [TIME, { ...TIME, wasteSeconds: '1' }]],
    ['of another learner', [TIME, { ...TIME, userId: 'u2' }]],
    ['with XP', [XP, XP]],
    [
      'without a time',
      [
        { ...TIME, datetime: null },
        { ...TIME, datetime: null },
      ],
    ],
  ])('keeps rows %s apart', async (_, facts) => {
    const { eduBridge } = setUp({ facts })
    const answer = await eduBridge.readWeek(WEEK)
    expect(answer.type === 'read' && answer.value).toHaveLength(2)
  })

  it('does not read the daily shape, which has no rows', async () => {
    const { eduBridge } = setUp({ facts: {} })
    await expect(eduBridge.readWeek(WEEK)).resolves.toMatchObject({ reason: 'unreadable' })
  })
})
