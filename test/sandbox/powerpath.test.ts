import { describe, expect, it } from 'vitest'
import { connect } from './client.ts'
import { openFilledSchool } from './oneroster-client.ts'
import { kindOf } from './oneroster-rows.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { completion, openClass } from './school-events.ts'
import type { Json } from './payloads.ts'

const PATH = '/powerpath/lessonPlans/getCourseProgress/course-123/student/user-77'

async function open() {
  const school = await openFilledSchool()
  const progress = async (path = PATH): Promise<{ lineItems: Json[] }> =>
    (await school.get(path)).json()
  return { ...school, progress }
}

describe('course progress', () => {
  it('has the line items of the course’s lessons with the learner’s results', async () => {
    const { sandbox, progress } = await open()
    expect(await progress()).toEqual({
      lineItems: [
        {
          type: 'resource',
          assessmentLineItemSourcedId: 'tbk-ali-9f2c',
          courseComponentResourceSourcedId: 'course-123-cr',
          title: 'Fractions quiz',
          results: sandbox.rows('assessmentResults'),
        },
      ],
      testOut: { status: 'not_eligible' },
    })
  })

  it('has those of its components', async () => {
    const { upsert, progress } = await open()
    const component = { sourcedId: 'course-123-component' }
    await upsert('assessmentLineItems', 'ali-unit', {
      ...kindOf('assessmentLineItems').create(),
      sourcedId: 'ali-unit',
      componentResource: null,
      component,
    })
    expect((await progress()).lineItems[1]).toMatchObject({
      type: 'component',
      assessmentLineItemSourcedId: 'ali-unit',
      courseComponentSourcedId: 'course-123-component',
      results: [],
    })
  })

  it.each([
    ['that carries only the course', { componentResource: null }],
    ['of a lesson of another course', { componentResource: { sourcedId: 'course-math-5-cr' } }],
  ])('leaves out a line item %s', async (_, changes) => {
    const { upsert, progress } = await open()
    const row = { ...kindOf('assessmentLineItems').create(), ...changes }
    await upsert('assessmentLineItems', 'tbk-ali-9f2c', row)
    expect((await progress()).lineItems).toEqual([])
  })

  it('leaves out results of others, and deleted ones', async () => {
    const { create, erase, progress } = await open()
    const other = { sourcedId: 'ar-2', student: { sourcedId: 'demo-learner' } }
    await create('assessmentResults', { ...kindOf('assessmentResults').create(), ...other })
    await erase('assessmentResults', 'tbk-ar-5b1e')
    expect((await progress()).lineItems).toMatchObject([{ results: [] }])
  })

  it('is of one lesson if asked so', async () => {
    const { progress } = await open()
    expect((await progress(`${PATH}?lessonId=course-123-cr`)).lineItems).toHaveLength(1)
    expect((await progress(`${PATH}?lessonId=nothing`)).lineItems).toEqual([])
  })

  it('says nothing of a lesson for what the platform wrote', async () => {
    const { tell, get } = await openClass()
    await tell(completion())
    const path = '/powerpath/lessonPlans/getCourseProgress/course-math-5/student/demo-learner'
    expect(await (await get(path)).json()).toMatchObject({ lineItems: [] })
  })

  it('needs the scope of PowerPath', async () => {
    const scope = 'https://purl.imsglobal.org/spec/or/v1p1/scope/admin'
    const { get } = await connect(createSandbox(), { scope })
    expect((await get(PATH)).status).toBe(403)
  })
})

describe('a lesson', () => {
  const lessons = async (scoreStatus: string, changes: Json = {}) => {
    const { sandbox, upsert } = await open()
    const row = { ...kindOf('assessmentResults').create(), scoreStatus, ...changes }
    await upsert('assessmentResults', 'tbk-ar-5b1e', row)
    // The learner is enrolled, so that the page shows the course.
    const response = await sandbox.fetch(new Request('http://sandbox.test/_sandbox/state'))
    const state: { learners: { id: string; enrollments: { lessons: number }[] }[] } =
      await response.json()
    return state.learners.find(({ id }) => id === 'user-77')?.enrollments.map((e) => e.lessons)
  }

  it('is complete with a fully graded result', async () => {
    expect(await lessons('fully graded')).toEqual([1])
  })

  it.each(['partially graded', 'submitted', 'not submitted', 'exempt'])(
    'is not complete with a result that is %s',
    async (scoreStatus) => {
      expect(await lessons(scoreStatus)).toEqual([0])
    },
  )

  it('is not complete by a result that is deleted', async () => {
    expect(await lessons('fully graded', { status: 'tobedeleted' })).toEqual([0])
  })
})
