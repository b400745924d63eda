import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { connect } from './client.ts'
import {
  createActivityEvent,
  createActor,
  createEnvelope,
  createMetrics,
  createSessionEvent,
  createTimeSpentEvent,
  dropAt,
  setAt,
} from './payloads.ts'
import type { ErrorEntry } from './client.ts'

// The one good envelope: data.0 tells time, data.1 a completion, data.2 is of a standard profile, data.3 an entity.
function createGood() {
  const actor = createActor({ name: 'Sam', role: 'student', extensions: {} })
  return createEnvelope(
    createTimeSpentEvent({ actor, edApp: 'https://app.example' }),
    createActivityEvent(),
    createSessionEvent(),
    { id: 'https://app.example/books/1', type: 'Document' },
  )
}

async function refusalOf(envelope: unknown) {
  const sandbox = createSandbox()
  const { send } = await connect(sandbox)
  const response = await send(envelope)
  const body: { status: string; message: string; errors: ErrorEntry[] } = await response.json()
  return { status: response.status, body, stored: sandbox.events() }
}

/** Refused for the one reason, said at the one path, and nothing of the envelope is kept. */
async function expectRefused(envelope: unknown, path: string): Promise<string> {
  const { status, body, stored } = await refusalOf(envelope)
  expect(status).toBe(400)
  expect(body.status).toBe('error')
  expect(body.errors.map((error) => error.path)).toEqual([path])
  expect(stored).toEqual([])
  return body.message
}

it('takes the good envelope that each refusal below changes in one place', async () => {
  const { send } = await connect(createSandbox())
  expect((await send(createGood())).status).toBe(200)
})

describe('refuses an envelope without', () => {
  it.each([
    'sensor',
    'sendTime',
    'dataVersion',
    'data',
    'data.0.id',
    'data.0.action',
    'data.0.profile',
    'data.0.actor',
    'data.0.actor.id',
    'data.0.actor.type',
    'data.0.actor.email',
    'data.0.object.id',
    'data.0.object.type',
    'data.0.object.subject',
    'data.0.object.app',
    'data.0.object.app.name',
    'data.0.object.course.name',
    'data.0.object.activity.name',
    'data.0.eventTime',
    'data.0.generated',
    'data.0.generated.id',
    'data.0.generated.type',
    'data.0.generated.items',
    'data.0.generated.items.0.type',
    'data.0.generated.items.0.value',
    'data.0.type',
    'data.0.object',
    'data.1.generated.items.0.value',
    'data.2.id',
    'data.2.type',
    'data.2.profile',
    'data.2.actor',
    'data.2.action',
    'data.2.object',
    'data.2.eventTime',
    'data.3.id',
    'data.3.type',
  ])('%s', async (path) => {
    const envelope = createGood()
    dropAt(envelope, path)
    await expectRefused(envelope, path)
  })
})

