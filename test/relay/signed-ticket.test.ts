// Tickets that hosts sign: each key with its own algorithms, and every way in which one is not what it should be.

import { beforeAll, describe, expect, it } from 'vitest'
import { base64url, decodeJwt, decodeProtectedHeader, importJWK, SignJWT, type JWK } from 'jose'
import { HOUR, MINUTE, MONDAY } from './entries.ts'
import { post, readFailure } from './relay-world.ts'
import {
  ADA,
  createKeyPair,
  HOST,
  HOST_SECRET,
  JWKS_URL,
  KEYS_HOST,
  openTicketWorld,
  SENSOR,
  TAB,
  type KeyPair,
} from './ticket-world.ts'

const SECONDS = MONDAY / 1_000

let ed: KeyPair
let ec: KeyPair
let rsa: KeyPair
let stranger: KeyPair

beforeAll(async () => {
  ed = await createKeyPair('EdDSA', 'ed')
  ec = await createKeyPair('ES256', 'ec')
  rsa = await createKeyPair('RS256', 'rsa')
  stranger = await createKeyPair('EdDSA', 'stranger')
})

/** The host's key set, and how often it was asked for. */
function createKeyServer(keys: () => JWK[]) {
  const asked: string[] = []
  const network: typeof fetch = async (input) => {
    asked.push(input instanceof Request ? input.url : String(input))
    return Response.json({ keys: keys() })
  }
  return { asked, network }
}

const openKeyWorld = (keys = () => [ed.publicKey, ec.publicKey, rsa.publicKey]) => {
  const server = createKeyServer(keys)
  return openTicketWorld({}, server.network).then((world) => ({ world, asked: server.asked }))
}

/** A ticket by hand, with any of it changed. */
const forge = async (
  { header = {}, claims = {} }: { header?: object; claims?: object },
  key: JWK | string = HOST_SECRET,
) => {
  const said = { iss: HOST, aud: SENSOR, exp: SECONDS + 300, jti: 'j-1', learner: ADA, ...claims }
  const signingKey =
    typeof key === 'string' ? new TextEncoder().encode(key) : await importJWK(key, 'RS256')
  return new SignJWT(said).setProtectedHeader({ alg: 'HS256', ...header }).sign(signingKey)
}

describe('a ticket signed with a key of the host’s key set', () => {
  it.each([
    ['EdDSA', () => ed],
    ['ES256', () => ec],
  ])('is taken by %s, and the set is fetched once', async (alg, pair) => {
    const { world, asked } = await openKeyWorld()
    for (let n = 0; n < 3; n += 1) {
      const ticket = await world.sign(ADA, { issuer: KEYS_HOST, key: pair().privateKey })
      expect(decodeProtectedHeader(ticket)).toEqual({ alg, kid: pair().publicKey.kid })
      expect(decodeJwt((await world.swap(ticket)).token).sub).toBe('ada')
    }
    expect(asked).toEqual([JWKS_URL])
  })

  it('is refused if the set has no such key', async () => {
    const { world } = await openKeyWorld()
    const ticket = await world.sign(ADA, { issuer: KEYS_HOST, key: stranger.privateKey })
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_key'])
  })

  it('is refused if it only says to be signed with one of them', async () => {
    const { world } = await openKeyWorld()
    const key = { ...stranger.privateKey, kid: 'ed' }
    const ticket = await world.sign(ADA, { issuer: KEYS_HOST, key })
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_signature'])
  })

  it('is for a later try if the set can not be fetched, and not used up by that', async () => {
    let isUp = false
    const network: typeof fetch = async () =>
      isUp ? Response.json({ keys: [ed.publicKey] }) : new Response('down', { status: 502 })
    const world = await openTicketWorld({}, network)
    const ticket = await world.sign(ADA, { issuer: KEYS_HOST, key: ed.privateKey })
    expect(await world.refusal(ticket)).toEqual([503, 'issuer_unreachable'])
    isUp = true
    expect(decodeJwt((await world.swap(ticket)).token).sub).toBe('ada')
  })
})

describe('what a ticket says of its algorithm chooses nothing', () => {
  it('a public key is no shared secret', async () => {
    const { world } = await openKeyWorld()
    for (const { publicKey } of [ed, ec]) {
      for (const secret of [JSON.stringify(publicKey), publicKey.x!]) {
        const header = { kid: publicKey.kid }
        const ticket = await forge({ header, claims: { iss: KEYS_HOST } }, secret.padEnd(32))
        expect(await world.refusal(ticket)).toEqual([401, 'ticket_signature'])
      }
    }
  })

  it('a key of the set that is for another algorithm signs nothing', async () => {
    const { world } = await openKeyWorld()
    const header = { alg: 'RS256', kid: 'rsa' }
    const ticket = await forge({ header, claims: { iss: KEYS_HOST } }, rsa.privateKey)
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_signature'])
  })

  it('a shared secret signs by HS256 only', async () => {
    const world = await openTicketWorld()
    const ticket = await forge({ header: { alg: 'HS512' } }, HOST_SECRET.padEnd(64))
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_signature'])
  })

  it.each(['none', 'None', 'HS256'])('nothing goes without a signature: %s', async (alg) => {
    const world = await openTicketWorld()
    const [, payload] = (await world.sign()).split('.')
    const header = base64url.encode(JSON.stringify({ alg }))
    const [, code] = await world.refusal(`${header}.${payload}.`)
    expect(['ticket_signature', 'ticket_invalid']).toContain(code)
  })

  it('one issuer’s key signs for no other issuer', async () => {
    const { world } = await openKeyWorld()
    const ticket = await forge({ claims: { iss: KEYS_HOST } })
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_signature'])
  })
})

