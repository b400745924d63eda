/** How long a server asks us to wait. A floor for the caller's own back-off, never a replacement of it. */

/** Who asks for more is wrong about something, and would have us keep quiet for years: it is asked once an hour. */
const LONGEST_MS = 3_600_000

/**
 * `Retry-After` in milliseconds, from seconds or from an HTTP date (RFC 9110, section 10.2.3); `undefined` where it is
 * missing or unreadable, and an hour where it is more. A date is held against the server's own `Date`, where it sent one, so that a clock that is
 * wrong here does not matter; `now` is the fallback.
 */
export function readRetryAfterMs(
  headers: Headers,
  now: () => number = Date.now,
): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(LONGEST_MS, Math.round(Number(value) * 1000))
  // Without a letter it is no HTTP date, yet `Date.parse` would make a year of '-5'.
  const until = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(until)) return undefined
  const sentAt = Date.parse(headers.get('date') ?? '')
  return Math.min(LONGEST_MS, Math.max(0, until - (Number.isNaN(sentAt) ? now() : sentAt)))
}
