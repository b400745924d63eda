import { describe, expect, it } from 'vitest'
import { openClass } from './school-events.ts'
import type { Json } from './payloads.ts'

const BASE = '/edubridge/enrollments'

async function open() {
  const school = await openClass()
  const list = async (userId: string): Promise<Json[]> => {
    const { data }: { data: Json[] } = await (await school.get(`${BASE}/user/${userId}`)).json()
    return data
  }
  const ids = async (userId: string) => (await list(userId)).map(({ id }) => id)
  return { ...school, list, ids }
}

describe('the enrolments of a user', () => {
  it('come with course and school', async () => {
    const { list } = await open()
    expect((await list('demo-learner'))[0]).toEqual({
      id: 'enr-demo-learner-math-5',
      role: 'student',
      beginDate: '2025-08-13T00:00:00.000Z',
      endDate: null,
      course: {
        id: 'course-math-5',
        title: 'Math 5',
        subjects: ['Math'],
        grades: ['5'],
        metadata: {
          goals: {
            dailyXp: 25,
            dailyLessons: 1,
            dailyActiveMinutes: 25,
            dailyAccuracy: 80,
            dailyMasteredUnits: 1,
          },
          metrics: { totalXp: 37, totalLessons: 3 },
        },
        primaryApp: { id: 'app-example', name: 'Example App', domains: ['app.example'] },
      },
      school: { id: 'org-school-example', name: 'Example School' },
      metadata: {
        metrics: { totalXp: 0, totalLessons: 0 },
        goals: {
          dailyXp: 25,
          dailyLessons: 1,
          dailyActiveMinutes: 25,
          dailyAccuracy: 80,
          dailyMasteredUnits: 1,
        },
        studentSpecificGoals: false,
      },
    })
  })

  it('hold an active one that is over: to see that is the reader’s part', async () => {
    const { list } = await open()
    expect(await list('learner-past')).toMatchObject([{ endDate: '2025-12-19T23:59:59.999Z' }])
  })

  it.each(['learner-unenrolled', 'nobody'])('are an empty 200 for %s', async (userId) => {
    const { get } = await open()
    const response = await get(`${BASE}/user/${userId}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ data: [] })
  })
})

describe('enrolling', () => {
  it('needs no body: a student from now on, without an end', async () => {
    const { sandbox, token, ids } = await open()
    const request = new Request(
      `http://sandbox.test${BASE}/enroll/learner-unenrolled/course-math-5`,
      { method: 'POST', headers: { authorization: `Bearer ${token}` } },
    )
    const response = await sandbox.fetch(request)
    expect(response.status).toBe(201)
    const { data }: { data: Json } = await response.json()
    expect(data).toMatchObject({
      role: 'student',
      beginDate: '2026-01-27T10:15:00.000Z',
      endDate: null,
      course: { id: 'course-math-5' },
    })
    expect(await ids('learner-unenrolled')).toEqual([data['id']])
  })

  it('takes what a body says, own goals too', async () => {
    const { post, list } = await open()
    const body = {
      sourcedId: 'enr-own',
      role: 'teacher',
      beginDate: '2026-02-01T00:00:00.000Z',
      metadata: { goals: { dailyXp: 5 } },
    }
    const path = `${BASE}/enroll/learner-unenrolled/course-math-5/org-school-example`
    expect((await post(path, body)).status).toBe(201)
    expect(await list('learner-unenrolled')).toMatchObject([
      {
        id: 'enr-own',
        role: 'teacher',
        beginDate: '2026-02-01T00:00:00.000Z',
        metadata: { goals: { dailyXp: 5 }, studentSpecificGoals: true },
      },
    ])
  })

  it('makes the class that a course does not have, once', async () => {
    const { sandbox, post, put } = await open()
    const org = { sourcedId: 'org-school-example' }
    const course = { status: 'active', title: 'Science 5', org }
    await put('/ims/oneroster/rostering/v1p2/courses/course-science-5', { course })
    await post(`${BASE}/enroll/demo-learner/course-science-5`, {})
    await post(`${BASE}/enroll/learner-2/course-science-5`, {})
    const classes = sandbox.rows('classes').filter(({ title }) => title === 'Science 5')
    expect(classes).toMatchObject([{ course: { sourcedId: 'course-science-5' }, org }])
  })

  it('a second time changes the enrolment that is there', async () => {
    const { post, list } = await open()
    const path = `${BASE}/enroll/demo-learner/course-math-5`
    expect((await post(path, { metadata: { goals: { dailyXp: 9 } } })).status).toBe(201)
    const found = await list('demo-learner')
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({ metadata: { goals: { dailyXp: 9 } } })
  })

  it.each(['nobody/course-math-5', 'demo-learner/nothing', 'demo-learner/course-math-5/nowhere'])(
    'refuses %s',
    async (seat) => {
      const { sandbox, post } = await open()
      const before = sandbox.rows('enrollments').length
      const response = await post(`${BASE}/enroll/${seat}`, {})
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ imsx_codeMajor: 'failure' })
      expect(sandbox.rows('enrollments')).toHaveLength(before)
    },
  )

  it.each([
    [{ role: 'pupil' }, 422],
    [[], 400],
  ])('refuses the body %j', async (body, status) => {
    const { post } = await open()
    const path = `${BASE}/enroll/learner-unenrolled/course-math-5`
    expect((await post(path, body)).status).toBe(status)
  })
})

describe('unenrolling', () => {
  it('takes the learner out of that course alone', async () => {
    const { remove, ids } = await open()
    const response = await remove(`${BASE}/unenroll/demo-learner/course-math-5`)
    expect(response.status).toBe(204)
    expect(await ids('demo-learner')).toEqual(['enr-demo-learner-reading-5'])
  })

  it.each(['demo-learner/nothing', 'learner-unenrolled/course-math-5'])(
    'of %s is a 404',
    async (seat) => {
      const { remove } = await open()
      expect((await remove(`${BASE}/unenroll/${seat}`)).status).toBe(404)
    },
  )
})

it('needs a token, but no scope, as none is published', async () => {
  const { sandbox, get } = await open()
  const path = `${BASE}/user/demo-learner`
  expect((await sandbox.fetch(new Request(`http://sandbox.test${path}`))).status).toBe(401)
  expect((await get(path)).status).toBe(200)
})
