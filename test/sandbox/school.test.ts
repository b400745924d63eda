import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { openSchool } from './oneroster-client.ts'
import { kindOf } from './oneroster-rows.ts'

describe('the example school', () => {
  const { rows } = createSandbox()
  const enrolmentsOf = (id: string) =>
    rows('enrollments').filter(({ user }) => (user as { sourcedId: string }).sourcedId === id)

  it('has the learner and the courses of the demo', () => {
    expect(rows('users')[0]).toMatchObject({
      sourcedId: 'demo-learner',
      email: 'learner@school.example',
      roles: [{ role: 'student' }],
    })
    const courses = enrolmentsOf('demo-learner').map(({ course }) => course)
    expect(courses).toEqual([
      { sourcedId: 'course-math-5', name: 'Math 5' },
      { sourcedId: 'course-reading-5', name: 'Reading 5' },
    ])
  })

  it('has rows with a secret in them, which a relay must not pass on', () => {
    expect(JSON.stringify(rows('users')[0])).toContain('never-to-a-browser')
  })

  it('has a teacher', () => {
    expect(rows('users').at(-1)).toMatchObject({
      sourcedId: 'demo-teacher',
      email: 'teacher@school.example',
      roles: [{ role: 'teacher' }],
    })
  })

  it('has a learner whose enrolment is active and over, and one without any', () => {
    expect(enrolmentsOf('learner-past')).toMatchObject([
      { status: 'active', endDate: '2025-12-19T23:59:59.999Z' },
    ])
    expect(enrolmentsOf('learner-unenrolled')).toEqual([])
  })

  it('knows the base XP of each lesson, and of a course what its lessons add up to', () => {
    const xps = rows('resources')
      .filter(({ sourcedId }) => sourcedId.startsWith('course-math-5-lesson'))
      .map(({ metadata }) => (metadata as { xp: number }).xp)
    expect(xps).toEqual([10, 12, 15])
    expect(rows('courses')[0]).toMatchObject({
      subjects: ['Math'],
      grades: ['5'],
      metadata: { metrics: { totalXp: 37, totalLessons: 3 } },
    })
  })

  it('has the row that a course’s completion is written for', () => {
    const lessons = rows('componentResources').map(({ sourcedId }) => sourcedId)
    expect(lessons).toContain('course-math-5-cr')
    expect(lessons).toContain('course-reading-5-cr')
  })

  it('is as it was after a reset', async () => {
    const { sandbox, erase, create } = await openSchool()
    const before = sandbox.rows('users').map(({ sourcedId, status }) => [sourcedId, status])
    await erase('users', 'demo-learner')
    await create('users', kindOf('users').create())
    sandbox.reset()
    expect(sandbox.rows('users').map(({ sourcedId, status }) => [sourcedId, status])).toEqual(
      before,
    )
  })
})

describe('another school', () => {
  it('is empty if told so', () => {
    const { rows } = createSandbox({ school: 'empty' })
    expect(rows('users')).toEqual([])
    expect(rows('orgs')).toEqual([])
  })

  it('is of one’s own rows', () => {
    const org = { sourcedId: 'org-1', status: 'active', name: 'One', type: 'school' }
    const course = { ...kindOf('courses').create(), org: { sourcedId: 'org-1' } }
    const { rows } = createSandbox({ school: { courses: [course], orgs: [org] } })
    expect(rows('courses')).toMatchObject([{ sourcedId: 'course-123' }])
  })

  it('with a row that Timeback would refuse is a programmer’s mistake', () => {
    const course = kindOf('courses').create()
    expect(() => createSandbox({ school: { courses: [course] } })).toThrow(
      'school: courses course-123: org: org org-school-example not found',
    )
  })
})