describe('refuses a wrong value', () => {
  it.each<[string, string, unknown]>([
    ['a sensor that is no address', 'sensor', 'my app'],
    ['a send time without milliseconds', 'sendTime', '2026-01-27T10:03:01Z'],
    ['https in the data version', 'dataVersion', 'https://purl.imsglobal.org/ctx/caliper/v1p2'],
    ['Caliper 1.1', 'dataVersion', 'http://purl.imsglobal.org/ctx/caliper/v1p1'],
    ['no items', 'data', []],
    ['an item that is no list', 'data', {}],
    ['an item that is no object', 'data.0', 'urn:uuid:6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42'],
    ['another context', 'data.0.@context', 'http://purl.imsglobal.org/ctx/caliper/v1p1'],
    ['a bare UUID', 'data.0.id', '6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42'],
    ['a doubled urn', 'data.0.id', 'urn:uuid:urn:uuid:6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42'],
    ['an urn of nothing', 'data.0.id', 'urn:uuid:'],
    ['a type of the old prose', 'data.1.type', 'TimebackActivityEvent'],
    ['a profile nobody published', 'data.0.profile', 'StintProfile'],
    ['a completion by another action', 'data.1.action', 'Started'],
    ['time spent by the action of a completion', 'data.0.action', 'Completed'],
    ['a time with an offset', 'data.0.eventTime', '2026-01-27T10:03:00.000+00:00'],
    ['a time with six decimals', 'data.0.eventTime', '2026-01-27T10:03:00.000000Z'],
    ['a time with two decimals', 'data.0.eventTime', '2026-01-27T10:03:00.00Z'],
    ['a time that is a number', 'data.0.eventTime', 1_769_508_180_000],
    ['a day that no month has', 'data.0.eventTime', '2026-02-30T10:03:00.000Z'],
    ['edApp that is no address', 'data.0.edApp', 'My App'],
    ['edApp as a list', 'data.0.edApp', ['https://app.example']],
    ['a session that is no address', 'data.0.session', 'session 1'],
    ['extensions as text', 'data.0.extensions', 'runId'],
    ['an unknown key of the event', 'data.0.runId', 'f47ac10b'],
    ['an unknown key of a standard event', 'data.2.runId', 'f47ac10b'],
    ['an unknown key of an entity', 'data.3.runId', 'f47ac10b'],
    ['the sourcedId of an actor', 'data.0.actor.sourcedId', 'u1'],
    ['an actor that is a bare address', 'data.0.actor', 'https://app.example/users/1'],
    ['an actor id that is no address', 'data.0.actor.id', 'u1'],
    ['an actor of Caliper, not of Timeback', 'data.0.actor.type', 'Person'],
    ['an empty e-mail', 'data.0.actor.email', ''],
    ['an e-mail that is none', 'data.0.actor.email', 's at example.org'],
    ['an empty name', 'data.0.actor.name', ''],
    ['a role nobody published', 'data.0.actor.role', 'parent'],
    ['an object id that is a slug', 'data.0.object.id', 'lesson-1'],
    ['an object of Caliper', 'data.0.object.type', 'AssignableDigitalResource'],
    ['a subject in lower case', 'data.0.object.subject', 'math'],
    ['a subject with a space in it', 'data.0.object.subject', 'Fast Math'],
    ['the subject Other', 'data.0.object.subject', 'Other'],
    ['an app without a name', 'data.0.object.app', {}],
    ['an app with an empty name', 'data.0.object.app.name', ''],
    ['an app id that is no address', 'data.0.object.app.id', 'my-app'],
    ['a course that is a bare id', 'data.0.object.course', 'c1'],
    ['a course id that is no address', 'data.0.object.course.id', 'c1'],
    ['an activity id that is no address', 'data.0.object.activity.id', 'lesson-1'],
    ['process as text', 'data.1.object.process', 'true'],
    ['a generated id that is no address', 'data.0.generated.id', '1'],
    [
      'the collection of a completion',
      'data.0.generated.type',
      'TimebackActivityMetricsCollection',
    ],
    ['the collection of time', 'data.1.generated.type', 'TimebackTimeSpentMetricsCollection'],
    ['items that are no list', 'data.0.generated.items', { type: 'active', value: 1 }],
    ['XP among times', 'data.0.generated.items.0.type', 'xpEarned'],
    ['time among metrics', 'data.1.generated.items.3.type', 'active'],
    ['pctComplete as a metric', 'data.1.generated.items.3.type', 'pctComplete'],
    ['a value as text', 'data.0.generated.items.0.value', '14.2'],
    ['a time below nothing', 'data.0.generated.items.0.value', -1],
    ['more than a day, as from milliseconds', 'data.0.generated.items.0.value', 86_400.001],
    ['XP below nothing', 'data.1.generated.items.0.value', -5],
    ['a subType that is a number', 'data.0.generated.items.0.subType', 1],
    ['a start date that is a day', 'data.0.generated.items.0.startDate', '2026-01-27'],
    [
      'an end date without milliseconds',
      'data.0.generated.items.0.endDate',
      '2026-01-27T10:00:00Z',
    ],
    ['more correct than asked', 'data.1.generated.items.2.value', 11],
    ['attempt 0', 'data.1.generated.attempt', 0],
    ['an attempt and a half', 'data.1.generated.attempt', 1.5],
    ['an attempt as text', 'data.1.generated.attempt', '1'],
  ])('%s', async (_, path, value) => {
    const envelope = createGood()
    setAt(envelope, path, value)
    await expectRefused(envelope, path === 'data.0.object.app' ? `${path}.name` : path)
  })

  it.each([
    ['total', 'correctQuestions'],
    ['correct', 'totalQuestions'],
  ])('questions of which only the %s number is there', async (_, missing) => {
    const event = createActivityEvent()
    const items = event.generated.items.filter(({ type }) => type !== missing)
    await expectRefused(
      createEnvelope({ ...event, generated: createMetrics(items) }),
      'data.0.generated.items',
    )
  })
})

