import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { call, connect } from './client.ts'
import {
  createActivityEvent,
  createActor,
  createEnvelope,
  createSessionEvent,
  createTimeSpentEvent,
} from './payloads.ts'
import type { SandboxOptions, StoredEvent } from '../../src/sandbox/sandbox.ts'

const TIME_ID = 'urn:uuid:6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42'
const NOW = Date.parse('2026-01-27T10:03:02.000Z')

/** A sandbox whose clock stands still until it is moved. */
async function open(options: SandboxOptions = {}) {
  let at = NOW
  const sandbox = createSandbox(options, { now: () => at })
  const client = await connect(sandbox)
  const list = async (query = '') => {
    const response = await client.get(`/caliper/events${query}`)
    const page: { events: StoredEvent[]; pagination: unknown } = await response.json()
    return { ids: page.events.map(({ id }) => id), ...page }
  }
  return { sandbox, ...client, list, advance: (ms: number) => void (at += ms) }
}

/** 1: u1 at 10:03, 2: u2 at 10:10, 3: an address for an actor at 10:00, by another app. */
async function openFilled(options: SandboxOptions = {}) {
  const opened = await open(options)
  const other = createActor({ id: 'https://app.example/users/u2', email: 'other@example.org' })
  await opened.send(createEnvelope(createTimeSpentEvent(), createActivityEvent({ actor: other })))
  const session = createSessionEvent({ actor: 'https://app.example/users/u3' })
  await opened.send({ ...createEnvelope(session), sensor: 'https://other.example' })
  return opened
}

