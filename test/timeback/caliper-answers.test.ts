import { describe, expect, it } from 'vitest'
import {
  readFindResponse,
  readSendResponse,
  readValidateResponse,
} from '../../src/timeback/caliper-client.ts'
import { toAnswer, toBroken } from './answers.ts'
import { TIME_SPENT_ID } from './context.ts'

const URN = `urn:uuid:${TIME_SPENT_ID}`

describe('readSendResponse', () => {
  it.each([
    ['{"status":"success","message":"ok","errors":null}', undefined],
    ['{"jobId":"j1","eventsAccepted":2}', 'j1'],
    ['{"data":{"jobId":"j1"}}', 'j1'],
    ['{"jobId":4711}', '4711'],
    ['{"data":{"jobId":0}}', '0'],
    ['{"jobId":""}', undefined],
    ['{"jobId":{"id":1}}', undefined],
    ['{"data":["j1"]}', undefined],
    ['["j1"]', undefined],
    ['null', undefined],
    ['{"jobId":"j', undefined],
    ['<!doctype html><title>OK</title>', undefined],
    ['', undefined],
  ])('accepts 200 with the body %s', async (body, jobId) => {
    await expect(readSendResponse(new Response(body))).resolves.toEqual({
      type: 'accepted',
      ...(jobId === undefined ? {} : { jobId }),
    })
  })

  it('finds a 200 with a page of HTML unclear: a sign-in page may have stood in between', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8' }
    const toRead = (body: string) => readSendResponse(new Response(body, { headers }))
    await expect(toRead('\n<!doctype html><title>Sign in</title>')).resolves.toEqual({
      type: 'unclear',
      reason: 'unreadable',
      status: 200,
    })
    // Some servers call any text HTML.
    await expect(toRead('OK')).resolves.toEqual({ type: 'accepted' })
  })

  it.each([201, 202, 204, 299])('accepts a %i without a body', async (status) => {
    await expect(readSendResponse(new Response(null, { status }))).resolves.toEqual({
      type: 'accepted',
    })
  })

  it('accepts a 200 whose body breaks off, since the event is stored by then', async () => {
    await expect(readSendResponse(toBroken('{"jobId":"j'))).resolves.toEqual({ type: 'accepted' })
  })

  it('accepts a 200 whose body never ends, and reads no more than it needs', async () => {
    let isCancelled = false
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10_000).fill(0x20)),
      cancel: () => {
        isCancelled = true
      },
    })
    await expect(readSendResponse(new Response(body))).resolves.toEqual({ type: 'accepted' })
    expect(isCancelled).toBe(true)
  })

  it.each([
    [429, 'rate_limited'],
    [503, 'unavailable'],
    [408, 'unavailable'],
    [425, 'unavailable'],
    [401, 'unauthorized'],
    [307, 'redirected'],
  ])('may be repeated after a %i', async (status, reason) => {
    const outcome = await readSendResponse(toAnswer(status))
    expect(outcome).toEqual({ type: 'retry', reason, status })
  })

  it.each([
    ['3', 3_000],
    ['Tue, 27 Jan 2026 12:00:05 GMT', 5_000],
  ])('says how long to wait: %s', async (value, retryAfterMs) => {
    const headers = { 'retry-after': value, date: 'Tue, 27 Jan 2026 12:00:00 GMT' }
    await expect(readSendResponse(toAnswer(503, headers))).resolves.toMatchObject({ retryAfterMs })
    await expect(readSendResponse(toAnswer(429, headers))).resolves.toMatchObject({ retryAfterMs })
  })

  it.each([400, 403, 404, 405, 409, 413, 422])('is refused by a %i', async (status) => {
    await expect(readSendResponse(toAnswer(status))).resolves.toEqual({
      type: 'refused',
      status,
      answer: '{"status":"error","message":"why"}',
    })
  })

  it('keeps 4 kB of a refusal, and of a broken one what there is', async () => {
    const long = await readSendResponse(new Response('x'.repeat(100_000), { status: 400 }))
    expect(long).toEqual({ type: 'refused', status: 400, answer: 'x'.repeat(4_096) })
    const broken = await readSendResponse(toBroken('event.actor', 400))
    expect(broken).toEqual({ type: 'refused', status: 400, answer: 'event.actor' })
  })

  it.each([500, 502, 504, 520])('is unclear after a %i, never repeated blindly', async (status) => {
    const response = toAnswer(status, { 'retry-after': '1' })
    await expect(readSendResponse(response)).resolves.toEqual({
      type: 'unclear',
      reason: 'server_error',
      status,
    })
  })
})

describe('readFindResponse', () => {
  it.each([
    { event: { id: 4711, externalId: URN } },
    { event: { id: URN } },
    { event: { id: 4711, externalId: TIME_SPENT_ID.toUpperCase() } },
    { id: 4711, externalId: URN },
  ])('finds the event in %o', async (body) => {
    await expect(readFindResponse(Response.json(body), URN)).resolves.toBe('found')
  })

  it('believes a 404 in JSON', async () => {
    await expect(readFindResponse(toAnswer(404), URN)).resolves.toBe('absent')
  })

  it.each([
    ['another event', Response.json({ event: { externalId: 'urn:uuid:1' } })],
    ['no event', Response.json({ event: null })],
    ['a message only', Response.json({ status: 'success', message: 'ok' })],
    ['an HTML 404, as from a wrong path', new Response('Cannot GET', { status: 404 })],
    ['an empty 404', new Response(null, { status: 404 })],
    ['a 403', toAnswer(403)],
    ['a redirect', new Response(null, { status: 302 })],
  ])('concludes nothing from %s', async (_, response) => {
    await expect(readFindResponse(response, URN)).resolves.toBe('unreadable')
  })
})

describe('readFindResponse, of a service that can’t be asked just now,', () => {
  it.each([401, 408, 429, 500, 503, 504])('takes a %i for no answer', async (status) => {
    await expect(readFindResponse(toAnswer(status), URN)).resolves.toBe('unanswered')
  })

  it.each([
    ['an HTML page', new Response('<title>Welcome</title>')],
    ['no body', new Response(null)],
    ['truncated JSON', new Response(`{"event":{"externalId":"${URN}"`)],
    ['a broken body', toBroken(`{"event":{"externalId":"${URN}"`)],
  ])('takes %s for no answer', async (_, response) => {
    await expect(readFindResponse(response, URN)).resolves.toBe('unanswered')
  })
})

describe('readValidateResponse', () => {
  it.each([200, 400, 422])(
    'reads a refusal with status %i, and keeps the answer',
    async (status) => {
      await expect(readValidateResponse(toAnswer(status))).resolves.toEqual({
        type: 'invalid',
        status,
        answer: '{"status":"error","message":"why"}',
      })
    },
  )

  it.each([
    new Response('<title>Welcome</title>'),
    new Response('Bad Request', { status: 400 }),
    toAnswer(401),
    toAnswer(404),
    toAnswer(503),
  ])('takes %o for no judgement', async (response) => {
    await expect(readValidateResponse(response)).resolves.toMatchObject({ type: 'unjudged' })
  })
})
