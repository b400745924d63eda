/** Days as people in a time zone have them. */

/** The local day of an instant, `YYYY-MM-DD`. Throws a RangeError for what is no IANA time zone. */
export function toDay(at: number, timeZone: string): string {
  return createToDay(timeZone)(at)
}

function createToDay(timeZone: string): (at: number) => string {
  // Swedish dates are written as ISO 8601 has them.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  return (at) => format.format(at)
}

export function isTimeZone(name: string): boolean {
  try {
    toDay(0, name)
    return true
  } catch {
    return false
  }
}

const DAY_MS = 86_400_000

/** `day`, `YYYY-MM-DD`, as `[from, to)` in epoch ms; 23 to 25 hours. Throws a RangeError for what is no day. */
export function toDayRange(day: string, timeZone: string): { from: number; to: number } {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(midnight)) throw new RangeError('no day')
  // 30 February is read as a day of March.
  if (new Date(midnight).toISOString().slice(0, 10) !== day) throw new RangeError('no day')
  const next = midnight + DAY_MS
  return { from: findStart(midnight, timeZone), to: findStart(next, timeZone) }
}

/** The first instant of the local day which begins at `midnight` in UTC: no zone is more than 15 hours from it. */
function findStart(midnight: number, timeZone: string): number {
  const read = createToDay(timeZone)
  const day = new Date(midnight).toISOString().slice(0, 10)
  let [before, inside] = [midnight - 15 * 3_600_000, midnight + 15 * 3_600_000]
  while (inside - before > 1) {
    const middle = Math.floor((before + inside) / 2)
    if (read(middle) >= day) inside = middle
    else before = middle
  }
  return inside
}
