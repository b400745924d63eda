import { describe, expect, it } from 'vitest'
import { createAsk, readAnswer, type ClientPlatform } from '../../src/timeback/answer.ts'
import { TokenError, type AccessToken } from '../../src/timeback/token.ts'
import { toBroken } from './answers.ts'
import { createService, toFailure } from './service.ts'

const read = (body: unknown) => (body as { name?: string } | null)?.name

describe('readAnswer', () => {
  it.each([200, 201])('reads a %i', async (status) => {
    await expect(readAnswer(Response.json({ name: 'a' }, { status }), read)).resolves.toEqual({
      type: 'read',
      value: 'a',
    })
  })

  it('reads a value that is false', async () => {
    await expect(readAnswer(new Response('0'), () => 0)).resolves.toEqual({
      type: 'read',
      value: 0,
    })
  })

  it.each([
    ['an HTML page', new Response('<!doctype html><title>Welcome</title>'), 'no JSON'],
    ['JSON that breaks off', new Response('{"name":"a'), 'no JSON'],
    ['a body that breaks off', toBroken('{"name":"a'), 'no JSON'],
    ['no body', new Response(null), 'no JSON'],
    ['another object', Response.json({ title: 'a' }), 'not what was asked for'],
    ['null', Response.json(null), 'not what was asked for'],
  ])('asks again after a 200 with %s, and never calls it absent', async (_, response, detail) => {
    const answer = await readAnswer(response, read)
    expect(answer).toEqual({ type: 'retry', reason: 'unreadable', status: 200, detail })
  })

  it('asks again after a 204, since there is nothing in it', async () => {
    await expect(readAnswer(new Response(null, { status: 204 }), read)).resolves.toMatchObject({
      type: 'retry',
      reason: 'unreadable',
      status: 204,
    })
  })

  it('is absent if a 404 says so in JSON', async () => {
    await expect(readAnswer(toFailure(404, 'unknownobject'), read)).resolves.toEqual({
      type: 'absent',
      answer: expect.stringContaining('unknownobject'),
    })
  })

  it('is not absent if a 404 is an HTML page: the address is wrong', async () => {
    const response = new Response('<title>Not here</title>', { status: 404 })
    await expect(readAnswer(response, read)).resolves.toEqual({
      type: 'refused',
      status: 404,
      answer: '<title>Not here</title>',
    })
  })

  it.each([
    [400, 'invaliddata'],
    [403, 'forbidden'],
    [422, 'invaliddata'],
  ])('is refused by a %i', async (status, minor) => {
    await expect(readAnswer(toFailure(status, minor), read)).resolves.toEqual({
      type: 'refused',
      status,
      answer: expect.stringContaining(minor),
    })
  })

  it('keeps 4 kB of a refusal', async () => {
    const response = new Response('x'.repeat(100_000), { status: 400 })
    await expect(readAnswer(response, read)).resolves.toEqual({
      type: 'refused',
      status: 400,
      answer: 'x'.repeat(4_096),
    })
  })

  it.each([
    [302, 'redirected'],
    [401, 'unauthorized'],
    [408, 'unavailable'],
    [429, 'rate_limited'],
    [503, 'unavailable'],
    [500, 'server_error'],
    [502, 'server_error'],
    [504, 'server_error'],
  ])('asks again after a %i', async (status, reason) => {
    const answer = await readAnswer(toFailure(status, 'server_busy'), read)
    expect(answer).toEqual({ type: 'retry', reason, status })
  })

  it.each([429, 500, 503])('says how long to wait after a %i', async (status) => {
    const response = toFailure(status, 'server_busy', { 'retry-after': '7' })
    await expect(readAnswer(response, read)).resolves.toMatchObject({ retryAfterMs: 7_000 })
  })
})

describe('ask', () => {
  const ask = (
    { fetch = globalThis.fetch, timeoutMs = 5 }: ClientPlatform,
    changes: Partial<AccessToken> = {},
  ) => {
    const token: AccessToken = {
      get: async () => 'token-1',
      renew: async () => 'token-2',
      ...changes,
    }
    return createAsk({ token, fetch, timeoutMs })('https://api.example/a', { method: 'GET' }, read)
  }

  it('renews the token once after a 401', async () => {
    const { calls, platform } = createService(
      () => toFailure(401, 'unauthorisedrequest'),
      () => Response.json({ name: 'a' }),
    )
    await expect(ask(platform)).resolves.toEqual({ type: 'read', value: 'a' })
    expect(calls.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
  })

  it('asks again later after a second 401, but never a third time at once', async () => {
    const { calls, platform } = createService(() => toFailure(401, 'unauthorisedrequest'))
    await expect(ask(platform)).resolves.toEqual({
      type: 'retry',
      reason: 'unauthorized',
      status: 401,
    })
    expect(calls).toHaveLength(2)
  })

  it('sends nothing without a token, and says why', async () => {
    const { calls, platform } = createService()
    const error = new TokenError('token_refused', 'who are you', { status: 401 })
    await expect(ask(platform, { get: () => Promise.reject(error) })).resolves.toEqual({
      type: 'retry',
      reason: 'token_refused',
      status: 401,
      detail: 'who are you',
    })
    expect(calls).toEqual([])
  })

  it.each([
    ['ECONNREFUSED', 'not_sent'],
    ['ECONNRESET', 'no_answer'],
  ])('asks again after %s', async (code, reason) => {
    const cause = Object.assign(new Error('low level'), { code })
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
    await expect(ask({ fetch })).resolves.toEqual({ type: 'retry', reason, detail: code })
  })

  it('asks again if no answer comes in time', async () => {
    const fetch = (_: unknown, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
      })
    await expect(ask({ fetch })).resolves.toEqual({
      type: 'retry',
      reason: 'no_answer',
      detail: 'TimeoutError',
    })
  })
})
