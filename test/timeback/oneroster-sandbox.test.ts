import { describe, expect, it } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { createStandIn } from './stand-in.ts'

const setUp = (options: SandboxOptions = {}) => createStandIn(options).oneRoster

describe('the OneRoster client, before the stand-in', () => {
  it.each([
    ['learner@school.example', ['demo-learner']],
    ['nobody@school.example', []],
    ["o'nobody@school.example", []],
  ])('finds by %s: %j', async (email, ids) => {
    const answer = await setUp().findUsers(email)
    expect(answer.type === 'read' && answer.value.map(({ sourcedId }) => sourcedId)).toEqual(ids)
  })

  it('finds two whom one e-mail names', async () => {
    const answer = await setUp().findUsers('twins@school.example')
    expect(answer.type === 'read' && answer.value).toHaveLength(2)
  })

  it('lists a learner’s enrolments', async () => {
    await expect(setUp().listEnrollments('demo-learner')).resolves.toMatchObject({
      type: 'read',
      value: expect.arrayContaining([
        expect.objectContaining({ role: 'student', user: expect.anything(), endDate: null }),
      ]),
    })
  })

  it('lists courses, and those of a title', async () => {
    const oneRoster = setUp()
    await expect(oneRoster.listCourses({ title: 'Math 5' })).resolves.toMatchObject({
      type: 'read',
      value: [{ sourcedId: 'course-math-5', subjects: ['Math'], grades: ['5'] }],
    })
    const all = await oneRoster.listCourses()
    expect(all.type === 'read' && all.value.length).toBeGreaterThan(1)
  })

  it.each([200, 201] as const)('writes line item and result, answered with %i', async (status) => {
    const oneRoster = setUp({ updateStatus: status })
    const line = { status: 'active', title: 'Quiz', course: { sourcedId: 'course-math-5' } }
    const result = {
      status: 'active',
      assessmentLineItem: { sourcedId: 'line-1' },
      student: { sourcedId: 'demo-learner' },
      score: 85,
      scoreStatus: 'fully graded',
      scoreDate: '2026-01-15T14:05:09.000Z',
      metadata: { xp: 12, attempt: 1 },
    }
    const of = { lineItemId: 'line-1', studentId: 'demo-learner' }

    expect(await oneRoster.put('result', 'result-1', result)).toMatchObject({ type: 'absent' })
    expect(await oneRoster.put('lineItem', 'line-1', line)).toMatchObject({ type: 'read' })
    expect(await oneRoster.listResults(of)).toEqual({ type: 'read', value: [] })
    for (const _ of ['first', 'again']) {
      expect(await oneRoster.put('result', 'result-1', result)).toMatchObject({ type: 'read' })
    }
    expect(await oneRoster.listResults(of)).toMatchObject({
      type: 'read',
      value: [{ sourcedId: 'result-1', score: 85, metadata: { xp: 12, attempt: 1 } }],
    })
  })

  it('reads that a row is not there', async () => {
    await expect(setUp().read('course', 'none')).resolves.toMatchObject({ type: 'absent' })
  })

  it('is refused what its token is not good for', async () => {
    const scopes = ['https://purl.imsglobal.org/spec/caliper/v1p1/scope/event.create']
    const oneRoster = setUp({ clients: { demo: { secret: 'demo-secret', scopes } } })
    await expect(oneRoster.findUsers('learner@school.example')).resolves.toMatchObject({
      type: 'refused',
      status: 403,
    })
  })
})
