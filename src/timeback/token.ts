/**
 * The access token for Timeback: minted with the client's credentials, kept in this memory and nowhere else. All
 * callers share one request, and neither the secret nor a token ever gets into an error, which may end up in a log.
 */
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  ClientSecretPost,
  customFetch,
  processClientCredentialsResponse,
  ResponseBodyError,
} from 'oauth4webapi'
import { isPrivate, toBaseUrl } from './endpoints.ts'
import { readRetryAfterMs } from './retry-after.ts'

/** What every client of a Timeback service is handed. Both methods reject with a `TokenError` only. */
export interface AccessToken {
  /** The current token, minted first if there is none or its end is near. */
  get(): Promise<string>
  /** For after a 401: another token than `stale`. Mints only if `stale` is still the current one. */
  renew(stale: string): Promise<string>
}

export interface TokenOptions {
  tokenUrl: string
  clientId: string
  clientSecret: string
  /** Space-separated. Left out, as in the official examples, the client gets all that is allowed to it. */
  scope?: string
}

export interface TokenPlatform {
  fetch?: typeof globalThis.fetch
  now?: () => number
  timeoutMs?: number
}

/**
 * - `token_refused`: a 4xx; the credentials or the scope are wrong, waiting will not help
 * - `token_unreachable`: no answer in time, 429 or 5xx; `retryAfterMs` where the server said so
 * - `token_unreadable`: an answer that is no token, such as a login page or a redirect
 */
export type TokenErrorCode = 'token_refused' | 'token_unreachable' | 'token_unreadable'

export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    code: TokenErrorCode,
    message: string,
    details: { cause?: unknown; status?: number; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: details.cause })
    this.code = code
    this.status = details.status
    this.retryAfterMs = details.retryAfterMs
  }
}

interface Minted {
  value: string
  renewAt: number
}

const TIMEOUT_MS = 10_000
const RENEW_EARLY_MS = 60_000
// `expires_in` is optional in RFC 6749 (section 5.1). Cognito always states it; guess low.
const UNSTATED_LIFETIME_SECONDS = 300

const MEANINGS: Record<TokenErrorCode, string> = {
  token_refused: 'the token endpoint refused the client',
  token_unreachable: 'the token endpoint cannot serve now',
  token_unreadable: 'the token endpoint answered with something that is no token',
}

// RFC 6749, section 5.2.
const RFC_6749_ERRORS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
])

/**
 * OAuth 2.0 client credentials (RFC 6749, section 4.4), sent in the body as all shipped Timeback clients do. A token is
 * renewed 60 s before it ends, or at half its life if that is shorter than two minutes.
 *
 * Throws a `TypeError` for a token URL that is plain http on any host but this machine, and for a missing credential or
 * one with white space around it (the usual cause of `invalid_client`).
 */
export function createAccessToken(
  options: TokenOptions,
  { fetch = globalThis.fetch, now = Date.now, timeoutMs = TIMEOUT_MS }: TokenPlatform = {},
): AccessToken {
  checkOptions(options)
  let current: Minted | undefined
  let pending: Promise<string> | undefined

  async function mint(): Promise<string> {
    // The life of a token is counted from before the request: too early is harmless, too late is a 401.
    const askedAt = now()
    const response = await sendTokenRequest(options, fetch, timeoutMs)
    current = await readTokenResponse(response, options, askedAt, now)
    return current.value
  }

  function share(): Promise<string> {
    pending ??= mint().finally(() => {
      pending = undefined
    })
    return pending
  }

  async function get(): Promise<string> {
    return current && now() < current.renewAt ? current.value : share()
  }

  async function renew(stale: string): Promise<string> {
    // Dropped at once, so that nobody else is handed a token which Timeback has just refused.
    if (current?.value === stale) current = undefined
    return get()
  }

  return { get, renew }
}

async function sendTokenRequest(
  { tokenUrl, clientId, clientSecret, scope }: TokenOptions,
  fetch: typeof globalThis.fetch,
  timeoutMs: number,
): Promise<Response> {
  try {
    return await clientCredentialsGrantRequest(
      { issuer: tokenUrl, token_endpoint: tokenUrl },
      { client_id: clientId },
      ClientSecretPost(clientSecret),
      scope === undefined ? {} : { scope },
      {
        [customFetch]: fetch,
        [allowInsecureRequests]: isPrivate(new URL(tokenUrl)),
        signal: AbortSignal.timeout(timeoutMs),
      },
    )
  } catch (cause) {
    throw new TokenError('token_unreachable', 'the token endpoint did not answer', { cause })
  }
}

async function readTokenResponse(
  response: Response,
  { tokenUrl, clientId }: TokenOptions,
  askedAt: number,
  now: () => number,
): Promise<Minted> {
  const { status } = response
  try {
    const answer = await processClientCredentialsResponse(
      { issuer: tokenUrl },
      { client_id: clientId },
      response,
    )
    const lifetimeMs = (answer.expires_in ?? UNSTATED_LIFETIME_SECONDS) * 1000
    return {
      value: answer.access_token,
      renewAt: askedAt + lifetimeMs - Math.min(RENEW_EARLY_MS, lifetimeMs / 2),
    }
  } catch (error) {
    const code = toErrorCode(status)
    throw new TokenError(code, `${MEANINGS[code]} (status ${status}${toReason(error)})`, {
      cause: toSafeCause(error),
      status,
      retryAfterMs: readRetryAfterMs(response.headers, now),
    })
  }
}

function toErrorCode(status: number): TokenErrorCode {
  if (status === 408 || status === 429 || status >= 500) return 'token_unreachable'
  return status >= 400 ? 'token_refused' : 'token_unreadable'
}

/** Never `error_description`: free text may repeat what we sent. */
function toReason(error: unknown): string {
  return error instanceof ResponseBodyError && RFC_6749_ERRORS.has(error.error)
    ? `, ${error.error}`
    : ''
}

/** The library's errors carry the answer, and with it perhaps a token: keep what they say, drop what they hold. */
function toSafeCause(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : 'unknown error')
}

function checkOptions({ tokenUrl, clientId, clientSecret }: TokenOptions): void {
  const url = new URL(toBaseUrl(tokenUrl, 'tokenUrl'))
  if (!isPrivate(url)) {
    throw new TypeError('tokenUrl must be https: the client secret is sent there')
  }
  for (const [name, value] of Object.entries({ clientId, clientSecret })) {
    if (!value || value !== value.trim()) {
      throw new TypeError(`${name} must not be empty, nor start or end with white space`)
    }
  }
}
