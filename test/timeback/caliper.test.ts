import { describe, expect, it } from 'vitest'
import { readEnvelope } from '../../src/timeback/caliper-schema.ts'
import {
  toActivityEvent,
  toEnvelope,
  toObjectId,
  toTimeSpentEvent,
  toUrn,
} from '../../src/timeback/caliper.ts'
import { ACTIVITY, CONTEXT, TIME_SPENT, TIME_SPENT_ID } from './context.ts'

const SEND_TIME = Date.UTC(2026, 0, 27, 10, 3, 1)

// The two payloads as Timeback's documents describe them, key by key in this order.
const GOLDEN_ENVELOPE =
  '{"sensor":"https://app.example","sendTime":"2026-01-27T10:03:01.000Z",' +
  '"dataVersion":"http://purl.imsglobal.org/ctx/caliper/v1p2",' +
  '"data":[{"@context":"http://purl.imsglobal.org/ctx/caliper/v1p2",' +
  '"id":"urn:uuid:6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42","type":"TimeSpentEvent","action":"SpentTime",' +
  '"profile":"TimebackProfile","eventTime":"2026-01-27T10:03:00.000Z",' +
  '"actor":{"id":"https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/users/u1",' +
  '"type":"TimebackUser","email":"s@example.org"},' +
  '"object":{"id":"https://app.example/activities/Math/g3/lesson-1","type":"TimebackActivityContext",' +
  '"subject":"Math","app":{"name":"My App"},"activity":{"name":"Lesson 1"},' +
  '"course":{"id":"https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/courses/c1","name":"MATH-3"}},' +
  '"generated":{"id":"urn:uuid:77aa10c2-5b0e-4d3f-8c1a-9e4f6b7d2a10","type":"TimebackTimeSpentMetricsCollection",' +
  '"items":[{"type":"active","value":14.2},{"type":"inactive","value":0.8}]},' +
  '"extensions":{"runId":"f47ac10b-58cc-4372-a567-0e02b2c3d479","courseId":"c1"}}]}'

const GOLDEN_ACTIVITY_EVENT =
  '{"@context":"http://purl.imsglobal.org/ctx/caliper/v1p2",' +
  '"id":"urn:uuid:0d9c4b7e-3a51-4f86-b2d0-6c1e8f7a9352","type":"ActivityEvent","action":"Completed",' +
  '"profile":"TimebackProfile","eventTime":"2026-01-27T10:10:00.000Z",' +
  '"actor":{"id":"https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/users/u1",' +
  '"type":"TimebackUser","email":"s@example.org"},' +
  '"object":{"id":"https://app.example/activities/Math/g3/lesson-1","type":"TimebackActivityContext",' +
  '"subject":"Math","app":{"name":"My App"},"activity":{"name":"Lesson 1"},' +
  '"course":{"id":"https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/courses/c1","name":"MATH-3"},' +
  '"process":true},' +
  '"generated":{"id":"urn:uuid:c2f1e0d9-8b7a-4695-a483-716253443526","type":"TimebackActivityMetricsCollection",' +
  '"attempt":1,"items":[{"type":"xpEarned","value":8},{"type":"totalQuestions","value":10},' +
  '{"type":"correctQuestions","value":8},{"type":"masteredUnits","value":1}],' +
  '"extensions":{"pctCompleteApp":40}},' +
  '"extensions":{"runId":"f47ac10b-58cc-4372-a567-0e02b2c3d479","courseId":"c1"}}'

function toWhole(...events: Parameters<typeof toEnvelope>[0]['events']) {
  return toEnvelope({ sensor: CONTEXT.sensor, sendTime: SEND_TIME, events })
}

