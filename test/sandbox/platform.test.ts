import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createEnvelope, createMetrics, createObject } from './payloads.ts'
import { completion, LEARNER, MATH, openClass, spentTime, toUrl } from './school-events.ts'
import { G } from './oneroster-rows.ts'
import type { Json } from './payloads.ts'

const OBJECT_ID = 'https://app.example/activities/Math/g3/lesson-1'
const LINE_ITEM_ID = `caliper_${createHash('sha256')
  .update(`${OBJECT_ID}_course-math-5`)
  .digest('hex')}`

async function written(...events: readonly unknown[]) {
  const { sandbox, tell } = await openClass()
  expect((await tell(...events)).status).toBe(200)
  return {
    lineItems: sandbox.rows('assessmentLineItems'),
    results: sandbox.rows('assessmentResults'),
  }
}

describe('a completion that asks to be processed', () => {
  it('becomes a line item of the course', async () => {
    const { lineItems } = await written(completion())
    expect(lineItems).toEqual([
      {
        sourcedId: LINE_ITEM_ID,
        status: 'active',
        dateLastModified: '2026-01-27T10:15:00.000Z',
        title: 'Lesson 1',
        course: { sourcedId: 'course-math-5' },
        resultValueMin: 0,
        resultValueMax: 100,
        metadata: { externalUrl: OBJECT_ID, courseId: 'course-math-5', appName: 'My App' },
      },
    ])
  })

  it('becomes a result under the id of its event, with all that the event said', async () => {
    const event = completion()
    const { results } = await written(event)
    expect(results).toEqual([
      {
        sourcedId: `caliper_${event.id}`,
        status: 'active',
        dateLastModified: '2026-01-27T10:15:00.000Z',
        assessmentLineItem: { sourcedId: LINE_ITEM_ID },
        student: { sourcedId: 'demo-learner' },
        score: 80,
        scoreStatus: 'fully graded',
        scoreDate: event.eventTime,
        metadata: {
          attempt: 1,
          xp: 8,
          totalQuestions: 10,
          correctQuestions: 8,
          accuracy: 80,
          masteredUnits: 1,
          pctCompleteApp: '40',
          appName: 'My App',
          subject: 'Math',
          sensor: 'https://app.example',
          source: 'caliper',
          originalObjectId: OBJECT_ID,
          generatedId: 'urn:uuid:c2f1e0d9-8b7a-4695-a483-716253443526',
          caliperSourcedId: event.id,
          relatedCaliperEvents: [event.id],
          lessonType: 'external-lesson',
        },
      },
    ])
  })

  it('has no score without questions, and is attempt 1 if it says nothing of it', async () => {
    const generated = createMetrics([{ type: 'xpEarned', value: 2.5 }])
    const { results } = await written(completion({ generated }))
    expect(results).toMatchObject([{ score: null, metadata: { attempt: 1, xp: 2.5 } }])
    expect(results[0]?.['metadata']).not.toHaveProperty('accuracy')
  })

  it('is a row as a client could have written it', async () => {
    const { sandbox, tell, put } = await openClass()
    await tell(completion())
    for (const [many, one] of [
      ['assessmentLineItems', 'assessmentLineItem'],
      ['assessmentResults', 'assessmentResult'],
    ] as const) {
      const row = sandbox.rows(many)[0]
      const response = await put(`${G}/${many}/${row?.sourcedId}`, { [one]: row })
      expect(response.status).toBe(201)
    }
  })

  it('finds its learner by the e-mail, if the id is of no user', async () => {
    const actor = { ...LEARNER, id: 'https://app.example/users/9' }
    expect((await written(completion({ actor }))).results).toMatchObject([
      { student: { sourcedId: 'demo-learner' } },
    ])
  })
})

describe('attempts', () => {
  const attempt = (number: number, eventTime: string) =>
    completion({ eventTime, generated: createMetrics([], { attempt: number }) })

  it('that differ stand beside each other on one line item', async () => {
    const { lineItems, results } = await written(
      attempt(1, '2026-01-27T10:00:00.000Z'),
      attempt(2, '2026-01-27T10:05:00.000Z'),
    )
    expect(lineItems).toHaveLength(1)
    expect(results.map(({ status }) => status)).toEqual(['active', 'active'])
  })

  it('that are the same leave one active result, the later', async () => {
    const { results } = await written(
      attempt(1, '2026-01-27T10:00:00.000Z'),
      attempt(1, '2026-01-27T10:05:00.000Z'),
    )
    expect(results.map(({ status, scoreDate }) => [status, scoreDate])).toEqual([
      ['tobedeleted', '2026-01-27T10:00:00.000Z'],
      ['active', '2026-01-27T10:05:00.000Z'],
    ])
  })

  it('of two learners do not touch each other', async () => {
    const other = { ...LEARNER, id: toUrl('users', 'learner-2'), email: 'tomas@school.example' }
    const { results } = await written(completion(), completion({ actor: other }))
    expect(results.map(({ status }) => status)).toEqual(['active', 'active'])
  })

  it('sent twice under one event id are one result', async () => {
    const event = completion()
    const { results } = await written(event, event)
    expect(results).toHaveLength(1)
    expect(results[0]?.status).toBe('active')
  })
})

describe('nothing is written', () => {
  const withObject = (changes: Json) =>
    completion({ object: createObject({ course: MATH, process: true, ...changes }) })

  it.each<[string, unknown]>([
    ['for a completion without process', completion({ object: createObject({ course: MATH }) })],
    ['for process: false', withObject({ process: false })],
    ['for time', spentTime({ object: createObject({ course: MATH, process: true }) })],
    [
      'without a course',
      completion({ object: createObject({ course: undefined, process: true }) }),
    ],
    ['for an unknown course', withObject({ course: { id: toUrl('courses', 'no'), name: 'No' } })],
    ['for a course that is a user', withObject({ course: { ...MATH, id: toUrl('users', 'x') } })],
    [
      'for an unknown learner',
      completion({ actor: { ...LEARNER, id: toUrl('users', 'no'), email: 'no@school.example' } }),
    ],
    [
      'for an e-mail of two users',
      completion({
        actor: { ...LEARNER, id: toUrl('users', 'no'), email: 'twins@school.example' },
      }),
    ],
  ])('%s', async (_, event) => {
    expect(await written(event)).toEqual({ lineItems: [], results: [] })
  })

  it('by a validation', async () => {
    const { sandbox, validate } = await openClass()
    await validate(createEnvelope(completion()))
    expect(sandbox.rows('assessmentResults')).toEqual([])
  })
})

describe('with a read lag', () => {
  it('the rows come when the event can be read, and not before', async () => {
    const { sandbox, tell, get, advance } = await openClass({ readLagMs: 5_000 })
    const event = completion()
    await tell(event)
    const path = `${G}/assessmentResults/${encodeURIComponent(`caliper_${event.id}`)}`
    advance(4_999)
    expect((await get(path)).status).toBe(404)
    expect(sandbox.rows('assessmentLineItems')).toEqual([])
    advance(1)
    expect((await get(path)).status).toBe(200)
  })

  it('a reset forgets what is on its way', async () => {
    const { sandbox, tell, advance } = await openClass({ readLagMs: 5_000 })
    await tell(completion())
    sandbox.reset()
    advance(5_000)
    expect(sandbox.rows('assessmentResults')).toEqual([])
  })
})
