/** Days as people in a time zone have them. */

/** The local day of an instant, `YYYY-MM-DD`. Throws a RangeError for what is no IANA time zone. */
export function toDay(at: number, timeZone: string): string {
  // Swedish dates are written as ISO 8601 has them.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at)
}

export function isTimeZone(name: string): boolean {
  try {
    toDay(0, name)
    return true
  } catch {
    return false
  }
}
