/**
 * Grants: signed tokens that say who may append entries, for which sitting, and until when. They hold ids only.
 * A reading token says who may read, and lives for minutes.
 */
import { base64url, jwtVerify, SignJWT } from 'jose'
import { JWTExpired } from 'jose/errors'
import type { Grant, GrantRequest, Policy, Reading, Threshold } from '../contract/grant.ts'
import { CONTRACT_VERSION, SITTING_MS, UPLOAD_MS } from '../contract/limits.ts'
import { RelayError } from './failure.ts'
import { openRenewal, sealRenewal, type Renewal, type Sitting } from './renewal.ts'

const READING_MS = 15 * 60_000

/**
 * What the request may have taken on its way: without it the first moments of a page would lie before its sitting.
 * Generous, as a page may ask for twelve hours anyway.
 */
const WAY_MS = 60_000

/** Verifying a signature costs more than all else in a small flush, so a verified grant is remembered. */
const REMEMBERED_GRANTS = 10_000

export interface GrantedLearner {
  learner: string
  preview: boolean
  opensAt: number
  closesAt: number
}

/** Who gets a grant. Accommodations go to the learner's own page and nowhere else. */
export interface Recipient {
  sourcedId: string
  preview: boolean
  accommodations?: { idleAfterMs?: Threshold | undefined } | undefined
}

export interface Grants {
  /**
   * A learner whom the host's cookie does not name gets a `renewal` beside. With `sitting`, the grant is for the rest of
   * that, and no renewal makes it longer.
   */
  issue(
    learner: Recipient,
    request: Pick<GrantRequest, 'startedAt' | 'sentAt'>,
    more?: { isRenewable?: boolean; sitting?: Sitting },
  ): Promise<Grant>
  /** Whose entries these are. Throws `grant_invalid` or `grant_expired`. */
  readEntriesToken(token: string): Promise<GrantedLearner>
  /** Whose runs may be read. Throws the same. */
  readReadingToken(token: string): Promise<string>
  /** The same, with a token for the next time: reading goes on while the sitting does. Throws the same. */
  renewReading(token: string): Promise<{ learner: string; reading: Reading }>
  /** Who came to this tab with a ticket, and for how long. Throws the same. */
  readRenewal(token: string): Promise<Renewal>
}

export interface GrantsOptions {
  /** At least 32 characters; signs every grant (HS256). */
  secret: string
  /** What every page is told beside. */
  terms: Pick<Grant, 'policy' | 'allowances' | 'mayRelax' | 'flushEveryMs' | 'looksUp'>
}

type Use = 'entries' | 'reading'
type Claims = GrantedLearner & { jti: string; exp: number }

export function createGrants(
  { secret, terms }: GrantsOptions,
  { now = Date.now }: { now?: () => number } = {},
): Grants {
  const key = new TextEncoder().encode(secret)
  const remembered = new Map<string, Claims>()

  const sign = (use: Use, id: string, learner: string, until: number, claims = {}) =>
    new SignJWT({ ...claims, use })
      .setProtectedHeader({ alg: 'HS256' })
      .setJti(id)
      .setSubject(learner)
      .setIssuer('stint')
      .setExpirationTime(Math.floor(until / 1000))
      .sign(key)

  const read = async (token: string, use: Use): Promise<Claims> => {
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer: 'stint',
        algorithms: ['HS256'],
        currentDate: new Date(now()),
      })
      if (payload.use !== use)
        throw new RelayError(401, 'grant_invalid', `This token is not for ${use}`)
      const { jti = '', sub: learner = '', exp = 0 } = payload
      const { preview, opensAt, closesAt } = payload as Partial<GrantedLearner>
      return {
        jti,
        exp,
        learner,
        preview: preview === true,
        opensAt: opensAt ?? 0,
        closesAt: closesAt ?? 0,
      }
    } catch (cause) {
      if (cause instanceof RelayError) throw cause
      const expired = cause instanceof JWTExpired
      throw new RelayError(
        401,
        expired ? 'grant_expired' : 'grant_invalid',
        expired
          ? 'This grant has expired: ask for a new one'
          : 'This is not a grant of this relay: ask for a new one',
      )
    }
  }

  const toReading = async (
    id: string,
    learner: string,
    closesAt: number,
    until = now() + READING_MS,
  ): Promise<Reading> => ({
    token: await sign('reading', id, learner, until, { closesAt }),
    until,
  })

  return {
    async issue(recipient, { startedAt, sentAt }, { isRenewable = false, sitting } = {}) {
      const { sourcedId, preview, accommodations } = recipient
      const id = crypto.randomUUID()
      const at = now()
      const earliest = at - Math.min(Math.max(0, sentAt - startedAt) + WAY_MS, SITTING_MS)
      const opensAt = Math.max(earliest, sitting?.opensAt ?? earliest)
      const closesAt = sitting?.closesAt ?? opensAt + SITTING_MS
      const uploadUntil = closesAt + UPLOAD_MS
      return {
        v: CONTRACT_VERSION,
        id,
        token: await sign('entries', id, sourcedId, uploadUntil, { preview, opensAt, closesAt }),
        learnerKey: await toLearnerKey(key, sourcedId),
        ...(isRenewable && {
          renewal: await sealRenewal(secret, { recipient, sitting: { opensAt, closesAt } }),
        }),
        opensAt,
        closesAt,
        uploadUntil,
        preview,
        ...terms,
        policy: toAccommodated(terms.policy, accommodations?.idleAfterMs),
        reading: await toReading(id, sourcedId, closesAt),
      }
    },

    async readEntriesToken(token) {
      const known = remembered.get(token)
      if (known && known.exp * 1000 > now()) return known
      const claims = await read(token, 'entries')
      if (remembered.size >= REMEMBERED_GRANTS) remembered.clear()
      remembered.set(token, claims)
      return claims
    },

    readReadingToken: async (token) => (await read(token, 'reading')).learner,

    async renewReading(token) {
      const { jti, learner, closesAt, exp } = await read(token, 'reading')
      const until = Math.min(now() + READING_MS, Math.max(closesAt, exp * 1_000))
      return { learner, reading: await toReading(jti, learner, closesAt, until) }
    },

    readRenewal: (token) => openRenewal(secret, token, now()),
  }
}

/** Keyed, so that nobody can try ids until one fits; short, as it only has to differ. */
async function toLearnerKey(secret: Uint8Array<ArrayBuffer>, sourcedId: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
  // No token begins like this, and so none shares a signature with it.
  const text = new TextEncoder().encode(`learner:${sourcedId}`)
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', key, text)).slice(0, 16))
}

/** A learner may need longer, and never gets less than the others. */
function toAccommodated(policy: Policy, idleAfterMs: Threshold | undefined): Policy {
  const { idleAfterMs: usual } = policy
  if (idleAfterMs === undefined || usual === 'never') return policy
  const longer = idleAfterMs === 'never' ? idleAfterMs : Math.max(idleAfterMs, usual)
  return { ...policy, idleAfterMs: longer }
}
