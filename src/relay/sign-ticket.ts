/** `stint/ticket`, for servers of hosts: mints the tickets that a relay swaps for grants. Needs nothing of the relay. */
import { importJWK, SignJWT, type JWK } from 'jose'
import type { TicketLearner } from '../contract/ticket.ts'

export type { TicketLearner } from '../contract/ticket.ts'

export interface SignTicketOptions {
  /** Who signs: the `issuer` that the relay has the key of. */
  issuer: string
  /** The relay's `tickets.audience`; by default that is its sensor. */
  audience: string
  /**
   * A secret that the relay has too (HS256; at least 32 characters), or a private JWK: Ed25519 (EdDSA) or P-256
   * (ES256). Its `kid` tells the relay which key of the set it is.
   */
  key: string | JWK
  /** Five minutes by default, a day at most. */
  lifeMs?: number
}

const LIFE_MS = 5 * 60_000

/**
 * Signs a ticket, a JWT (RFC 7519) that is good once. Throws a TypeError for a key of another kind.
 *
 * It names the learner by their e-mail, which anybody who sees the ticket can read: put it into a page's `data-ticket`
 * or an answer to your own page, and not into an address. For links, get one from `POST /v1/tickets`, which says nothing.
 */
export async function signTicket(
  learner: TicketLearner,
  { issuer, audience, key, lifeMs = LIFE_MS }: SignTicketOptions,
  { now = Date.now }: { now?: () => number } = {},
): Promise<string> {
  const { alg, kid, signingKey } = await readKey(key)
  return new SignJWT({ learner })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(crypto.randomUUID())
    .setIssuedAt(Math.floor(now() / 1_000))
    .setExpirationTime(Math.floor((now() + lifeMs) / 1_000))
    .sign(signingKey)
}

async function readKey(key: string | JWK) {
  if (typeof key === 'string') {
    if (key.length < 32) throw new TypeError('The secret needs at least 32 characters')
    return { alg: 'HS256', kid: undefined, signingKey: new TextEncoder().encode(key) }
  }
  const alg = key.crv === 'Ed25519' ? 'EdDSA' : key.crv === 'P-256' ? 'ES256' : undefined
  if (!alg || key.d === undefined) {
    throw new TypeError('The key is a secret, or a private JWK of Ed25519 or P-256')
  }
  return { alg, kid: key.kid, signingKey: await importJWK(key, alg) }
}
