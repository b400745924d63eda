/** The one way in which the relay says no: a status, a stable code, a sentence, and where it helps the field's path. */
import type { Failure } from '../contract/flush.ts'
import type { StorageError } from './storage.ts'

export type FailureCode =
  | 'not_json'
  | 'invalid_request'
  | 'too_large'
  | 'origin_not_allowed'
  | 'not_signed_in'
  | 'learner_invalid'
  | 'learner_unknown'
  | 'learner_ambiguous'
  | 'timeback_unreachable'
  | 'timeback_refused'
  | 'issuer_unreachable'
  | 'ticket_unknown'
  | 'ticket_invalid'
  | 'ticket_key'
  | 'ticket_signature'
  | 'ticket_audience'
  | 'ticket_expired'
  | 'ticket_used'
  | 'grant_invalid'
  | 'grant_expired'
  | 'not_allowed'
  | 'run_unknown'
  | 'run_ambiguous'
  | 'learner_unmet'
  | 'result_recorded'
  | 'already_told'
  | 'time_known'
  | 'context_off'
  | 'context_busy'
  | 'storage_full'
  | 'storage_busy'
  | 'not_ready'
  | 'not_found'
  | 'internal'

/** Thrown by whoever finds out; turned into an answer in one place, in `routes`. */
export class RelayError extends Error {
  readonly status: number
  readonly code: FailureCode
  readonly path: string | undefined
  readonly retryAfterMs: number | undefined

  /** `path` names a field; `retryAfterMs` is the floor for the next try, where waiting helps. */
  constructor(
    status: number,
    code: FailureCode,
    message: string,
    path?: string,
    retryAfterMs?: number,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.path = path
    this.retryAfterMs = retryAfterMs
  }

  toFailure(): Failure {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.path !== undefined && { path: this.path }),
      },
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
    }
  }
}

const STORAGE_FAILURES = {
  full: { says: 'The relay has no room for more', forMs: 60_000 },
  busy: { says: 'Another process holds the relay’s storage', forMs: 5_000 },
} as const

/** Pages keep what they have, and come again. */
export function toStorageFailure(reason: StorageError['reason']): RelayError {
  const { says, forMs } = STORAGE_FAILURES[reason]
  const message = `${says}: keep it and send it again`
  return new RelayError(503, `storage_${reason}`, message, undefined, forMs)
}
