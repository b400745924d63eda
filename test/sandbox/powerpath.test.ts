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

describe('subject progress', () => {
  const SUBJECT = '/powerpath/placement/getSubjectProgress'

  async function openSubject() {
    const school = await open()
    const inCourse = async (courseId: string) => {
      const response = await school.get(`${SUBJECT}?student=user-77&subject=Math`)
      const { progress }: { progress: (Json & { course: Json })[] } = await response.json()
      return progress.find(({ course }) => course['sourcedId'] === courseId)
    }
    const put = (changes: Json, sourcedId = 'tbk-ar-5b1e') =>
      school.upsert('assessmentResults', sourcedId, {
        ...kindOf('assessmentResults').create(),
        sourcedId,
        ...changes,
      })
    return { ...school, inCourse, put }
  }

  it('has every course of the subject, with lessons and XP', async () => {
    const { inCourse } = await openSubject()
    expect(await inCourse('course-123')).toMatchObject({
      inEnrolled: true,
      hasUsedTestOut: false,
      testOutLessonId: null,
      completedLessons: 1,
      totalLessons: 1,
      totalAttainableXp: 10,
      totalXpEarned: 12,
    })
    expect(await inCourse('course-math-5')).toMatchObject({
      inEnrolled: false,
      completedLessons: 0,
      totalAttainableXp: 37,
      totalXpEarned: 0,
    })
    expect(await inCourse('course-reading-5')).toBeUndefined()
  })

  it('counts a lesson once, with its best attempt', async () => {
    const { inCourse, put } = await openSubject()
    await put({ metadata: { xp: 3, attempt: 2 } }, 'ar-2')
    expect(await inCourse('course-123')).toMatchObject({ completedLessons: 1, totalXpEarned: 12 })
  })

  it('counts a lesson once, though two line items are tied to it', async () => {
    const { inCourse, put, upsert } = await openSubject()
    const lineItem = { ...kindOf('assessmentLineItems').create(), sourcedId: 'ali-2' }
    await upsert('assessmentLineItems', 'ali-2', lineItem)
    await put({ assessmentLineItem: { sourcedId: 'ali-2' }, metadata: { xp: 5 } }, 'ar-2')
    expect(await inCourse('course-123')).toMatchObject({ completedLessons: 1, totalXpEarned: 12 })
  })

  it.each(['partially graded', 'submitted', 'not submitted', 'exempt'])(
    'counts no lesson of which the only result is %s',
    async (scoreStatus) => {
      const { inCourse, put } = await openSubject()
      await put({ scoreStatus })
      expect(await inCourse('course-123')).toMatchObject({ completedLessons: 0 })
    },
  )

  it('counts no lesson by a result that is deleted', async () => {
    const { inCourse, put } = await openSubject()
    await put({ status: 'tobedeleted' })
    expect(await inCourse('course-123')).toMatchObject({ completedLessons: 0, totalXpEarned: 0 })
  })

  it.each(['student=user-77', 'subject=Math', 'studentId=user-77&subject=Math'])(
    'refuses %s with 422',
    async (query) => {
      const { get } = await open()
      expect((await get(`${SUBJECT}?${query}`)).status).toBe(422)
    },
  )
})
