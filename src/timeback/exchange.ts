/**
 * One authorized request to a Timeback service, and what it means if nothing comes back. Never throws: the four ways
 * it can end are told apart by one question, whether Timeback may have acted on the request.
 */
import type { AccessToken } from './token.ts'

export interface ExchangeRequest {
  method: 'GET' | 'POST' | 'PUT'
  headers?: Record<string, string>
  body?: string
}

export type Exchange = (url: string, request: ExchangeRequest) => Promise<ExchangeOutcome>

export type ExchangeOutcome =
  /** Answered, with whatever status. A 401 has been tried with a second token already. */
  | { type: 'answered'; response: Response }
  /** No token to be had: surely not sent. */
  | { type: 'no-token'; error: unknown }
  /** No connection: surely not received. */
  | { type: 'not-sent'; error: unknown }
  /** Lost on the way there, or the answer on the way back: nobody can tell from here. */
  | { type: 'no-answer'; error: unknown }

/** Thrown by a `fetch` that keeps a request to itself. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError'
  readonly code = 'NOT_SENT'
}

type ErrorLike = Record<'name' | 'code' | 'syscall' | 'cause' | 'errors', unknown>

// Failures that come before the first byte of a request, by their code. Node: `getaddrinfo` and `connect`
// (nodejs.org/api/errors.html#common-system-errors), undici's connect timeout, and certificates we do not accept
// (nodejs.org/api/tls.html#x509-certificate-error-codes). ECONNRESET, EPIPE and UND_ERR_SOCKET are not among
// them: a connection that was kept open may break after the request was read.
const BEFORE_SENDING_CODES = new Set<unknown>([
  'NOT_SENT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
const MAX_CAUSES = 8

/** More than any answer to a 401: read to its end, the connection can be used again. */
const DRAIN_BYTES = 4_096

/**
 * Timeouts cover one request with its body. A 401 is not processed, so it is safe to send again: the token is renewed
 * once, as Timeback's integrators do (the official SDK raises instead).
 */
export function createExchange({
  token,
  fetch,
  timeoutMs,
}: {
  token: AccessToken
  fetch: typeof globalThis.fetch
  timeoutMs: number
}): Exchange {
  async function sendWith(
    bearer: string,
    url: string,
    request: ExchangeRequest,
  ): Promise<ExchangeOutcome> {
    try {
      const response = await fetch(url, {
        ...request,
        headers: {
          ...request.headers,
          accept: 'application/json',
          authorization: `Bearer ${bearer}`,
        },
        // A followed 302 turns a POST into a GET, whose 200 would look like an accepted event.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { type: 'answered', response }
    } catch (error) {
      return { type: isBeforeSending(error) ? 'not-sent' : 'no-answer', error }
    }
  }

  return async function exchange(url, request) {
    const first = await settle(token.get())
    if ('error' in first) return { type: 'no-token', error: first.error }
    const outcome = await sendWith(first.value, url, request)
    if (outcome.type !== 'answered' || outcome.response.status !== 401) return outcome
    await readStart(outcome.response, DRAIN_BYTES)
    const second = await settle(token.renew(first.value))
    if ('error' in second) return { type: 'no-token', error: second.error }
    return sendWith(second.value, url, request)
  }
}

/**
 * The body's first bytes as text, and the connection freed. Never rejects: the status has been read by then and decides
 * alone, so a body that breaks off, or is no text, only shortens what there is to see.
 */
export async function readStart(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let left = maxBytes
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk.subarray(0, left), { stream: true })
      left -= chunk.byteLength
      // Leaving the loop cancels the rest.
      if (left <= 0) break
    }
  } catch {
    return text
  }
  return text
}

/** For a person to read: the innermost error code, such as `ENOTFOUND`, or the error's name, such as `TimeoutError`. */
export function toDetail(error: unknown): string {
  const chain = toChain(error)
  const coded = chain.findLast(({ code }) => typeof code === 'string')
  return String(coded?.code ?? chain[0]?.name ?? 'unknown')
}

/** Whoever is not sure says no: what may have been received is looked up before it is sent again. */
function isBeforeSending(error: unknown): boolean {
  return toChain(error).some(
    ({ code, syscall, errors }) =>
      BEFORE_SENDING_CODES.has(code) ||
      syscall === 'connect' ||
      syscall === 'getaddrinfo' ||
      // A host with several addresses: Node tries each and gathers the failures.
      (Array.isArray(errors) && errors.length > 0 && errors.every(isBeforeSending)),
  )
}

/** An error and its causes, outermost first: `fetch` wraps the one that matters. */
function toChain(error: unknown): ErrorLike[] {
  const chain: ErrorLike[] = []
  let next = error
  while (typeof next === 'object' && next !== null && chain.length < MAX_CAUSES) {
    const link = next as ErrorLike
    chain.push(link)
    next = link.cause
  }
  return chain
}

async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await promise }
  } catch (error) {
    return { error }
  }
}
