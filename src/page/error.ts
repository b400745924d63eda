/** Errors that hosts see: a stable `code` to branch on, a sentence for people, the `path` of a wrong field. */

export type StintErrorCode =
  | 'activity_invalid'
  | 'result_invalid'
  | 'flag_invalid'
  | 'run_open'
  | 'stint_closed'
  | 'not_signed_in'
  | 'relay_refused'
  | 'entry_refused'
  | 'storage_failed'

export class StintError extends Error {
  override readonly name = 'StintError'
  declare readonly code: StintErrorCode
  declare readonly path: string | undefined

  constructor(code: StintErrorCode, message: string, path?: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.path = path
  }
}
