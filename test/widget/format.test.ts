import { describe, expect, it } from 'vitest'
import { createFormat } from '../../src/widget/format.ts'

describe('a clock', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [1_000, '0:01'],
    [59_999, '0:59'],
    [60_000, '1:00'],
    [599_000, '9:59'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [3_847_000, '1:04:07'],
    [36_000_000, '10:00:00'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(createFormat('en').clock(ms)).toBe(text)
  })

  it('has the digits of its language', () => {
    expect(createFormat('ar-EG').clock(247_000)).toBe('٤:٠٧')
  })
})

describe('a duration', () => {
  it.each([
    [0, '0 sec'],
    [40_900, '40 sec'],
    [60_000, '1 min'],
    [247_000, '4 min 7 sec'],
    [3_600_000, '1 hr'],
    [3_847_000, '1 hr 4 min'],
  ])('says %i ms as %s', (ms, text) => {
    expect(createFormat('en').duration(ms)).toBe(text)
  })

  it('is said as its language says it', () => {
    expect(createFormat('es').duration(247_000)).toBe('4 min 7 s')
    expect(createFormat('de').number(12.5)).toBe('12,5')
  })
})

it('minutes of a goal stay minutes, however many', () => {
  expect(createFormat('en').minutes(90)).toBe('90 min')
})
