import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { call, connect, readToken, requestToken } from './client.ts'
import { createEnvelope, createTimeSpentEvent } from './payloads.ts'

const EVENT_CREATE = 'https://purl.imsglobal.org/spec/caliper/v1p1/scope/event.create'
const ADMIN = 'https://purl.imsglobal.org/spec/caliper/v1p1/scope/admin'
const ENVELOPE = createEnvelope(createTimeSpentEvent())

const READER = { client_id: 'reader', client_secret: 'r' }
const clients = { demo: 'demo-secret', reader: { secret: 'r', scopes: [ADMIN] } }

function readClaims(token: string): { scope: string; iat: number; exp: number } {
  const payload = token.split('.')[1] ?? ''
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
}

/** The error body that all of Timeback's services share. */
function createRefusal(imsx_description: string, imsx_codeMinorFieldValue: string) {
  const minor = { imsx_codeMinorFieldName: 'TargetEndSystem', imsx_codeMinorFieldValue }
  return {
    imsx_codeMajor: 'failure',
    imsx_severity: 'error',
    imsx_description,
    imsx_CodeMinor: { imsx_codeMinorField: [minor] },
  }
}

describe('the token endpoint', () => {
  it('gives a bearer token for the credentials in the form body', async () => {
    const response = await requestToken(createSandbox())
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: 3600,
      token_type: 'Bearer',
    })
  })

  it('names in the token what it is good for, and how long', async () => {
    const sandbox = createSandbox({ tokenLifeSeconds: 60 }, { now: () => 5_000 })
    const claims = readClaims(await readToken(await requestToken(sandbox)))
    expect(claims.scope.split(' ')).toContain(EVENT_CREATE)
    expect(claims).toMatchObject({ iat: 5, exp: 65 })
  })

  it('gives only the scopes that were asked for', async () => {
    const token = await readToken(await requestToken(createSandbox(), { scope: EVENT_CREATE }))
    expect(readClaims(token).scope).toBe(EVENT_CREATE)
  })

  it.each([
    ['a wrong secret', { client_secret: 'demo-secret ' }, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['a client named as a part of every object', { client_id: 'toString' }, 'invalid_client'],
    ['no client', { client_id: '', client_secret: '' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['a scope the client may not have', { scope: 'everything' }, 'invalid_scope'],
  ])('answers %s with 400', async (_, form, error) => {
    const response = await requestToken(createSandbox(), form)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error })
  })

  it('refuses a client by 401 if told to', async () => {
    const sandbox = createSandbox({ invalidClientStatus: 401 })
    const response = await requestToken(sandbox, { client_secret: 'wrong' })
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ error: 'invalid_client' })
  })

  it('does not read credentials from a JSON body', async () => {
    const body = {
      grant_type: 'client_credentials',
      client_id: 'demo',
      client_secret: 'demo-secret',
    }
    const response = await call(createSandbox(), 'POST', '/oauth2/token', body)
    expect(response.status).toBe(400)
  })

  it('does not read credentials from HTTP Basic', async () => {
    const headers = { authorization: `Basic ${btoa('demo:demo-secret')}` }
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const request = new Request('http://sandbox.test/oauth2/token', {
      method: 'POST',
      headers,
      body,
    })
    expect(await (await createSandbox().fetch(request)).json()).toEqual({ error: 'invalid_client' })
  })
})

describe('the Caliper service', () => {
  it.each([
    ['POST', '/caliper/event'],
    ['POST', '/caliper/event/validate'],
    ['GET', '/caliper/events'],
    ['GET', '/caliper/events/urn:uuid:6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42'],
    ['GET', '/jobs/1/status'],
  ])('answers %s %s without a token with 401', async (method, path) => {
    const body = method === 'POST' ? ENVELOPE : undefined
    const response = await call(createSandbox(), method, path, body)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual(
      createRefusal('missing bearer token', 'unauthorisedrequest'),
    )
  })

  it('does not believe a token of another sandbox, however alike', async () => {
    const sandbox = createSandbox()
    const { token } = await connect(createSandbox())
    const headers = { authorization: `Bearer ${token}` }
    const response = await sandbox.fetch(
      new Request('http://sandbox.test/caliper/events', { headers }),
    )
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual(createRefusal('invalid token', 'unauthorisedrequest'))
  })

  it('takes a token until its last millisecond, and then says jwt expired', async () => {
    let at = 1_000
    const sandbox = createSandbox({ tokenLifeSeconds: 60 }, { now: () => at })
    const { send } = await connect(sandbox)
    at = 60_999
    expect((await send(ENVELOPE)).status).toBe(200)
    at = 61_000
    const response = await send(ENVELOPE)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual(createRefusal('jwt expired', 'unauthorisedrequest'))
    expect(sandbox.events()).toHaveLength(1)
  })

  it('does not take a revoked token, and takes the next one', async () => {
    const sandbox = createSandbox()
    const before = await connect(sandbox)
    sandbox.revokeTokens()
    expect((await before.send(ENVELOPE)).status).toBe(401)
    expect((await (await connect(sandbox)).send(ENVELOPE)).status).toBe(200)
  })

  it('answers a send without the scope event.create with 403, and stores nothing', async () => {
    const sandbox = createSandbox({ clients })
    const { send, validate } = await connect(sandbox, READER)
    const response = await send(ENVELOPE)
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual(
      createRefusal(`missing scope ${EVENT_CREATE}`, 'forbidden'),
    )
    expect((await validate(ENVELOPE)).status).toBe(403)
    expect(sandbox.events()).toEqual([])
  })

  it('lets a client without event.create read', async () => {
    const { get } = await connect(createSandbox({ clients }), READER)
    expect((await get('/caliper/events')).status).toBe(200)
  })

  it('says who may not send before it says what is wrong with the envelope', async () => {
    const { send } = await connect(createSandbox({ clients }), READER)
    expect((await send({})).status).toBe(403)
  })
})
