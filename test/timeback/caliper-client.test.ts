import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCaliper, type SendOutcome } from '../../src/timeback/caliper-client.ts'
import { TokenError, type AccessToken } from '../../src/timeback/token.ts'
import { toAnswer } from './answers.ts'
import { TIME_SPENT_ID } from './context.ts'

const URN = `urn:uuid:${TIME_SPENT_ID}`
const BODY = '{"sensor":"https://app.example"}'

interface Call {
  url: string
  init: RequestInit
}

type Answer = (count: number, init: RequestInit) => Response | Promise<Response>

/** A Caliper service of our own, what it was asked, and which tokens were called stale. */
function setUp(answer: Answer, changes: Partial<AccessToken> = {}) {
  const calls: Call[] = []
  const stale: string[] = []
  const fetch = async (url: RequestInfo | URL, init: RequestInit = {}) => {
    calls.push({ url: String(url), init })
    return answer(calls.length, init)
  }
  const token: AccessToken = {
    get: async () => 'token-1',
    renew: async (value) => {
      stale.push(value)
      return `token-${stale.length + 1}`
    },
    ...changes,
  }
  const client = createCaliper(
    { caliperUrl: 'https://caliper.example/', token },
    { fetch, timeoutMs: 5 },
  )
  return { client, calls, stale }
}

function toBearer({ init }: Call): string | null {
  return new Headers(init.headers).get('authorization')
}

/** How Node's fetch fails: a TypeError around what happened. */
function toFetchError(cause: object): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('low level'), cause) })
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function sendTo(caliperUrl: string): Promise<SendOutcome> {
  const token: AccessToken = { get: async () => 'token-1', renew: async () => 'token-2' }
  return createCaliper({ caliperUrl, token }).send(BODY)
}

describe('send', () => {
  it('posts the very bytes it is given, with the token', async () => {
    const { client, calls } = setUp(() => Response.json({ jobId: 'j1' }))
    await expect(client.send(BODY)).resolves.toEqual({ type: 'accepted', jobId: 'j1' })
    const [call] = calls
    expect(call?.url).toBe('https://caliper.example/caliper/event')
    expect(call?.init).toMatchObject({ method: 'POST', body: BODY, redirect: 'manual' })
    expect(Object.fromEntries(new Headers(call?.init.headers))).toEqual({
      accept: 'application/json',
      authorization: 'Bearer token-1',
      'content-type': 'application/json',
    })
  })

  it('renews the token once after a 401 and sends the same bytes again', async () => {
    const { client, calls, stale } = setUp((n) =>
      n === 1 ? toAnswer(401) : Response.json({ status: 'success' }),
    )
    await expect(client.send(BODY)).resolves.toEqual({ type: 'accepted' })
    expect(stale).toEqual(['token-1'])
    expect(calls.map(toBearer)).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(calls.map(({ init }) => init.body)).toEqual([BODY, BODY])
  })

  it('does not send a third time after a second 401', async () => {
    const { client, calls } = setUp(() => toAnswer(401))
    await expect(client.send(BODY)).resolves.toEqual({
      type: 'retry',
      reason: 'unauthorized',
      status: 401,
    })
    expect(calls).toHaveLength(2)
  })

  it('does not call it a retry if the second request is lost', async () => {
    const { client } = setUp((n) =>
      n === 1 ? toAnswer(401) : Promise.reject(toFetchError({ code: 'ECONNRESET' })),
    )
    await expect(client.send(BODY)).resolves.toMatchObject({ type: 'unclear' })
  })

  it('sends nothing without a token, and says why', async () => {
    const error = new TokenError('token_unreachable', 'not now', { status: 429, retryAfterMs: 9 })
    const { client, calls } = setUp(() => Response.json({}), { get: () => Promise.reject(error) })
    await expect(client.send(BODY)).resolves.toEqual({
      type: 'retry',
      reason: 'token_unreachable',
      status: 429,
      retryAfterMs: 9,
      detail: 'not now',
    })
    expect(calls).toEqual([])
  })

  it('sends no second time if the token cannot be renewed', async () => {
    const error = new TokenError('token_refused', 'who are you')
    const { client, calls } = setUp(() => toAnswer(401), { renew: () => Promise.reject(error) })
    await expect(client.send(BODY)).resolves.toEqual({
      type: 'retry',
      reason: 'token_refused',
      detail: 'who are you',
    })
    expect(calls).toHaveLength(1)
  })

  it.each([
    [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'ECONNREFUSED'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'ENOTFOUND'],
    [{ code: 'EAI_AGAIN' }, 'EAI_AGAIN'],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'ETIMEDOUT'],
    [{ code: 'ENETUNREACH', syscall: 'connect' }, 'ENETUNREACH'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'UND_ERR_CONNECT_TIMEOUT'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'CERT_HAS_EXPIRED'],
    [{ errors: [{ syscall: 'connect' }, { code: 'ECONNREFUSED' }] }, 'TypeError'],
  ])('may be repeated if no connection was made: %o', async (cause, detail) => {
    const { client } = setUp(() => Promise.reject(toFetchError(cause)))
    await expect(client.send(BODY)).resolves.toEqual({ type: 'retry', reason: 'not_sent', detail })
  })

  it.each([
    [toFetchError({ code: 'ECONNRESET' })],
    [toFetchError({ code: 'EPIPE', syscall: 'write' })],
    [toFetchError({ code: 'UND_ERR_SOCKET' })],
    [toFetchError({ code: 'UND_ERR_HEADERS_TIMEOUT' })],
    [toFetchError({ code: 'ETIMEDOUT', syscall: 'read' })],
    [toFetchError({ errors: [{ syscall: 'connect' }, { code: 'ECONNRESET' }] })],
    [toFetchError({ errors: [] })],
    [new TypeError('Failed to fetch')],
    [new DOMException('too late', 'TimeoutError')],
    ['a string'],
  ])('is unclear if the request may have arrived: %o', async (error) => {
    const { client, calls } = setUp(() => Promise.reject(error))
    await expect(client.send(BODY)).resolves.toMatchObject({
      type: 'unclear',
      reason: 'no_answer',
      detail: expect.any(String),
    })
    expect(calls).toHaveLength(1)
  })

  it('is unclear if no answer comes in time', async () => {
    const { client } = setUp(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    )
    await expect(client.send(BODY)).resolves.toEqual({
      type: 'unclear',
      reason: 'no_answer',
      detail: 'TimeoutError',
    })
  })

  it('is not made to an address that is none', () => {
    const token: AccessToken = { get: async () => '', renew: async () => '' }
    expect(() => createCaliper({ caliperUrl: 'caliper.example', token })).toThrow(TypeError)
  })
})

