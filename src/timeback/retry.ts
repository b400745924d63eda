/**
 * When a request was surely not acted on, and so may be made again as it is. What a server says so with, and what
 * went wrong before there was a server to ask, become one outcome; everything else is the caller's to judge.
 */
import { toDetail } from './exchange.ts'
import { readRetryAfterMs } from './retry-after.ts'
import { TokenError, type TokenErrorCode } from './token.ts'

export type RetryReason =
  'not_sent' | 'unauthorized' | 'rate_limited' | 'unavailable' | 'redirected' | TokenErrorCode

/** Surely not processed: the same bytes may be sent again, after `retryAfterMs` at the earliest. */
export interface RetryOutcome<Reason extends string = RetryReason> {
  type: 'retry'
  reason: Reason
  status?: number
  retryAfterMs?: number
  /** For a person to read, such as `ENOTFOUND`. */
  detail?: string
}

/** `undefined` where the status does not say that the server left the request alone. Reads no body. */
export function readRetry(response: Response): RetryOutcome | undefined {
  const reason = toReason(response.status)
  return reason && toRetry(reason, response)
}

/** A retry for this answer: its status, and its `Retry-After` where it has one. */
export function toRetry<Reason extends string>(
  reason: Reason,
  { status, headers }: Response,
): RetryOutcome<Reason> {
  const retryAfterMs = readRetryAfterMs(headers)
  return { type: 'retry', reason, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** No token, no request. */
export function toTokenRetry(error: unknown): RetryOutcome {
  if (!(error instanceof TokenError)) {
    return { type: 'retry', reason: 'token_unreachable', detail: toDetail(error) }
  }
  const { code, status, retryAfterMs, message } = error
  return {
    type: 'retry',
    reason: code,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    detail: message,
  }
}

/** Statuses by which a server says that it has not acted on the request (RFC 9110, RFC 6585, RFC 8470). */
function toReason(status: number): RetryReason | undefined {
  if (status === 401) return 'unauthorized'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status === 425 || status === 503) return 'unavailable'
  // 0 is how browsers and some edge runtimes show a redirect that was not followed.
  return status < 400 ? 'redirected' : undefined
}
