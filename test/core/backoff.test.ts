import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBackoffMs } from '../../src/core/backoff.ts'
import { RUNS } from './signals.ts'

const ALMOST_1 = 1 - Number.EPSILON / 2

const failures = fc.nat(10_000)
const chance = fc.double({ min: 0, max: ALMOST_1, noNaN: true })

describe('toBackoffMs', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [8, 256_000],
    [9, 300_000],
    [10_000, 300_000],
  ])('spreads over 1 s to twice as much per failure: after %i at most %i ms', (count, most) => {
    expect(toBackoffMs(count, 0)).toBe(1_000)
    expect(toBackoffMs(count, ALMOST_1)).toBe(most)
    expect(toBackoffMs(count, 0.5)).toBe((1_000 + most) / 2)
  })

  it('stays within 1 s and 5 min, in whole milliseconds, however often it failed', () => {
    fc.assert(
      fc.property(failures, chance, (count, where) => {
        const ms = toBackoffMs(count, where)
        expect(Number.isInteger(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(1_000)
        expect(ms).toBeLessThanOrEqual(300_000)
      }),
      RUNS,
    )
  })

  it('never comes back before it was asked to, and spreads from there', () => {
    fc.assert(
      fc.property(failures, chance, fc.nat(86_400_000), (count, where, floorMs) => {
        expect(toBackoffMs(count, where, floorMs)).toBe(floorMs + toBackoffMs(count, where))
      }),
      RUNS,
    )
  })

  it('does not send pages that failed alike back in the same second', () => {
    const seconds = Array.from({ length: 100 }, (_, n) =>
      Math.floor(toBackoffMs(9, n / 100, 30_000) / 1_000),
    )
    expect(new Set(seconds).size).toBe(100)
  })

  it('waits no shorter after one more failure, for the same chance', () => {
    fc.assert(
      fc.property(failures, chance, (count, where) => {
        expect(toBackoffMs(count + 1, where)).toBeGreaterThanOrEqual(toBackoffMs(count, where))
      }),
      RUNS,
    )
  })
})
