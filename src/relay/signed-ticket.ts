/**
 * Reading the tickets that hosts sign. Each issuer has its key and the algorithms of that key: what a ticket says of
 * its own algorithm chooses nothing.
 */
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify, type JWTVerifyGetKey } from 'jose'
import {
  JOSEError,
  JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey,
  JWTClaimValidationFailed,
} from 'jose/errors'
import { toProblem } from '../contract/problem.ts'
import { MAX_TICKET_LIFE_MS, ticketClaimsSchema, type TicketClaims } from '../contract/ticket.ts'
import { RelayError, type FailureCode } from './failure.ts'
import type { TicketIssuer } from './options.ts'

export interface SignedTicketOptions {
  issuers: readonly TicketIssuer[]
  /** What a ticket must be for. */
  audience: string
}

/**
 * Throws a RelayError `ticket_…`. What ran out within `REPEAT_MS` is read all the same: the tab that used it in time
 * may show it again.
 */
export type ReadSignedTicket = (ticket: string) => Promise<TicketClaims>

/** A tab may show what it has used again for so long: its page was reloaded, or an answer was lost. */
export const REPEAT_MS = 60_000

interface Verification {
  key: JWTVerifyGetKey
  algorithms: string[]
}

export function createReadSignedTicket(
  { issuers, audience }: SignedTicketOptions,
  { fetch = globalThis.fetch, now = Date.now } = {},
): ReadSignedTicket {
  const known = new Map(issuers.map((issuer) => [issuer.issuer, toVerification(issuer, fetch)]))

  return async (ticket) => {
    const issuer = readIssuer(ticket)
    const verification = known.get(issuer)
    if (!verification) {
      const what = "Its issuer has no key here: add it to the relay's tickets.issuers"
      throw toRefusal('ticket_key', what, 'iss')
    }
    const { key, algorithms } = verification
    const currentDate = new Date(now())
    const clockTolerance = REPEAT_MS / 1_000
    const options = { issuer, audience, algorithms, currentDate, clockTolerance }
    const { payload } = await jwtVerify(ticket, key, options).catch((cause: unknown) => {
      throw explain(cause, audience)
    })
    return readClaims(payload, now())
  }
}

function toVerification(issuer: TicketIssuer, fetch: typeof globalThis.fetch): Verification {
  if ('secret' in issuer) {
    const secret = new TextEncoder().encode(issuer.secret)
    return { key: async () => secret, algorithms: ['HS256'] }
  }
  const find = createRemoteJWKSet(new URL(issuer.jwksUrl), { [customFetch]: fetch })
  const key: JWTVerifyGetKey = (header, token) =>
    find(header, token).catch((cause: unknown) => {
      if (cause instanceof JWKSNoMatchingKey || cause instanceof JWKSMultipleMatchingKeys) {
        throw toRefusal(
          'ticket_key',
          'The key set has not just one such key: name it by kid',
          'kid',
        )
      }
      // Nothing is wrong with the ticket: the page tries again.
      throw new RelayError(
        503,
        'ticket_key',
        "The issuer's key set can't be fetched now; try again",
      )
    })
  return { key, algorithms: ['EdDSA', 'ES256'] }
}

/** Only to find the key: nothing of it is believed yet. */
function readIssuer(ticket: string): string {
  try {
    return decodeJwt(ticket).iss ?? ''
  } catch {
    throw toRefusal('ticket_invalid', 'This is no ticket: get a new one')
  }
}

/** Why a ticket that can be read is not taken. A relay's own trouble stays what it is. */
function explain(cause: unknown, audience: string): unknown {
  if (!(cause instanceof JOSEError)) return cause
  switch (cause.code) {
    case 'ERR_JWT_EXPIRED':
      return toExpired()
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return toRefusal(
        'ticket_signature',
        'Its signature is not right: sign with the registered key',
      )
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return toRefusal('ticket_signature', "Sign by the registered key's own algorithm", 'alg')
  }
  const claim = cause instanceof JWTClaimValidationFailed ? cause.claim : undefined
  return claim === 'aud'
    ? toRefusal(
        'ticket_audience',
        `The ticket is for another relay: sign it for ${audience}`,
        claim,
      )
    : toRefusal('ticket_invalid', 'This is no ticket that can be read: sign a new one', claim)
}

function readClaims(payload: unknown, now: number): TicketClaims {
  const read = ticketClaimsSchema.safeParse(payload)
  if (!read.success) {
    const { path, message } = toProblem(read.error, payload)
    throw toRefusal('ticket_invalid', `What the ticket says is not right: ${message}`, path)
  }
  if (read.data.exp * 1_000 <= now + MAX_TICKET_LIFE_MS) return read.data
  throw toRefusal('ticket_invalid', 'A ticket is good for a day at most: sign it later', 'exp')
}

/** Said to whoever opened the page, who has another link to take. */
export const toExpired = () =>
  toRefusal('ticket_expired', 'The ticket has expired: get a new one, or open your link again')

export const toRefusal = (code: FailureCode, message: string, path?: string) =>
  new RelayError(401, code, message, path)
