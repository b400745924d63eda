import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createAccessToken, TokenError, type TokenOptions } from '../../src/timeback/token.ts'

const SECRET = 'sEcReT-51ab'
const OPTIONS: TokenOptions = {
  tokenUrl: 'https://idp.example/oauth2/token',
  clientId: 'client-1',
  clientSecret: SECRET,
}

interface Call {
  url: string
  init: RequestInit
}

type Answer = (count: number, init: RequestInit) => Response | Promise<Response>

/** A token endpoint of our own, its clock, and what it was asked. */
function setUp({
  answer = (count) => toToken(`token-${count}`),
  ...options
}: Partial<TokenOptions> & { answer?: Answer } = {}) {
  const calls: Call[] = []
  const clock = { at: 1_000_000 }
  const fetch = async (url: RequestInfo | URL, init: RequestInit = {}) => {
    calls.push({ url: String(url), init })
    return answer(calls.length, init)
  }
  const token = createAccessToken(
    { ...OPTIONS, ...options },
    { fetch, now: () => clock.at, timeoutMs: 5 },
  )
  return { token, calls, clock }
}

function toToken(value: string, expiresIn: unknown = 3600): Response {
  return Response.json({ access_token: value, expires_in: expiresIn, token_type: 'Bearer' })
}

async function catchTokenError(promise: Promise<unknown>): Promise<TokenError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown)
  if (!(error instanceof TokenError)) throw new Error('expected a TokenError', { cause: error })
  return error
}

