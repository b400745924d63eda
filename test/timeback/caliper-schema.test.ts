import { describe, expect, it } from 'vitest'
import { readEnvelope } from '../../src/timeback/caliper-schema.ts'
import { toActivityEvent, toEnvelope, toTimeSpentEvent } from '../../src/timeback/caliper.ts'
import { ACTIVITY, ACTIVITY_ID, TIME_SPENT } from './context.ts'

type Key = string | number

/** `data.0` tells time, `data.1` is a completion. A fresh copy each time: the tests change it. */
function toGood(): unknown {
  const events = [toTimeSpentEvent(TIME_SPENT), toActivityEvent(ACTIVITY)]
  const envelope = toEnvelope({ sensor: 'https://app.example', sendTime: 0, events })
  return JSON.parse(JSON.stringify(envelope))
}

/** A good envelope with one value replaced; `undefined` removes the key. */
function toChanged(path: string, value: unknown): unknown {
  const whole = toGood()
  const keys: Key[] = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  const last = keys.pop()
  let place = whole as Record<Key, unknown>
  for (const key of keys) place = place[key] as Record<Key, unknown>
  if (last === undefined) throw new Error('a path has at least one key')
  if (value === undefined) delete place[last]
  else place[last] = value
  return whole
}

function toPaths(value: unknown): string[] {
  const reading = readEnvelope(value)
  return reading.ok ? [] : reading.problems.map(({ path }) => path)
}

const USER = 'https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/users'
const ACTIVITY_ITEMS = [
  { type: 'xpEarned', value: 8 },
  { type: 'totalQuestions', value: 10 },
  { type: 'correctQuestions', value: 8 },
]

