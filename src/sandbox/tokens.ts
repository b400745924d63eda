/**
 * Access tokens by OAuth 2.0 client credentials. A token looks like a JWT, so that a client can read its `scope`, but
 * is believed only because it is in this table: issued here, not expired, not revoked.
 */
import { ALL_SCOPES } from './scopes.ts'

/** A client that may do less than all needs its scopes named. */
export interface ClientConfig {
  secret: string
  scopes: readonly string[]
}

export interface TokenOptions {
  clients: Readonly<Record<string, string | ClientConfig>>
  tokenLifeSeconds: number
}

export type Minted =
  | { ok: true; accessToken: string }
  | { ok: false; error: 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope' }

export type Bearer =
  { ok: true; scopes: readonly string[] } | { ok: false; reason: 'missing' | 'unknown' | 'expired' }

interface Issued {
  scopes: readonly string[]
  expiresAt: number
}

/** `now` gives epoch milliseconds. Source: RFC 6749, section 4.4, as Timeback's Amazon Cognito answers it. */
export function createTokens({ clients, tokenLifeSeconds }: TokenOptions, now: () => number) {
  const issued = new Map<string, Issued>()

  return {
    mint(form: URLSearchParams): Minted {
      if (form.get('grant_type') !== 'client_credentials') {
        return { ok: false, error: 'unsupported_grant_type' }
      }
      const clientId = form.get('client_id') ?? ''
      const client = Object.hasOwn(clients, clientId) ? clients[clientId] : undefined
      const allowed = readClient(client, form.get('client_secret'))
      if (!allowed) return { ok: false, error: 'invalid_client' }
      // Clients that ask for nothing get all they may have.
      const scopes = form.get('scope')?.split(' ').filter(Boolean) ?? allowed
      if (scopes.some((scope) => !allowed.includes(scope))) {
        return { ok: false, error: 'invalid_scope' }
      }
      const issuedAt = now()
      const expiresAt = issuedAt + tokenLifeSeconds * 1000
      const accessToken = toJwt(clientId, scopes, issuedAt, expiresAt)
      issued.set(accessToken, { scopes, expiresAt })
      return { ok: true, accessToken }
    },

    check(authorization: string | null): Bearer {
      const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]
      if (token === undefined) return { ok: false, reason: 'missing' }
      const known = issued.get(token)
      if (!known) return { ok: false, reason: 'unknown' }
      if (now() >= known.expiresAt) return { ok: false, reason: 'expired' }
      return { ok: true, scopes: known.scopes }
    },

    revokeAll(): void {
      issued.clear()
    },
  }
}

export type Tokens = ReturnType<typeof createTokens>

function readClient(
  client: string | ClientConfig | undefined,
  secret: string | null,
): readonly string[] | undefined {
  const known = typeof client === 'string' ? { secret: client, scopes: ALL_SCOPES } : client
  return known?.secret === secret ? known?.scopes : undefined
}

/** The third part is random rather than a signature: nobody has a key to check one, and this server keeps a table. */
function toJwt(
  clientId: string,
  scopes: readonly string[],
  issuedAt: number,
  expiresAt: number,
): string {
  const header = { alg: 'HS256', typ: 'JWT' }
  const payload = {
    client_id: clientId,
    scope: scopes.join(' '),
    iat: Math.floor(issuedAt / 1000),
    exp: Math.floor(expiresAt / 1000),
    jti: crypto.randomUUID(),
  }
  const texts = [header, payload].map((part) => new TextEncoder().encode(JSON.stringify(part)))
  return [...texts, crypto.getRandomValues(new Uint8Array(32))].map(toBase64Url).join('.')
}

function toBase64Url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