describe('refuses null, at any depth', () => {
  it.each([
    ['actor.name', 'event.actor.name: Expected string, received null'],
    ['actor.extensions', 'event.actor.extensions: Expected object, received null'],
    ['object.extensions', 'event.object.extensions: Expected object, received null'],
    ['generated.extensions', 'event.generated.extensions: Expected object, received null'],
    ['edApp', 'event.edApp: edApp must be either a URL string or a valid object'],
  ])('in %s, with the sentence that Timeback says', async (field, message) => {
    const envelope = createGood()
    setAt(envelope, `data.0.${field}`, null)
    expect(await expectRefused(envelope, `data.0.${field}`)).toBe(message)
  })

  it.each([
    'data.0',
    'data.0.@context',
    'data.0.target',
    'data.0.extensions',
    'data.0.extensions.courseId',
    'data.0.object.course',
    'data.0.object.course.id',
    'data.0.object.course.code',
    'data.0.generated.attempt',
    'data.0.generated.items.0',
    'data.0.generated.items.0.subType',
    'data.1.generated.extensions.pctCompleteApp',
    'data.2.actor.name',
    'data.2.generated',
    'data.3.description',
    'data.3.extensions',
  ])('in %s', async (path) => {
    const envelope = createGood()
    setAt(envelope, path, null)
    await expectRefused(envelope, path)
  })
})

describe('a refusal', () => {
  it('lists every error of every item, and keeps none of the good ones', async () => {
    const envelope = createGood()
    setAt(envelope, 'sensor', '')
    setAt(envelope, 'data.0.actor.email', '')
    setAt(envelope, 'data.0.object.subject', 'math')
    setAt(envelope, 'data.2.colour', 'red')
    const { status, body, stored } = await refusalOf(envelope)
    expect(status).toBe(400)
    expect(body.errors.map(({ path }) => path)).toEqual([
      'sensor',
      'data.0.actor.email',
      'data.0.object.subject',
      'data.2.colour',
    ])
    expect(body.message).toBe(body.errors[0]?.message)
    expect(stored).toEqual([])
  })

  it('does not let an event pass as an entity because its fields are gone', async () => {
    const { id, type } = createTimeSpentEvent()
    const { body } = await refusalOf(createEnvelope({ id, type }))
    expect(body.errors.map(({ path }) => path)).toContain('data.0.profile')
  })

  it.each([[[]], ['an envelope'], [null], [17]])('answers the body %j too', async (body) => {
    const { status, body: answer } = await refusalOf(body)
    expect(status).toBe(400)
    expect(answer.errors.map(({ path }) => path)).toEqual([''])
  })

  it.each([
    ['broken JSON', 'application/json', '{"sensor":'],
    ['no body', 'application/json', ''],
    ['JSON said to be text', 'text/plain', JSON.stringify(createGood())],
  ])('answers %s', async (_, type, body) => {
    const sandbox = createSandbox()
    const { token } = await connect(sandbox)
    const headers = { authorization: `Bearer ${token}`, 'content-type': type }
    const request = new Request('http://sandbox.test/caliper/event', {
      method: 'POST',
      headers,
      body,
    })
    const response = await sandbox.fetch(request)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      status: 'error',
      message: 'envelope: must be JSON, sent as application/json',
    })
    expect(sandbox.events()).toEqual([])
  })
})
