/** Errors that hosts see: a stable `code` to branch on, a sentence for people, the `path` of a wrong field. */

/** Of `relay_refused` and `entry_refused` the `cause` is the relay's own code, like `not_signed_in`. */
export type StintErrorCode =
  | 'activity_invalid'
  | 'result_invalid'
  | 'flag_invalid'
  | 'run_open'
  | 'stint_closed'
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
