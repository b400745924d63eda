/** The one way in which the relay says no: a status, a stable code, a sentence, and where it helps the field's path. */
import type { Failure } from '../contract/flush.ts'

export type FailureCode =
  | 'not_json'
  | 'invalid_request'
  | 'too_large'
  | 'origin_not_allowed'
  | 'not_signed_in'
  | 'learner_invalid'
  | 'learner_unknown'
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
  | 'learner_ambiguous'
  | 'timeback_unreachable'
  | 'timeback_refused'
  | 'not_found'
  | 'internal'

/** Thrown by whoever finds out; turned into an answer in one place, in `routes`. */
export class RelayError extends Error {
  readonly status: number
  readonly code: FailureCode
  readonly path: string | undefined

  constructor(status: number, code: FailureCode, message: string, path?: string) {
    super(message)
    this.status = status
    this.code = code
    this.path = path
  }

  toFailure(): Failure {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.path !== undefined && { path: this.path }),
      },
    }
  }
}