describe('a stored event', () => {
  it('is what was sent, under its own number, without its context', async () => {
    const { send, get } = await open()
    const sent = createTimeSpentEvent()
    await send(createEnvelope(sent))
    const { '@context': _context, id: externalId, ...rest } = sent
    const response = await get(`/caliper/events/${encodeURIComponent(externalId)}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      event: {
        ...rest,
        id: 1,
        externalId,
        sensor: 'https://app.example',
        sendTime: '2026-01-27T10:03:01.000Z',
        created_at: '2026-01-27T10:03:02.000Z',
        updated_at: '2026-01-27T10:03:02.000Z',
        deleted_at: null,
        clientAppId: null,
      },
    })
  })

  it.each(['1', TIME_ID.replace('urn:uuid:', ''), TIME_ID.replace('6b', '7b')])(
    'is not found by %s',
    async (id) => {
      const { send, get } = await open()
      await send(createEnvelope(createTimeSpentEvent()))
      const response = await get(`/caliper/events/${id}`)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ status: 'error' })
    },
  )

  it('is told to each listener once, until it stops listening', async () => {
    const { sandbox, send } = await open()
    const heard: string[] = []
    const stop = sandbox.subscribe(({ externalId }) => heard.push(externalId))
    await send(createEnvelope(createTimeSpentEvent()))
    await send(createEnvelope(createTimeSpentEvent({ profile: 'wrong' })))
    stop()
    await send(createEnvelope(createActivityEvent()))
    expect(heard).toEqual([TIME_ID])
    expect(sandbox.events()).toHaveLength(2)
  })
})

describe('validate', () => {
  it('answers as a send would be judged, and stores nothing', async () => {
    const { sandbox, validate, list, get } = await open()
    const good = await validate(createEnvelope(createTimeSpentEvent()))
    expect(good.status).toBe(200)
    expect(await good.json()).toEqual({
      status: 'success',
      message: 'Envelope is valid',
      errors: null,
    })
    const bad = await validate(createEnvelope(createTimeSpentEvent({ actor: null })))
    expect(bad.status).toBe(400)
    expect(await bad.json()).toMatchObject({
      status: 'error',
      errors: [{ path: 'data.0.actor' }],
    })
    expect(sandbox.events()).toEqual([])
    expect((await list()).ids).toEqual([])
    expect((await get('/jobs/1/status')).status).toBe(404)
  })
})

describe('an event id sent twice', () => {
  const twice = createEnvelope(createTimeSpentEvent(), createTimeSpentEvent())

  it('is two rows, as no document promises otherwise', async () => {
    const { send, list, get } = await open()
    await send(twice)
    expect((await list()).ids).toEqual([1, 2])
    expect(await (await get(`/caliper/events/${TIME_ID}`)).json()).toMatchObject({
      event: { id: 1 },
    })
  })

  it('is one row if told so, and the answer does not say so', async () => {
    const { sandbox, send, list, get } = await open({ duplicates: 'drop' })
    const heard: number[] = []
    sandbox.subscribe(({ id }) => heard.push(id))
    expect(await (await send(twice)).json()).toEqual({ jobId: '1', eventsAccepted: 2 })
    await send(createEnvelope(createTimeSpentEvent(), createActivityEvent()))
    expect((await list()).ids).toEqual([1, 2])
    expect(heard).toEqual([1, 2])
    expect(await (await get('/jobs/2/status')).json()).toMatchObject({
      job: { returnValue: { results: [{ allocatedId: 1 }, { allocatedId: 2 }] } },
    })
  })
})

describe('the read lag', () => {
  it('hides an event from readers, and not from whoever runs the sandbox', async () => {
    const { sandbox, send, list, get, advance } = await open({ readLagMs: 2_000 })
    await send(createEnvelope(createTimeSpentEvent()))
    advance(1_999)
    expect(sandbox.events()).toHaveLength(1)
    expect((await list()).pagination).toMatchObject({ total: 0 })
    expect((await get(`/caliper/events/${TIME_ID}`)).status).toBe(404)
    advance(1)
    expect((await list()).ids).toEqual([1])
    expect((await get(`/caliper/events/${TIME_ID}`)).status).toBe(200)
  })

  it('is the time a job takes', async () => {
    const { send, get, advance } = await open({ readLagMs: 2_000 })
    await send(createEnvelope(createTimeSpentEvent()))
    const read = async () => (await get('/jobs/1/status')).json()
    expect(await read()).toEqual({ job: { id: '1', state: 'waiting' } })
    advance(1_000)
    expect(await read()).toEqual({ job: { id: '1', state: 'active' } })
    advance(1_000)
    expect(await read()).toMatchObject({ job: { id: '1', state: 'completed' } })
  })
})

describe('a job', () => {
  it('names the row that each event became', async () => {
    const { send, get } = await open()
    await send(createEnvelope(createTimeSpentEvent(), createActivityEvent()))
    expect(await (await get('/jobs/1/status')).json()).toEqual({
      job: {
        id: '1',
        state: 'completed',
        returnValue: {
          status: 'success',
          results: [
            { allocatedId: 1, externalId: TIME_ID },
            { allocatedId: 2, externalId: createActivityEvent().id },
          ],
        },
        processedOn: '2026-01-27T10:03:02.000Z',
      },
    })
  })

  it.each(['2', '0', '-1', 'length', '01'])('%s that is unknown is not found', async (id) => {
    const { send, get } = await open()
    await send(createEnvelope(createTimeSpentEvent()))
    const response = await get(`/jobs/${id}/status`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ status: 'error' })
  })
})

describe('the list', () => {
  it('gives all events, oldest first, a hundred to a page', async () => {
    const { list } = await openFilled()
    const { ids, pagination } = await list()
    expect(ids).toEqual([1, 2, 3])
    expect(pagination).toEqual({ total: 3, totalPages: 1, currentPage: 1, limit: 100 })
  })

  it('gives a page', async () => {
    const { list } = await openFilled()
    const { ids, pagination } = await list('?limit=2&offset=2')
    expect(ids).toEqual([3])
    expect(pagination).toEqual({ total: 3, totalPages: 2, currentPage: 2, limit: 2 })
  })

  const filters: [string, number[]][] = [
    ['sensor=https://other.example', [3]],
    ['actorEmail=other@example.org', [2]],
    ['actorId=https://app.example/users/u2', [2]],
    ['actorId=https://app.example/users/u3', [3]],
    ['startDate=2026-01-27T10:03:00.000Z', [1, 2]],
    ['endDate=2026-01-27T10:03:00.000Z', [1, 3]],
    ['startDate=2026-01-27T10:01:00.000Z&endDate=2026-01-27T10:09:00.000Z', [1]],
    ['sensor=https://other.example&actorEmail=other@example.org', []],
  ]

  it.each(filters)('honours %s', async (query, ids) => {
    const { list } = await openFilled()
    expect((await list(`?${query}`)).ids).toEqual(ids)
  })

  it.each(filters)('ignores %s if told to, and still pages', async (query) => {
    const { list } = await openFilled({ listFilters: 'ignored' })
    expect((await list(`?${query}&limit=2`)).ids).toEqual([1, 2])
  })

  it.each(['limit=0', 'limit=many', 'offset=-1', 'startDate=yesterday'])(
    'answers %s with 400',
    async (query) => {
      const { get } = await open()
      const response = await get(`/caliper/events?${query}`)
      expect(response.status).toBe(400)
      const [key] = query.split('=')
      expect(await response.json()).toMatchObject({
        status: 'error',
        message: expect.stringContaining(`${key}: `),
      })
    },
  )
})

describe('a path that Timeback does not have', () => {
  it.each([
    ['POST', '/caliper/event/'],
    ['POST', '/caliper/events'],
    ['GET', '/caliper/event'],
    ['POST', '/ims/caliper/v1p2/events'],
    ['POST', '/activity/record'],
    ['DELETE', `/caliper/events/${TIME_ID}`],
  ])('%s %s is not found', async (method, path) => {
    const response = await call(createSandbox(), method, path)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ status: 'error' })
  })
})
