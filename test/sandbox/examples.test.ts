import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { connect } from './client.ts'
import {
  createActivityEvent,
  createActor,
  createEnvelope,
  createMetrics,
  createObject,
  createSessionEvent,
  createTimeSpent,
  createTimeSpentEvent,
  dropAt,
} from './payloads.ts'

const EVENT_TYPE = { time: createTimeSpentEvent, activity: createActivityEvent }

async function answerTo(...data: readonly unknown[]) {
  const sandbox = createSandbox()
  const { send } = await connect(sandbox)
  const response = await send(createEnvelope(...data))
  return { status: response.status, body: await response.json(), stored: sandbox.events() }
}

async function expectAccepted(...data: readonly unknown[]) {
  const { status, body, stored } = await answerTo(...data)
  expect(body).toEqual({ jobId: '1', eventsAccepted: data.length })
  expect(status).toBe(200)
  expect(stored).toHaveLength(data.length)
}

function withItems(type: keyof typeof EVENT_TYPE, items: readonly Record<string, unknown>[]) {
  const generated = type === 'time' ? createTimeSpent(items) : createMetrics(items)
  return EVENT_TYPE[type]({ generated })
}

/** What the OpenAPI calls slim: nothing but what is required, and not even the context. */
function slim<T extends { object: unknown }>(event: T): T {
  for (const key of ['@context', 'extensions', 'object.course', 'object.activity']) {
    dropAt(event, key)
  }
  return event
}

describe('what Timeback publishes is taken', () => {
  it('takes the time event of the SDK', () => expectAccepted(createTimeSpentEvent()))

  it('takes the completion of the SDK', () => expectAccepted(createActivityEvent()))

  it('takes both events of a completion in one envelope', () =>
    expectAccepted(createTimeSpentEvent(), createActivityEvent()))

  it.each([
    ['XP only', [{ type: 'xpEarned', value: 10 }]],
    [
      'questions only',
      [
        { type: 'totalQuestions', value: 10 },
        { type: 'correctQuestions', value: 5 },
      ],
    ],
    ['mastered units only', [{ type: 'masteredUnits', value: 2 }]],
    ['XP with decimals', [{ type: 'xpEarned', value: 2.39 }]],
  ])('takes a completion with %s', (_, items) => expectAccepted(withItems('activity', items)))

  it.each([
    ['active time', [{ type: 'active', value: 60 }]],
    ['inactive time', [{ type: 'inactive', value: 30 }]],
    ['waste with its reason', [{ type: 'waste', subType: 'eating', value: 120 }]],
    [
      'all five kinds at once',
      [
        { type: 'active', value: 10 },
        { type: 'waste', subType: 'eating', value: 2 },
        { type: 'inactive', value: 2 },
        { type: 'unknown', value: 5 },
        { type: 'anti-pattern', value: 8 },
      ],
    ],
    [
      'active time and a waste of nothing, as FastMath sends it',
      [
        { type: 'active', value: 300 },
        { type: 'waste', value: 0 },
      ],
    ],
    [
      'an active item with both dates, as Nice Academy sends it',
      [
        {
          type: 'active',
          value: 60,
          startDate: '2026-01-27T10:02:00.000Z',
          endDate: '2026-01-27T10:03:00.000Z',
        },
      ],
    ],
    ['a whole day, the most one item may hold', [{ type: 'active', value: 86_400 }]],
  ])('takes a time event with %s', (_, items) => expectAccepted(withItems('time', items)))

  it('takes a slim completion without a context', () =>
    expectAccepted(slim(withItems('activity', [{ type: 'xpEarned', value: 10 }]))))

  it('takes a slim time event without a context', () =>
    expectAccepted(slim(withItems('time', [{ type: 'active', value: 60 }]))))

  it('takes Math Raiders: FastMath, processed, first attempt, no context', () => {
    const object = createObject({
      id: 'https://mathraiders.com/activities/FastMath/multiplication',
      subject: 'FastMath',
      app: { id: 'https://mathraiders.com', name: 'Math Raiders' },
      process: true,
    })
    const generated = createMetrics([{ type: 'xpEarned', value: 4 }], { attempt: 1 })
    const event = createActivityEvent({ object, generated })
    dropAt(event, '@context')
    return expectAccepted(event)
  })

  it('takes edApp as a URL', () =>
    expectAccepted(createTimeSpentEvent({ edApp: 'https://app.example' })))

  it('takes edApp as an entity', () =>
    expectAccepted(
      createTimeSpentEvent({ edApp: { id: 'https://app.example', type: 'SoftwareApplication' } }),
    ))

  it('takes an actor with a name, a role and extensions', () =>
    expectAccepted(
      createTimeSpentEvent({
        actor: createActor({ name: 'Sam', role: 'student', extensions: { home: 'A' } }),
      }),
    ))

  it('takes the old .com user address', () => {
    const id = 'https://api.alpha-1edtech.com/ims/oneroster/rostering/v1p2/users/u1'
    return expectAccepted(createTimeSpentEvent({ actor: createActor({ id }) }))
  })

  it('takes the space that the SDK leaves in the address of Social Studies', () => {
    const id = 'https://app.example/activities/Social Studies/g3/lesson-1'
    const object = createObject({ id, subject: 'Social Studies' })
    return expectAccepted(createTimeSpentEvent({ object }))
  })

  it.each([
    'Reading',
    'Language',
    'Vocabulary',
    'Social Studies',
    'Writing',
    'Science',
    'FastMath',
    'Math',
    'None',
  ])('takes the subject %s', (subject) =>
    expectAccepted(createActivityEvent({ object: createObject({ subject }) })),
  )
})

describe('what the schema leaves open is taken', () => {
  it.each([
    ['object', createTimeSpentEvent({ object: createObject({ colour: 'red' }) })],
    ['app', createTimeSpentEvent({ object: createObject({ app: { name: 'A', colour: 'red' } }) })],
    [
      'course, as one integrator sends its code',
      createTimeSpentEvent({ object: createObject({ course: { name: 'M3', code: 'M3' } }) }),
    ],
    [
      'activity',
      createTimeSpentEvent({ object: createObject({ activity: { name: 'L', colour: 'red' } }) }),
    ],
    ['generated', createTimeSpentEvent({ generated: createTimeSpent([], { colour: 'red' }) })],
    ['item', withItems('time', [{ type: 'active', value: 1, colour: 'red' }])],
    ['extensions', createTimeSpentEvent({ extensions: { deep: { colour: ['red'] } } })],
  ])('an unknown key in %s', (_, event) => expectAccepted(event))

  it('an unknown key in the envelope', async () => {
    const { send } = await connect(createSandbox())
    const answer = await send({ ...createEnvelope(createTimeSpentEvent()), colour: 'red' })
    expect(answer.status).toBe(200)
  })
})

describe('what is not of the Timeback profile', () => {
  it('is taken if it is an event of a published profile', () =>
    expectAccepted(createSessionEvent()))

  it('is taken even if it calls itself an ActivityEvent', () =>
    expectAccepted(createSessionEvent({ type: 'ActivityEvent', profile: 'GeneralProfile' })))

  it('is taken as a lone entity, which is no event and so is not stored', async () => {
    const entity = { id: 'https://app.example/books/1', type: 'Document', name: 'A book' }
    const { status, body, stored } = await answerTo(entity)
    expect(status).toBe(200)
    expect(body).toMatchObject({ eventsAccepted: 0 })
    expect(stored).toEqual([])
  })
})