describe('a signed ticket is refused', () => {
  it.each<[what: string, claims: object, code: string]>([
    ['for another relay', { aud: 'https://other.example' }, 'ticket_audience'],
    ['for nobody', { aud: undefined }, 'ticket_audience'],
    ['from an issuer that is not known', { iss: 'https://stranger.example' }, 'ticket_key'],
    ['from no issuer', { iss: undefined }, 'ticket_key'],
    ['without an end', { exp: undefined }, 'ticket_invalid'],
    ['good for a week', { exp: SECONDS + 7 * 24 * 3_600 }, 'ticket_invalid'],
    ['not good yet', { nbf: SECONDS + 3_600 }, 'ticket_invalid'],
    ['without a number', { jti: undefined }, 'ticket_invalid'],
    ['without a learner', { learner: undefined }, 'ticket_invalid'],
    ['with a learner’s name for an e-mail', { learner: { email: 'Ada' } }, 'ticket_invalid'],
  ])('%s', async (_, claims, code) => {
    const world = await openTicketWorld()
    expect(await world.refusal(await forge({ claims }))).toEqual([401, code])
    expect(await world.db.selectFrom('learners').selectAll().execute()).toEqual([])
    expect(await world.db.selectFrom('tickets').selectAll().execute()).toEqual([])
  })

  it('with another secret, or with another learner’s name put into it', async () => {
    const world = await openTicketWorld()
    const guess = await forge({}, 'a guess that is just as long as it')
    expect(await world.refusal(guess)).toEqual([401, 'ticket_signature'])
    const [header, payload = '', signature] = (await forge({})).split('.')
    const changed = new TextDecoder().decode(base64url.decode(payload)).replace('"ada"', '"ben"')
    const forged = [header, base64url.encode(changed), signature].join('.')
    expect(await world.refusal(forged)).toEqual([401, 'ticket_signature'])
  })

  it('with a sentence that says what to do, and no e-mail in it', async () => {
    const world = await openTicketWorld()
    const ticket = await forge({ claims: { aud: 'https://other.example' } })
    const [, error] = await readFailure(await world.ask({ ticket, tab: TAB }))
    expect(error).toEqual({
      code: 'ticket_audience',
      path: 'aud',
      message: `The ticket is for another relay: sign it for ${SENSOR}`,
    })
    expect(world.logged.join()).not.toContain('@')
  })
})

describe('a number of a ticket', () => {
  it('is taken once for each issuer, and another issuer may have the same', async () => {
    const { world } = await openKeyWorld()
    const relay = await world.startRelay({
      tickets: {
        issuers: [HOST, KEYS_HOST].map((issuer) => ({ issuer, secret: HOST_SECRET })),
      },
    })
    const first = await forge({})
    const same = await forge({ claims: { exp: SECONDS + 600 } })
    const other = await forge({ claims: { iss: KEYS_HOST } })
    const ask = async (ticket: string, tab: string) => {
      const body = { v: 1, startedAt: MONDAY, sentAt: MONDAY, ticket, tab }
      return (await post(relay, '/v1/grants', body)).status
    }
    expect(await ask(first, TAB)).toBe(200)
    expect(await ask(same, 'another-tab-of-16-characters')).toBe(401)
    expect(await ask(other, 'another-tab-of-16-characters')).toBe(200)
  })

  it('is remembered until the ticket has run out, whatever else is forgotten', async () => {
    const world = await openTicketWorld()
    const ticket = await world.sign(ADA, { lifeMs: 20 * HOUR })
    await world.swap(ticket)
    world.clock.pass(19 * HOUR)
    await world.relay.deliver()
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_used'])
  })
})

describe('the audience', () => {
  it('is the relay’s sensor, unless the operator says another', async () => {
    const issuers = [{ issuer: HOST, secret: HOST_SECRET }]
    const audience = 'https://relay.example'
    const world = await openTicketWorld({ tickets: { issuers, audience } })
    expect(await world.refusal(await world.sign())).toEqual([401, 'ticket_audience'])
    const grant = await world.swap(await world.sign(ADA, { audience }))
    expect(decodeJwt(grant.token).sub).toBe('ada')
  })
})

describe('signTicket', () => {
  it('signs for five minutes, each with a number of its own', async () => {
    const world = await openTicketWorld()
    const [a, b] = [decodeJwt(await world.sign()), decodeJwt(await world.sign())]
    expect(a).toEqual({
      iss: HOST,
      aud: SENSOR,
      iat: SECONDS,
      exp: SECONDS + (5 * MINUTE) / 1_000,
      jti: expect.any(String),
      learner: ADA,
    })
    expect(b.jti).not.toBe(a.jti)
  })

  it.each<[what: string, key: () => string | JWK]>([
    ['a short secret', () => 'short'],
    ['a public key', () => ed.publicKey],
    ['a key of another kind', () => rsa.privateKey],
  ])('throws for %s', async (_, key) => {
    const world = await openTicketWorld()
    await expect(world.sign(ADA, { key: key() })).rejects.toThrow(TypeError)
  })
})
