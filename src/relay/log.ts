/** Where the relay says what it does: the three methods of pino that it needs. Ids only, never a name or an e-mail. */
export interface Log {
  info(about: object, message: string): void
  warn(about: object, message: string): void
  error(about: object, message: string): void
}
