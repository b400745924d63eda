import { describe, expect, it } from 'vitest'
import { createEduBridge } from '../../src/timeback/edubridge.ts'
import { createService, toFailure } from './service.ts'

function setUp(...answers: (() => Response)[]) {
  const { calls, options, platform } = createService(...answers)
  return { eduBridge: createEduBridge(options, platform), calls }
}

const ENROLLMENT = {
  id: 'enr-1',
  role: 'student',
  beginDate: '2025-08-13T00:00:00.000Z',
  endDate: null,
  course: {
    id: 'course-123',
    title: 'MathApp: Grade 5',
    subjects: ['Math'],
    grades: ['5'],
    metadata: { metrics: { totalXp: 1000, totalLessons: 40 } },
    primaryApp: { id: 'app-1', name: 'MathApp', domains: ['app.example'] },
  },
  school: { id: 'org-1', name: 'School' },
  metadata: {
    goals: { dailyXp: 25, dailyLessons: 1, dailyActiveMinutes: 25, dailyAccuracy: 80 },
    metrics: { totalXp: 310, totalLessons: 12 },
    studentSpecificGoals: false,
  },
}

describe('listEnrollments', () => {
  it('reads course, days, goals and metrics', async () => {
    const { eduBridge, calls } = setUp(() => Response.json({ data: [ENROLLMENT] }))
    await expect(eduBridge.listEnrollments('user/77')).resolves.toEqual({
      type: 'read',
      value: [
        {
          id: 'enr-1',
          role: 'student',
          beginDate: '2025-08-13T00:00:00.000Z',
          endDate: null,
          course: {
            id: 'course-123',
            title: 'MathApp: Grade 5',
            subjects: ['Math'],
            grades: ['5'],
            metrics: { totalXp: 1000, totalLessons: 40 },
            primaryApp: { id: 'app-1', name: 'MathApp' },
          },
          school: { id: 'org-1', name: 'School' },
          goals: {
            dailyXp: 25,
            dailyLessons: 1,
            dailyActiveMinutes: 25,
            dailyAccuracy: 80,
            dailyMasteredUnits: null,
          },
          metrics: { totalXp: 310, totalLessons: 12 },
        },
      ],
    })
    expect(calls[0]?.url).toBe('https://api.example/edubridge/enrollments/user/user%2F77')
  })

  it.each([
    ['nothing but ids', { id: 'enr-1', course: { id: 'course-123' } }],
    ['nulls', { id: 'enr-1', metadata: null, course: { id: 'course-123', metadata: null } }],
    [
      'other types than documented',
      {
        id: 'enr-1',
        metadata: { goals: 'none', metrics: [] },
        course: { id: 'course-123', subjects: 'Math', metadata: { metrics: 7 } },
      },
    ],
  ])('reads an enrolment with %s', async (_, row) => {
    const { eduBridge } = setUp(() => Response.json({ data: [row] }))
    const none = { totalXp: null, totalLessons: null }
    await expect(eduBridge.listEnrollments('user-77')).resolves.toMatchObject({
      type: 'read',
      value: [
        {
          id: 'enr-1',
          role: null,
          course: { id: 'course-123', subjects: [], metrics: none },
          goals: { dailyXp: null },
          metrics: none,
        },
      ],
    })
  })

  it('reads that there are none', async () => {
    const { eduBridge } = setUp(() => Response.json({ data: [] }))
    await expect(eduBridge.listEnrollments('user-77')).resolves.toEqual({ type: 'read', value: [] })
  })

  it.each([
    ['no list', {}],
    ['an enrolment without an id', { data: [{ course: { id: 'course-123' } }] }],
  ])('does not take %s for none', async (_, body) => {
    const { eduBridge } = setUp(() => Response.json(body))
    await expect(eduBridge.listEnrollments('user-77')).resolves.toMatchObject({
      type: 'retry',
      reason: 'unreadable',
    })
  })
})

describe('enroll', () => {
  it('posts learner, course and school, without a body', async () => {
    const { eduBridge, calls } = setUp(() => Response.json({ data: { id: 'e1' } }, { status: 201 }))
    await expect(eduBridge.enroll('u1', 'c1', 's1')).resolves.toEqual({
      type: 'read',
      value: { id: 'e1' },
    })
    expect(calls).toMatchObject([
      { method: 'POST', path: '/edubridge/enrollments/enroll/u1/c1/s1', body: undefined },
    ])
    expect(calls[0]?.headers).not.toHaveProperty('content-type')
  })

  it('posts a body if there is one, and no school', async () => {
    const { eduBridge, calls } = setUp(() => Response.json({ data: {} }, { status: 201 }))
    await eduBridge.enroll('u1', 'c1', undefined, { sourcedId: 'e1', role: 'student' })
    expect(calls).toMatchObject([
      {
        path: '/edubridge/enrollments/enroll/u1/c1',
        headers: { 'content-type': 'application/json' },
        body: { sourcedId: 'e1', role: 'student' },
      },
    ])
  })

  it('says that learner or course are not there', async () => {
    const { eduBridge } = setUp(() => toFailure(404, 'unknownobject'))
    await expect(eduBridge.enroll('u1', 'c1')).resolves.toMatchObject({ type: 'absent' })
  })
})
