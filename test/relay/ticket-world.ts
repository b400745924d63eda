/** A relay that takes tickets: from its own address, and from hosts that sign them in each of the three ways. */
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { Grant, GrantRequest } from '../../src/contract/grant.ts'
import type { RelayOptions } from '../../src/relay/relay.ts'
import {
  signTicket,
  type SignTicketOptions,
  type TicketLearner,
} from '../../src/relay/sign-ticket.ts'
import { API_KEY, openWorld, post, readFailure, type World } from './relay-world.ts'

export const SENSOR = 'https://app.example'
export const HOST = 'https://host.example'
export const HOST_SECRET = 'what the host and the relay both know'
export const KEYS_HOST = 'https://keys.example'
export const JWKS_URL = `${KEYS_HOST}/jwks.json`

/** The random words of two tabs. */
export const TAB = 'tab-1-with-sixteen-characters'
export const OTHER_TAB = 'tab-2-with-sixteen-characters'

export const ADA: TicketLearner = { sourcedId: 'ada', email: 'ada@school.example' }

export interface KeyPair {
  privateKey: JWK
  publicKey: JWK
}

export async function createKeyPair(
  alg: 'EdDSA' | 'ES256' | 'RS256',
  kid: string,
): Promise<KeyPair> {
  const pair = await generateKeyPair(alg, { extractable: true })
  const publicKey = { ...(await exportJWK(pair.publicKey)), kid }
  return { privateKey: { ...(await exportJWK(pair.privateKey)), kid }, publicKey }
}

export interface TicketWorld extends World {
  /** Asks as a page does; what comes back is a grant or a refusal. */
  ask: (more: Partial<GrantRequest>, headers?: Record<string, string>) => Promise<Response>
  /** Asks, and expects a grant. */
  swap: (ticket: string, tab?: string) => Promise<Grant>
  /** Asks, and expects a refusal: its status, its code. */
  refusal: (ticket: string, tab?: string) => Promise<[number, string]>
  /** A ticket from the relay's own address. */
  issue: (learner?: TicketLearner, lifeMs?: number) => Promise<string>
  /** A ticket from a host's own key, by default the shared secret. */
  sign: (learner?: TicketLearner, changes?: Partial<SignTicketOptions>) => Promise<string>
}

/** `network` answers what the relay fetches from anybody but Timeback. */
export async function openTicketWorld(
  options: Partial<RelayOptions> = {},
  network?: typeof fetch,
): Promise<TicketWorld> {
  const issuers = [
    { issuer: HOST, secret: HOST_SECRET },
    { issuer: KEYS_HOST, jwksUrl: JWKS_URL },
  ]
  const world = await openWorld({ options: { tickets: { issuers }, ...options } })
  const relay = network ? await world.startRelay({}, network) : world.relay
  const { now } = world.clock

  const ask: TicketWorld['ask'] = (more, headers) =>
    post(relay, '/v1/grants', { v: 1, startedAt: now(), sentAt: now(), ...more }, headers)

  return {
    ...world,
    relay,
    ask,
    async swap(ticket, tab = TAB) {
      const answer = await ask({ ticket, tab })
      if (answer.status !== 200) throw new Error(await answer.text())
      return (await answer.json()) as Grant
    },
    async refusal(ticket, tab = TAB) {
      const [status, { code }] = await readFailure(await ask({ ticket, tab }))
      return [status, code]
    },
    async issue(learner = ADA, lifeMs) {
      const authorization = `Bearer ${API_KEY}`
      const answer = await post(relay, '/v1/tickets', { learner, lifeMs }, { authorization })
      if (answer.status !== 200) throw new Error(await answer.text())
      return ((await answer.json()) as { ticket: string }).ticket
    },
    sign: (learner = ADA, changes = {}) =>
      signTicket(
        learner,
        { issuer: HOST, audience: SENSOR, key: HOST_SECRET, ...changes },
        { now },
      ),
  }
}
