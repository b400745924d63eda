import { expect, it } from 'vitest'
import { createPowerPath } from '../../src/timeback/powerpath.ts'
import { createService, toFailure } from './service.ts'

function setUp(answer: () => Response) {
  const { calls, options, platform } = createService(answer)
  return { powerPath: createPowerPath(options, platform), calls }
}

it('asks for a course of a learner, or for one lesson of it', async () => {
  const { powerPath, calls } = setUp(() => Response.json({ lineItems: [] }))
  await powerPath.readCourseProgress({ courseId: 'c/1', studentId: 's1' })
  await powerPath.readCourseProgress({ courseId: 'c/1', studentId: 's1', lessonId: 'l&1' })
  const url = 'https://api.example/powerpath/lessonPlans/getCourseProgress/c%2F1/student/s1'
  expect(calls.map((call) => call.url)).toEqual([url, `${url}?lessonId=l%261`])
})

it('reads line items with their results, and the way to test out', async () => {
  const { powerPath } = setUp(() =>
    Response.json({
      lineItems: [
        {
          type: 'resource',
          assessmentLineItemSourcedId: 'l1',
          courseComponentResourceSourcedId: 'cr1',
          title: 'Lesson 1',
          results: [
            { sourcedId: 'r1', score: 90, scoreStatus: 'fully graded', metadata: { xp: 5 } },
          ],
        },
        { type: 'component', courseComponentSourcedId: 'u1', title: 'Unit 1', results: null },
      ],
      testOut: { status: 'available', lessonId: 'l9' },
    }),
  )
  await expect(powerPath.readCourseProgress({ courseId: 'c1', studentId: 's1' })).resolves.toEqual({
    type: 'read',
    value: {
      lineItems: [
        {
          type: 'resource',
          lineItemId: 'l1',
          componentId: null,
          componentResourceId: 'cr1',
          title: 'Lesson 1',
          results: [
            {
              sourcedId: 'r1',
              score: 90,
              scoreStatus: 'fully graded',
              scoreDate: null,
              metadata: { xp: 5 },
            },
          ],
        },
        {
          type: 'component',
          lineItemId: null,
          componentId: 'u1',
          componentResourceId: null,
          title: 'Unit 1',
          results: [],
        },
      ],
      testOut: { status: 'available', assignmentId: null, lessonId: 'l9' },
    },
  })
})

it('says that course or learner are not there', async () => {
  const { powerPath } = setUp(() => toFailure(404, 'unknownobject'))
  await expect(
    powerPath.readCourseProgress({ courseId: 'c1', studentId: 's1' }),
  ).resolves.toMatchObject({ type: 'absent' })
})

it.each([
  ['an HTML page', () => new Response('<title>Welcome</title>')],
  ['no line items', () => Response.json({ testOut: null })],
])('does not take %s for a course without progress', async (_, answer) => {
  const { powerPath } = setUp(answer)
  await expect(
    powerPath.readCourseProgress({ courseId: 'c1', studentId: 's1' }),
  ).resolves.toMatchObject({ type: 'retry', reason: 'unreadable' })
})
