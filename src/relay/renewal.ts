/**
 * A renewal: what a tab keeps of a ticket that it used up, so that its next page needs none. It is good until the end
 * of that sitting, and encrypted: what it says of the learner is nobody's to read, not even the page's.
 */
import { EncryptJWT, jwtDecrypt } from 'jose'
import { JWTExpired } from 'jose/errors'
import { RelayError } from './failure.ts'
import type { Recipient } from './grants.ts'

/** In epoch ms. */
export interface Sitting {
  opensAt: number
  closesAt: number
}

export interface Renewal {
  recipient: Recipient
  sitting: Sitting
}

export async function sealRenewal(secret: string, renewal: Renewal): Promise<string> {
  return new EncryptJWT({ ...renewal })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setIssuer('stint')
    .setExpirationTime(Math.floor(renewal.sitting.closesAt / 1_000))
    .encrypt(await toKey(secret))
}

/** Throws `grant_expired` after its sitting, `grant_invalid` for anything else. */
export async function openRenewal(secret: string, token: string, now: number): Promise<Renewal> {
  const options = {
    issuer: 'stint',
    currentDate: new Date(now),
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  }
  const key = await toKey(secret)
  const { payload } = await jwtDecrypt<Renewal>(token, key, options).catch((cause: unknown) => {
    throw cause instanceof JWTExpired
      ? new RelayError(401, 'grant_expired', 'This sitting is over: open your link again')
      : new RelayError(
          401,
          'grant_invalid',
          'This is no renewal of this relay: open your link again',
        )
  })
  return payload
}

/** No key of ours does two things: that of the tokens signs, this one encrypts. */
async function toKey(secret: string): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(`renewal:${secret}`)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}