describe('the events', () => {
  it('time told is the documented payload, byte for byte', () => {
    expect(JSON.stringify(toWhole(toTimeSpentEvent(TIME_SPENT)))).toBe(GOLDEN_ENVELOPE)
  })

  it('a completion is the documented payload, byte for byte', () => {
    expect(JSON.stringify(toActivityEvent(ACTIVITY))).toBe(GOLDEN_ACTIVITY_EVENT)
  })

  it('pass the strict schema in one envelope, which gives back the same bytes', () => {
    const envelope = toWhole(toTimeSpentEvent(TIME_SPENT), toActivityEvent(ACTIVITY))
    const reading = readEnvelope(JSON.parse(JSON.stringify(envelope)))
    expect(reading).toEqual({ ok: true, envelope })
    expect(JSON.stringify(reading.ok && reading.envelope)).toBe(JSON.stringify(envelope))
  })

  it('pass the strict schema with every optional value there is', () => {
    const context = {
      ...CONTEXT,
      actor: { ...CONTEXT.actor, name: 'Sam', role: 'student' },
      app: { name: 'My App', id: 'https://app.example/' },
    } as const
    const event = toTimeSpentEvent({
      ...TIME_SPENT,
      context,
      items: [{ metric: 'waste', ms: 5, subType: 'tab-hidden' }],
      split: { idle: 0, 'tab-hidden': 5 },
    })
    const envelope = toWhole(event, toActivityEvent({ ...ACTIVITY, context }))
    expect(readEnvelope(envelope)).toEqual({ ok: true, envelope })
    expect(event.actor).toMatchObject({ name: 'Sam', role: 'student' })
    expect(event.object.app).toEqual({ id: 'https://app.example/', name: 'My App' })
    expect(event.generated.items).toEqual([{ type: 'waste', value: 0.005, subType: 'tab-hidden' }])
  })

  it('leave out what is absent, and never say null', () => {
    const text = JSON.stringify([
      toTimeSpentEvent(TIME_SPENT),
      toActivityEvent({ ...ACTIVITY, metrics: { xpEarned: 0 } }),
    ])
    expect(text).not.toMatch(/null|undefined|name":""|subType|role|edApp/)
    expect(text).toContain('"items":[{"type":"xpEarned","value":0}]')
  })

  it('keep a progress and a count of zero', () => {
    const event = toActivityEvent({
      ...ACTIVITY,
      metrics: { xpEarned: 0, totalQuestions: 4, correctQuestions: 0 },
      pctCompleteApp: 0,
    })
    expect(event.generated.extensions).toEqual({ pctCompleteApp: 0 })
    expect(event.generated.items).toContainEqual({ type: 'correctQuestions', value: 0 })
  })

  it('say process in a completion only, and say it when it is false', () => {
    expect(toTimeSpentEvent(TIME_SPENT).object).not.toHaveProperty('process')
    expect(toActivityEvent({ ...ACTIVITY, process: false }).object.process).toBe(false)
  })

  it.each([
    [0, 0],
    [1, 0.001],
    [999, 0.999],
    [14_200, 14.2],
    [60_000, 60],
    [3_600_001, 3600.001],
    [86_400_000, 86_400],
  ])('turn %i ms into %d seconds, exactly', (ms, seconds) => {
    const event = toTimeSpentEvent({ ...TIME_SPENT, items: [{ metric: 'active', ms }] })
    expect(event.generated.items).toEqual([{ type: 'active', value: seconds }])
  })

  it('tell the split in milliseconds, the same whatever order it came in', () => {
    const one = toTimeSpentEvent({ ...TIME_SPENT, split: { idle: 2, active: 1, 'tab-hidden': 3 } })
    const two = toTimeSpentEvent({ ...TIME_SPENT, split: { 'tab-hidden': 3, active: 1, idle: 2 } })
    expect(JSON.stringify(one)).toBe(JSON.stringify(two))
    expect(one.generated.extensions).toEqual({ splitMs: { active: 1, idle: 2, 'tab-hidden': 3 } })
  })

  it('have three decimals in every time', () => {
    const event = toTimeSpentEvent({ ...TIME_SPENT, eventTime: 1_769_508_180_007 })
    expect(event.eventTime).toBe('2026-01-27T10:03:00.007Z')
  })

  it('refuse a time that is none', () => {
    expect(() => toTimeSpentEvent({ ...TIME_SPENT, eventTime: Number.NaN })).toThrow(RangeError)
  })
})

describe('toUrn', () => {
  it.each([
    TIME_SPENT_ID,
    TIME_SPENT_ID.toUpperCase(),
    `urn:uuid:${TIME_SPENT_ID}`,
    `URN:UUID:${TIME_SPENT_ID}`,
    `urn:uuid:urn:uuid:${TIME_SPENT_ID}`,
  ])('gives %s the prefix exactly once', (id) => {
    expect(toUrn(id)).toBe(`urn:uuid:${TIME_SPENT_ID}`)
  })
})

describe('toObjectId', () => {
  const place = { id: 'lesson-1', subject: 'Math', grade: 3 } as const

  it.each([
    [{}, 'https://app.example/activities/Math/g3/lesson-1'],
    [{ grade: 0 }, 'https://app.example/activities/Math/g0/lesson-1'],
    [{ grade: -1 }, 'https://app.example/activities/Math/g-1/lesson-1'],
    [{ courseCode: 'CS-101' }, 'https://app.example/activities/Math/g3/lesson-1'],
    [{ grade: undefined, courseCode: 'CS-101' }, 'https://app.example/activities/CS-101/lesson-1'],
    [{ subject: 'Social Studies' }, 'https://app.example/activities/Social%20Studies/g3/lesson-1'],
    [{ id: 'a/b c?é' }, 'https://app.example/activities/Math/g3/a%2Fb%20c%3F%C3%A9'],
    [
      { grade: undefined, courseCode: 'CS/101 A' },
      'https://app.example/activities/CS%2F101%20A/lesson-1',
    ],
  ] as const)('of %o is %s', (change, id) => {
    expect(toObjectId('https://app.example', { ...place, ...change })).toBe(id)
  })

  it.each(['https://app.example/learn', 'https://app.example/learn/'])(
    'keeps the path of the sensor %s',
    (sensor) => {
      expect(toObjectId(sensor, place)).toBe(
        'https://app.example/learn/activities/Math/g3/lesson-1',
      )
    },
  )

  it.each(['app.example', '', 'urn:app:1', 'https://app.example/?a=1'])(
    'refuses the sensor %j',
    (sensor) => {
      expect(() => toObjectId(sensor, place)).toThrow(/^sensor must/)
    },
  )

  it('refuses an activity of no course, rather than to share an id with another', () => {
    const { id, subject } = place
    expect(() => toObjectId('https://app.example', { id, subject })).toThrow(TypeError)
    expect(() => toObjectId('https://app.example', { ...place, id: '..' })).toThrow(TypeError)
  })
})
