import { describe, expect, it } from 'vitest'
import { DAY, metrics, openAnalytics } from './analytics-client.ts'
import { createObject } from './payloads.ts'
import { completion, LEARNER, MATH, spentTime, toUrl } from './school-events.ts'
import type { Json } from './payloads.ts'

const WEEK = { studentId: 'demo-learner', weekDate: '2026-01-27T00:00:00.000Z' }

describe('the facts of a week', () => {
  it('are one row of work and one of time for a completed activity', async () => {
    const { tell, weekly } = await openAnalytics()
    const [time, work] = [spentTime(), completion()]
    await tell(time, work)
    const { status, body } = await weekly(WEEK)
    expect(status).toBe(200)
    const shared = {
      email: 'learner@school.example',
      date: '2026-01-27',
      username: null,
      userId: 'demo-learner',
      userGivenName: 'Mira',
      userFamilyName: 'Halloway',
      userGrade: '5',
      subject: 'Math',
      app: 'My App',
      courseId: 'course-math-5',
      courseName: 'Math 5',
      campusId: 'org-school-example',
      campusName: 'Example School',
      enrollmentId: 'enr-demo-learner-math-5',
      activityId: 'https://app.example/activities/Math/g3/lesson-1',
      activityName: 'Lesson 1',
      alphaLevel: null,
      generatedAt: '2026-01-27T10:15:00.000Z',
      sendTime: '2026-01-27T10:03:01.000Z',
      sensor: 'https://app.example',
      year: 2026,
      month: 1,
      day: 27,
      dayOfWeek: 2,
    }
    const noWork = { xpEarned: null, totalQuestions: null, correctQuestions: null }
    expect(body.facts).toEqual([
      {
        ...shared,
        ...noWork,
        id: 1,
        masteredUnits: null,
        datetime: time.eventTime,
        eventType: 'TimeSpentEvent',
        activeSeconds: '540.00',
        inactiveSeconds: '60.00',
        wasteSeconds: '30.00',
        source: `caliper:event:${time.id}`,
      },
      {
        ...shared,
        id: 2,
        datetime: work.eventTime,
        eventType: 'ActivityEvent',
        xpEarned: 8,
        totalQuestions: 10,
        correctQuestions: 8,
        masteredUnits: 1,
        activeSeconds: null,
        inactiveSeconds: null,
        wasteSeconds: null,
        source: `oneroster:assessment_result:caliper_${work.id}`,
      },
    ])
  })

  it('run from Sunday to Saturday, by the learner’s days', async () => {
    const { tell, weekly } = await openAnalytics()
    // In Chicago the first is still Saturday the 24th, and the last still Saturday the 31st.
    await tell(
      spentTime({ eventTime: '2026-01-25T05:59:59.000Z' }),
      spentTime({ eventTime: '2026-01-25T06:00:00.000Z' }),
      spentTime({ eventTime: '2026-02-01T05:59:59.000Z' }),
      spentTime({ eventTime: '2026-02-01T06:00:00.000Z' }),
    )
    const { body } = await weekly({ ...WEEK, timezone: 'America/Chicago' })
    expect(body['startDate']).toBe('2026-01-25T00:00:00.000Z')
    expect(body.facts.map(({ date }) => date)).toEqual(['2026-01-25', '2026-01-31'])
    const inLondon = await weekly({ ...WEEK, timezone: 'Europe/London' })
    expect(inLondon.body.facts.map(({ date }) => date)).toEqual(['2026-01-25', '2026-01-25'])
  })

  it('have each row of time twice if told so, and no row of work', async () => {
    const { tell, weekly, activity } = await openAnalytics({ duplicateTimeRows: true })
    await tell(spentTime(), completion())
    const { body } = await weekly(WEEK)
    expect(body.facts.map(({ id, eventType }) => [id, eventType])).toEqual([
      [1, 'TimeSpentEvent'],
      [2, 'TimeSpentEvent'],
      [3, 'ActivityEvent'],
    ])
    const daily = await activity({ studentId: 'demo-learner', ...DAY })
    expect(daily.body.facts['2026-01-27']).toMatchObject({ Math: metrics(8, 540) })
  })

  it.each<Record<string, string>>([
    { weekDate: WEEK.weekDate },
    { studentId: 'demo-learner' },
    { studentId: 'demo-learner', weekDate: '2026-01-27' },
  ])('refuse %j with 422', async (query) => {
    const { weekly } = await openAnalytics()
    expect((await weekly(query)).status).toBe(422)
  })
})

describe('an event is filed', () => {
  const filedUnder = async (object: Json, actor = LEARNER) => {
    const { tell, weekly } = await openAnalytics()
    await tell(spentTime({ object, actor }))
    const studentId = actor.id.split('/').at(-1) ?? ''
    const [row] = (await weekly({ ...WEEK, studentId })).body.facts
    return [row?.['courseId'], row?.['enrollmentId']]
  }
  const science = { id: toUrl('courses', 'course-science-5'), name: 'Science 5' }

  it('under the enrolment of its course', async () => {
    const course = { id: toUrl('courses', 'course-reading-5'), name: 'Reading 5' }
    expect(await filedUnder(createObject({ course, subject: 'Math' }))).toEqual([
      'course-reading-5',
      'enr-demo-learner-reading-5',
    ])
  })

  it('under an enrolment of its subject, if its course is none of the learner’s', async () => {
    expect(await filedUnder(createObject({ course: science, subject: 'Reading' }))).toEqual([
      'course-reading-5',
      'enr-demo-learner-reading-5',
    ])
  })

  it('under its own course for a learner who is not enrolled', async () => {
    const actor = { ...LEARNER, id: toUrl('users', 'learner-unenrolled') }
    expect(await filedUnder(createObject({ course: MATH }), actor)).toEqual(['course-math-5', null])
  })
})