describe('readEnvelope refuses', () => {
  it.each<[path: string, value: unknown, where?: string]>([
    // The envelope
    ['sensor', undefined],
    ['sensor', 'app.example'],
    ['sensor', 'https://app.example/a b'],
    ['sensor', 'urn:app:1'],
    ['sendTime', undefined],
    ['sendTime', '2026-01-27T10:03:00Z'],
    ['dataVersion', 'https://purl.imsglobal.org/ctx/caliper/v1p2'],
    ['data', []],
    ['data', undefined],
    ['data', null],
    ['clientId', 'x'],
    // Every event
    ['data.0.@context', undefined],
    ['data.0.@context', 'http://purl.imsglobal.org/ctx/caliper/v1p1'],
    ['data.0.id', TIME_SPENT.id],
    ['data.0.id', `urn:uuid:${TIME_SPENT.id.toUpperCase()}`],
    ['data.0.id', `urn:uuid:urn:uuid:${TIME_SPENT.id}`],
    ['data.0.id', 'urn:uuid:6b1d2a54-0f3e-1c11-9a77-2f0c5d1e8b42'],
    ['data.0.id', 'urn:uuid:6b1d2a54-0f3e-4c11-0a77-2f0c5d1e8b42'],
    ['data.0.id', ` urn:uuid:${TIME_SPENT.id}`],
    ['data.0.id', `urn:uuid:${ACTIVITY_ID}`, 'data.1.id'],
    ['data.0.type', 'ViewEvent'],
    ['data.1.type', 'TimebackActivityEvent'],
    ['data.0.action', 'Completed'],
    ['data.1.action', 'Submitted'],
    ['data.0.profile', 'GeneralProfile'],
    ['data.0.profile', undefined],
    ['data.0.runId', 'r1'],
    ['data.0.session', 'https://app.example/s'],
    ['data.0.edApp', null],
    ['data.0.edApp', 'My App'],
    ['data.0.extensions', null],
    ['data.0.extensions', []],
    // Times
    ['data.0.eventTime', '2026-01-27T10:03:00.000000+00:00'],
    ['data.0.eventTime', '2026-01-27T10:03:00.00Z'],
    ['data.0.eventTime', '2026-01-27T10:03:00.000+00:00'],
    ['data.0.eventTime', '2026-01-27 10:03:00.000Z'],
    ['data.0.eventTime', '2026-02-30T10:03:00.000Z'],
    ['data.0.eventTime', '2026-01-27T24:00:00.000Z'],
    ['data.0.eventTime', '2026-01-27T10:03:60.000Z'],
    ['data.0.eventTime', 1_769_508_180_000],
    ['data.0.eventTime', ''],
    // The actor
    ['data.0.actor', `${USER}/u1`],
    ['data.0.actor.id', 'u1'],
    ['data.0.actor.id', `${USER}/u 1`],
    ['data.0.actor.id', `${USER}/ü`],
    ['data.0.actor.id', `${USER}/%zz`],
    ['data.0.actor.type', 'Person'],
    ['data.0.actor.email', ''],
    ['data.0.actor.email', null],
    ['data.0.actor.email', undefined],
    ['data.0.actor.email', 'nobody'],
    ['data.0.actor.email', ' s@example.org'],
    ['data.0.actor.name', null],
    ['data.0.actor.name', ''],
    ['data.0.actor.role', 'parent'],
    ['data.0.actor.sourcedId', 'u1'],
    ['data.0.actor.extensions', null],
    ['data.0.actor.extensions', { seat: { row: [1, null] } }, 'data.0.actor.extensions.seat.row.1'],
    // The object
    ['data.0.object.id', 'lesson-1'],
    ['data.0.object.id', 'https://app.example/activities/Social Studies/g3/lesson-1'],
    ['data.0.object.subject', 'Maths'],
    ['data.0.object.subject', 'SocialStudies'],
    ['data.0.object.subject', 'math'],
    ['data.0.object.subject', 'Other'],
    ['data.0.object.subject', undefined],
    ['data.0.object.app', undefined],
    ['data.0.object.app.name', ''],
    ['data.0.object.app.id', 'my app'],
    ['data.0.object.course.code', 'MATH-3'],
    ['data.0.object.course.name', ''],
    ['data.0.object.course.id', undefined],
    ['data.1.object.course', undefined],
    ['data.0.object.activity.id', 'lesson-1'],
    ['data.0.object.activity.name', undefined],
    ['data.0.object.grade', 3],
    ['data.0.object.extensions', null],
    ['data.0.object.process', true],
    ['data.1.object.process', undefined],
    ['data.1.object.process', 'true'],
    // Time told
    ['data.0.generated', undefined],
    ['data.0.generated.id', 'https://app.example/lessons/1'],
    ['data.0.generated.type', 'TimebackActivityMetricsCollection'],
    ['data.0.generated.attempt', 1],
    ['data.0.generated.items', []],
    ['data.0.generated.items.0.type', 'idle'],
    ['data.0.generated.items.1.type', 'active'],
    ['data.0.generated.items.0.value', -0.001],
    ['data.0.generated.items.0.value', 86_400.001],
    ['data.0.generated.items.0.value', '14.2'],
    ['data.0.generated.items.0.value', null],
    ['data.0.generated.items.0.value', Number.NaN],
    ['data.0.generated.items.0.value', Number.POSITIVE_INFINITY],
    ['data.0.generated.items.0.subType', null],
    ['data.0.generated.items.0.sub_type', 'eating'],
    ['data.0.generated.items.0.startDate', '2026-01-27'],
    ['data.0.generated.extensions', null],
    [
      'data.0.generated.extensions',
      { splitMs: { idle: Number.NaN } },
      'data.0.generated.extensions.splitMs.idle',
    ],
    ['data.0.generated.extensions', { at: undefined }, 'data.0.generated.extensions.at'],
    // A completion
    ['data.1.generated.type', 'TimebackTimeSpentMetricsCollection'],
    ['data.1.generated.attempt', 0],
    ['data.1.generated.attempt', 1.5],
    ['data.1.generated.attempt', null],
    ['data.1.generated.items', []],
    ['data.1.generated.items', ACTIVITY_ITEMS.slice(0, 2)],
    ['data.1.generated.items', [ACTIVITY_ITEMS[0], ACTIVITY_ITEMS[2]]],
    ['data.1.generated.items', ACTIVITY_ITEMS.slice(1)],
    [
      'data.1.generated.items',
      [...ACTIVITY_ITEMS, { type: 'xpEarned', value: 1 }],
      'data.1.generated.items.3.type',
    ],
    ['data.1.generated.items.0.value', -5],
    ['data.1.generated.items.1.value', 10.5],
    ['data.1.generated.items.2.value', 11],
    ['data.1.generated.items.3.value', 0.5],
    ['data.1.generated.items.3.type', 'pctComplete'],
    ['data.1.generated.extensions.pctCompleteApp', 100.1],
    ['data.1.generated.extensions.pctCompleteApp', -1],
    ['data.1.generated.extensions.pctCompleteApp', '40'],
    ['data.1.generated.extensions.pctCompleteApp', null],
  ])('%s = %j, and says where', (path, value, where = path) => {
    expect(toPaths(toChanged(path, value))).toContain(where)
  })

  it.each([null, undefined, 5, 'text', []])('%j in place of an envelope', (value) => {
    expect(toPaths(value)).toEqual([''])
  })

  it('a key that is there but undefined, since it shows a value was lost', () => {
    const envelope = toGood() as { data: [{ actor: Record<string, unknown> }] }
    envelope.data[0].actor.name = undefined
    expect(toPaths(envelope)).toEqual(['data.0.actor.name'])
  })

  it('an extension that refers to itself, rather than to run for ever', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(toPaths(toChanged('data.0.extensions', loop))).toHaveLength(1)
  })

  it('everything that is wrong, not only the first', () => {
    const envelope = toChanged('data.0.actor.sourcedId', 'u1') as { sendTime: string }
    envelope.sendTime = 'now'
    expect(toPaths(envelope)).toEqual(['sendTime', 'data.0.actor.sourcedId'])
  })
})