describe('send over a real connection', () => {
  it('may be repeated where nobody listens', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await expect(sendTo(`http://127.0.0.1:${port}`)).resolves.toEqual({
      type: 'retry',
      reason: 'not_sent',
      detail: 'ECONNREFUSED',
    })
  })

  it('is unclear where the connection drops after the request was read', async () => {
    const received: string[] = []
    const url = await listen((request) => {
      request.on('data', (chunk) => received.push(String(chunk)))
      request.on('end', () => request.socket.destroy())
    })
    await expect(sendTo(url)).resolves.toMatchObject({ type: 'unclear', reason: 'no_answer' })
    expect(received.join('')).toBe(BODY)
  })

  it('is accepted where the connection drops within a 200', async () => {
    const url = await listen((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"jobId":"j', () => response.destroy())
    })
    await expect(sendTo(url)).resolves.toEqual({ type: 'accepted' })
  })

  it('does not follow a redirect, whose page would look like acceptance', async () => {
    const paths: (string | undefined)[] = []
    const url = await listen((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/login' }).end()
    })
    await expect(sendTo(url)).resolves.toEqual({
      type: 'retry',
      reason: 'redirected',
      status: 302,
    })
    expect(paths).toEqual(['/caliper/event'])
  })
})

describe('find', () => {
  it('asks for the URN, percent-encoded, whatever form the id has', async () => {
    const { client, calls } = setUp(() => Response.json({ event: { externalId: URN } }))
    await expect(client.find(TIME_SPENT_ID)).resolves.toBe('found')
    await expect(client.find(URN)).resolves.toBe('found')
    const url = `https://caliper.example/caliper/events/urn%3Auuid%3A${TIME_SPENT_ID}`
    expect(calls.map((call) => [call.init.method, call.url])).toEqual([
      ['GET', url],
      ['GET', url],
    ])
  })

  it('renews the token once', async () => {
    const { client, calls } = setUp((n) => toAnswer(n === 1 ? 401 : 404))
    await expect(client.find(URN)).resolves.toBe('absent')
    expect(calls.map(toBearer)).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  it('has no answer without a token or a connection', async () => {
    const lost = setUp(() => Promise.reject(toFetchError({ code: 'ECONNREFUSED' })))
    await expect(lost.client.find(URN)).resolves.toBe('unanswered')
    const tokenless = setUp(() => toAnswer(404), { get: () => Promise.reject(new Error('no')) })
    await expect(tokenless.client.find(URN)).resolves.toBe('unanswered')
  })
})

describe('validate', () => {
  it('posts the same bytes to the path that stores nothing', async () => {
    const { client, calls } = setUp(() => Response.json({ status: 'success' }))
    await expect(client.validate(BODY)).resolves.toEqual({ type: 'valid' })
    expect(calls[0]?.url).toBe('https://caliper.example/caliper/event/validate')
    expect(calls[0]?.init).toMatchObject({ method: 'POST', body: BODY })
  })

  it('judges nothing without an answer', async () => {
    const { client } = setUp(() => Promise.reject(toFetchError({ code: 'ECONNRESET' })))
    await expect(client.validate(BODY)).resolves.toEqual({ type: 'unjudged', detail: 'ECONNRESET' })
  })
})