describe('the token request', () => {
  it('carries the credentials in the body, and not in a header', async () => {
    const { token, calls } = setUp()
    await expect(token.get()).resolves.toBe('token-1')
    const [call] = calls
    expect(call?.url).toBe(OPTIONS.tokenUrl)
    expect(call?.init.method).toBe('POST')
    expect(Object.fromEntries(new URLSearchParams(String(call?.init.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: SECRET,
    })
    const headers = new Headers(call?.init.headers)
    expect(headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/)
    expect(headers.has('authorization')).toBe(false)
  })

  it('names a scope only if one is configured', async () => {
    const scope = 'https://purl.imsglobal.org/spec/caliper/v1p1/scope/event.create'
    const { token, calls } = setUp({ scope })
    await token.get()
    expect(new URLSearchParams(String(calls[0]?.init.body)).get('scope')).toBe(scope)
  })

  it.each(['http://localhost:4174/oauth2/token', 'http://127.0.0.1:1/t', 'http://[::1]:1/t'])(
    'goes over plain http to this machine: %s',
    async (tokenUrl) => {
      await expect(setUp({ tokenUrl }).token.get()).resolves.toBe('token-1')
    },
  )

  it.each(['http://idp.example/token', 'http://localhost.example/t', 'http://127.0.0.1.example/t'])(
    'never goes over plain http to another one: %s',
    (tokenUrl) => {
      expect(() => setUp({ tokenUrl })).toThrow(TypeError)
    },
  )

  it.each([
    { clientSecret: '' },
    { clientSecret: `${SECRET}\n` },
    { clientId: ' client-1' },
    { tokenUrl: 'idp.example' },
  ])('is not even tried with %o', (options) => {
    const attempt = () => setUp(options)
    expect(attempt).toThrow(TypeError)
    expect(attempt).not.toThrow(new RegExp(SECRET))
  })
})

describe('the cached token', () => {
  it('is shared by all who ask at once', async () => {
    const { token, calls } = setUp()
    const values = await Promise.all([token.get(), token.get(), token.get()])
    expect(values).toEqual(['token-1', 'token-1', 'token-1'])
    expect(calls).toHaveLength(1)
  })

  it.each([
    { expiresIn: 3600, lastMs: 3_540_000, why: '60 s before its end' },
    { expiresIn: 120, lastMs: 60_000, why: '60 s before its end' },
    { expiresIn: 60, lastMs: 30_000, why: 'at half its life' },
    { expiresIn: 5, lastMs: 2_500, why: 'at half its life' },
    { expiresIn: '5', lastMs: 2_500, why: 'at half its life, stated as a string' },
  ])('of $expiresIn s is renewed $why, and not earlier', async ({ expiresIn, lastMs }) => {
    const { token, calls, clock } = setUp({ answer: (n) => toToken(`token-${n}`, expiresIn) })
    await token.get()
    clock.at += lastMs - 1
    await expect(token.get()).resolves.toBe('token-1')
    clock.at += 1
    await expect(token.get()).resolves.toBe('token-2')
    expect(calls).toHaveLength(2)
  })

  it('is kept for some minutes if its life is not stated', async () => {
    const { token, clock } = setUp({
      answer: (n) => Response.json({ access_token: `token-${n}`, token_type: 'Bearer' }),
    })
    await token.get()
    clock.at += 239_999
    await expect(token.get()).resolves.toBe('token-1')
    clock.at += 1
    await expect(token.get()).resolves.toBe('token-2')
  })

  it('counts its life from before the request, not from a late answer', async () => {
    const { token, clock } = setUp({
      answer: (n) => {
        clock.at += 9_000
        return toToken(`token-${n}`)
      },
    })
    await token.get()
    clock.at += 3_540_000 - 9_000
    await expect(token.get()).resolves.toBe('token-2')
  })
})

describe('renew', () => {
  it('mints a new token if the current one is the stale one', async () => {
    const { token } = setUp()
    const stale = await token.get()
    await expect(token.renew(stale)).resolves.toBe('token-2')
    await expect(token.get()).resolves.toBe('token-2')
  })

  it('does not mint if somebody else has renewed meanwhile', async () => {
    const { token, calls } = setUp()
    const stale = await token.get()
    await token.renew(stale)
    await expect(token.renew(stale)).resolves.toBe('token-2')
    expect(calls).toHaveLength(2)
  })

  it('makes one request for all who hold the same stale token', async () => {
    const { token, calls } = setUp()
    const stale = await token.get()
    const values = await Promise.all([token.renew(stale), token.renew(stale), token.get()])
    expect(values).toEqual(['token-2', 'token-2', 'token-2'])
    expect(calls).toHaveLength(2)
  })

  it('never falls back to the stale token when minting fails', async () => {
    const { token } = setUp({
      answer: (n) => (n === 2 ? new Response(null, { status: 503 }) : toToken(`token-${n}`)),
    })
    const stale = await token.get()
    await expect(token.renew(stale)).rejects.toThrow(TokenError)
    await expect(token.get()).resolves.toBe('token-3')
  })
})

describe('a failure', () => {
  it.each([400, 401, 403, 404])('with status %i is token_refused', async (status) => {
    const { token } = setUp({
      answer: () => Response.json({ error: 'invalid_client' }, { status }),
    })
    const error = await catchTokenError(token.get())
    expect(error).toMatchObject({ code: 'token_refused', status })
    expect(error.message).toContain('invalid_client')
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('with a challenge is token_refused, too', async () => {
    const headers = { 'www-authenticate': 'Basic realm="idp"' }
    const { token } = setUp({ answer: () => new Response(null, { status: 401, headers }) })
    await expect(token.get()).rejects.toMatchObject({ code: 'token_refused', status: 401 })
  })

  it.each([408, 429, 500, 502, 503, 504])('with status %i is token_unreachable', async (status) => {
    const { token } = setUp({ answer: () => new Response('<h1>later</h1>', { status }) })
    await expect(token.get()).rejects.toMatchObject({ code: 'token_unreachable', status })
  })

  it('says how long the server asks us to wait', async () => {
    const { token } = setUp({
      answer: () => new Response(null, { status: 429, headers: { 'retry-after': '7' } }),
    })
    await expect(token.get()).rejects.toMatchObject({ retryAfterMs: 7_000 })
  })

  it('of the network is token_unreachable, with its cause', async () => {
    const cause = new TypeError('fetch failed')
    const { token } = setUp({ answer: () => Promise.reject(cause) })
    const error = await catchTokenError(token.get())
    expect(error).toMatchObject({ code: 'token_unreachable', status: undefined, cause })
  })

  it('is token_unreachable when no answer comes in time', async () => {
    const { token } = setUp({
      answer: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    })
    const error = await catchTokenError(token.get())
    expect(error.code).toBe('token_unreachable')
    expect(error.cause).toMatchObject({ name: 'TimeoutError' })
  })

  it.each([
    ['a login page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['an empty body', () => new Response(null)],
    ['truncated JSON', () => new Response('{"access_token":"ey')],
    ['no token', () => Response.json({ expires_in: 3600, token_type: 'Bearer' })],
    ['an empty token', () => toToken('')],
    ['a lifetime that is no number', () => toToken('token-1', 'soon')],
    ['an unknown token type', () => Response.json({ access_token: 'x', token_type: 'mac' })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/login' } })],
  ])('is token_unreadable for %s', async (_, answer) => {
    await expect(setUp({ answer }).token.get()).rejects.toMatchObject({ code: 'token_unreadable' })
  })

  it('reaches all who wait, and is not kept', async () => {
    const { token, calls } = setUp({
      answer: (n) => (n === 1 ? new Response(null, { status: 503 }) : toToken(`token-${n}`)),
    })
    const outcomes = await Promise.allSettled([token.get(), token.get()])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(token.get()).resolves.toBe('token-2')
    expect(calls).toHaveLength(2)
  })

  it.each([
    [
      'echoes it',
      () =>
        Response.json(
          { error: SECRET, error_description: `bad client_secret ${SECRET}` },
          { status: 400 },
        ),
    ],
    ['sends a token of no type', () => Response.json({ access_token: SECRET })],
    ['sends a broken token', () => new Response(`"${SECRET}`)],
  ])('holds no secret, even if the server %s', async (_, answer) => {
    const error = await catchTokenError(setUp({ answer }).token.get())
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(SECRET)
  })
})
