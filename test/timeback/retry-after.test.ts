import { expect, it } from 'vitest'
import { readRetryAfterMs } from '../../src/timeback/retry-after.ts'

const NOW = Date.UTC(2026, 0, 27, 10, 0, 0)

function read(headers: Record<string, string>): number | undefined {
  return readRetryAfterMs(new Headers(headers), () => NOW)
}

it.each([
  ['0', 0],
  ['7', 7_000],
  [' 120 ', 120_000],
  ['1.5', 1_500],
  ['Tue, 27 Jan 2026 10:00:30 GMT', 30_000],
  ['Tue, 27 Jan 2026 09:59:00 GMT', 0],
  // More than an hour.
  ['31536000', 3_600_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
])('reads %j as %i ms', (value, ms) => {
  expect(read({ 'retry-after': value })).toBe(ms)
})

it.each(['', '-5', 'soon', '5 s', '5,7', 'NaN'])('makes no delay out of %j', (value) => {
  expect(read({ 'retry-after': value })).toBeUndefined()
})

it('knows no delay where none is asked for', () => {
  expect(read({})).toBeUndefined()
})

it('holds a date against the clock of the server, not against ours', () => {
  const headers = {
    date: 'Tue, 27 Jan 2026 12:00:00 GMT',
    'retry-after': 'Tue, 27 Jan 2026 12:00:05 GMT',
  }
  expect(read(headers)).toBe(5_000)
})
