import { describe, expect, it } from 'vitest'
import { toEndOfDay, toInstantOfDay } from '../../src/timeback/local-day.ts'

const toText = (at: number) => new Date(at).toISOString()

describe('a local day', () => {
  it.each([
    ['2026-01-15', 'UTC', '2026-01-15T00:00:00.000Z', '2026-01-15T23:59:59.999Z'],
    ['2026-01-15', 'America/Chicago', '2026-01-15T06:00:00.000Z', '2026-01-16T05:59:59.999Z'],
    ['2026-07-15', 'America/Chicago', '2026-07-15T05:00:00.000Z', '2026-07-16T04:59:59.999Z'],
    ['2026-01-15', 'Asia/Kolkata', '2026-01-14T18:30:00.000Z', '2026-01-15T18:29:59.999Z'],
    ['2026-01-15', 'Pacific/Kiritimati', '2026-01-14T10:00:00.000Z', '2026-01-15T09:59:59.999Z'],
    // 23 and 25 hours long.
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z', '2026-03-09T03:59:59.999Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-02T04:59:59.999Z'],
    // Here the clocks jump at midnight: the day begins at one.
    ['2026-03-29', 'Asia/Beirut', '2026-03-28T22:00:00.000Z', '2026-03-29T20:59:59.999Z'],
  ])('%s in %s begins at %s and ends at %s', (day, timezone, begin, end) => {
    expect(toText(toInstantOfDay(day, timezone))).toBe(begin)
    expect(toText(toEndOfDay(day, timezone))).toBe(end)
  })

  it.each(['2026-02-30', '2026-1-5', '2026-01-15T00:00:00Z', ''])('is not %j', (day) => {
    expect(() => toInstantOfDay(day, 'UTC')).toThrow(TypeError)
  })

  it('is of no time zone that does not exist', () => {
    expect(() => toInstantOfDay('2026-01-15', 'Europe/Atlantis')).toThrow(RangeError)
  })
})