describe('readEnvelope accepts', () => {
  it.each<[path: string, value: unknown]>([
    ['sensor', 'https://app.example/learn'],
    ['sensor', 'http://localhost:4173'],
    ['sendTime', '2028-02-29T23:59:59.999Z'],
    ['data.0.edApp', 'https://app.example'],
    ['data.0.extensions', {}],
    ['data.0.extensions', { any: ['thing', 1, true, { deep: {} }] }],
    ['data.0.actor.name', 'Sam'],
    ['data.0.actor.role', 'guide'],
    ['data.0.actor.email', "o'neil.sam+test@school.example.org"],
    ['data.0.object.id', `${USER.replace('users', 'courses')}/component-resources/r1`],
    ['data.0.object.id', 'https://app.example/activities/Social%20Studies/g3/lesson-1'],
    ['data.0.object.activity.id', 'urn:uuid:c2f1e0d9-8b7a-4695-a483-716253443526'],
    ['data.0.object.course', undefined],
    ['data.0.object.subject', 'Social Studies'],
    ['data.0.object.subject', 'None'],
    ['data.0.generated.items.0.value', 0],
    ['data.0.generated.items.0.value', 86_400],
    ['data.0.generated.items.0.startDate', '2026-01-27T10:02:45.000Z'],
    ['data.0.generated.items.1.type', 'anti-pattern'],
    ['data.1.object.process', false],
    ['data.1.generated.attempt', undefined],
    ['data.1.generated.items.0.value', 2.39],
    ['data.1.generated.items', ACTIVITY_ITEMS.slice(0, 1)],
    ['data.1.generated.items.2.value', 10],
    ['data.1.generated.extensions.pctCompleteApp', 0.85],
  ])('%s = %j', (path, value) => {
    expect(toPaths(toChanged(path, value))).toEqual([])
  })

  it('the subject Other, but only if told so', () => {
    const envelope = toChanged('data.1.object.subject', 'Other')
    expect(readEnvelope(envelope)).toMatchObject({ ok: false })
    expect(readEnvelope(envelope, { allowOther: true })).toEqual({ ok: true, envelope })
  })
})
