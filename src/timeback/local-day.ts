/** Days of a time zone as instants, for Timeback's facts: their bounds are instants, their labels are local days. */

const DAY = /^\d{4}-\d\d-\d\d$/
const DAY_MS = 86_400_000

/**
 * When a local time of a day is, in milliseconds since 1970. `day` is `YYYY-MM-DD`, `timezone` an IANA name,
 * `sinceMidnightMs` may be beyond the day. A time that the clocks jump over is the instant of the jump, or within the
 * hour after it.
 *
 * Throws a `TypeError` for what is no day, and a `RangeError` for what is no time zone.
 */
export function toInstantOfDay(day: string, timezone: string, sinceMidnightMs = 0): number {
  const midnight = DAY.test(day) ? Date.parse(day) : Number.NaN
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) {
    throw new TypeError('a day must be written YYYY-MM-DD')
  }
  const wanted = midnight + sinceMidnightMs
  // The offset is asked for at a guess, and once more at what the guess gave: it may change in between.
  const guess = wanted - toOffsetMs(wanted, timezone)
  return wanted - toOffsetMs(guess, timezone)
}

/** The last millisecond of a local day. */
export function toEndOfDay(day: string, timezone: string): number {
  return toInstantOfDay(day, timezone, DAY_MS) - 1
}

/** How far local time is ahead of UTC. */
function toOffsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const read = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  )
  return local - Math.floor(at / 1000) * 1000
}
