// What hosts and learners may say of time: flags with their metric and reason, and work on paper.

import { describe, expect, it } from 'vitest'
import { entrySchema } from '../../src/contract/entry.ts'
import type { FieldCode } from '../../src/contract/flush.ts'
import { MAX_LEG_MS, MAX_REASON_CHARS, MAX_SLICE_CLAIMS } from '../../src/contract/limits.ts'
import { toSaid, toSlice } from './entries.ts'

const withSpan = (...span: unknown[]) => ({ ...toSlice(), spans: [span] })
const withPaper = (onPaper: unknown) => ({ ...toSlice(), onPaper })

const LONGEST = 'x'.repeat(MAX_REASON_CHARS)

describe('a flag', () => {
  it.each([
    ['waste', 'guessing'],
    ['anti-pattern', 'skips-the-text'],
    ['unknown', 'lab work'],
    ['waste', 'Level_2.retry'],
    ['waste', '7'],
    ['waste', LONGEST],
  ])('says what the time is taken for and why: %s, %j', (metric, reason) => {
    const slice = withSpan('flag', 0, 1, 0, metric, reason)
    expect(entrySchema.parse(slice)).toEqual(slice)
  })

  it('need not say why, and nothing is put in the place of a reason', () => {
    const slice = withSpan('flag', 0, 1, 0, 'waste')
    expect(JSON.stringify(entrySchema.parse(slice))).toBe(JSON.stringify(slice))
  })

  it('is refused if it does not say what the time is taken for', () => {
    expect(toSaid(withSpan('flag', 0, 1, 0))).toEqual({ code: 'field_missing', path: 'spans.0.4' })
  })

  it.each([['active'], ['inactive'], ['uncounted'], ['on-paper'], [''], ['Waste'], [null], [1]])(
    'can’t be for %j: what is active and inactive is not the host’s to say',
    (metric) => {
      const said = toSaid(withSpan('flag', 0, 1, 0, metric))
      expect(said).toEqual({ code: 'field_value', path: 'spans.0.4' })
    },
  )

  it.each<[unknown, FieldCode]>([
    ['', 'field_format'],
    [`${LONGEST}x`, 'field_range'],
    ['a:b', 'field_format'],
    ['a/b', 'field_format'],
    ['a\nb', 'field_format'],
    ['guessing\n', 'field_format'],
    ['<b>', 'field_format'],
    ['rät', 'field_format'],
    [null, 'field_type'],
    [7, 'field_type'],
  ])('has no reason like %j, which Timeback would be told', (reason, code) => {
    const said = toSaid(withSpan('flag', 0, 1, 0, 'waste', reason))
    expect(said).toEqual({ code, path: 'spans.0.5' })
  })

  it('says no more than that', () => {
    const said = toSaid(withSpan('flag', 0, 1, 0, 'waste', 'guessing', 'again'))
    expect(said).toEqual({ code: 'field_range', path: 'spans.0' })
  })
})

describe('a presence that is no flag', () => {
  it.each(['active', 'idle', 'hidden', 'paused', 'suspended', 'left'])(
    'says nothing of what its time is taken for: %s',
    (presence) => {
      expect(toSaid(withSpan(presence, 0, 1, 0))).toBeUndefined()
      const refused = { code: 'field_unknown', path: 'spans.0.4' }
      expect(toSaid(withSpan(presence, 0, 1, 0, 'unknown'))).toEqual(refused)
      expect(toSaid(withSpan(presence, 0, 1, 0, 'waste', 'guessing'))).toEqual(refused)
    },
  )

  it('has no reason of its own, even where it leaves the metric out', () => {
    expect(toSaid(withSpan('idle', 0, 1, 0, null, 'tired'))).toMatchObject({ path: 'spans.0.4' })
  })
})

describe('work on paper', () => {
  it('may be of any time of the leg, of earlier slices too, in any order', () => {
    const slice = withPaper([
      [70_000, 90_000],
      [0, MAX_LEG_MS],
      [5, 6],
    ])
    expect(entrySchema.parse(slice)).toEqual(slice)
  })

  it('is not there where nobody said so', () => {
    expect(entrySchema.parse(toSlice())).not.toHaveProperty('onPaper')
  })

  it('is said of no more stretches than a slice may hold', () => {
    const most = Array.from({ length: MAX_SLICE_CLAIMS }, (_, n) => [n, n + 1])
    expect(toSaid(withPaper(most))).toBeUndefined()
    expect(toSaid(withPaper([...most, [50, 51]]))).toEqual({ code: 'field_range', path: 'onPaper' })
  })

  it.each<[unknown, FieldCode, string]>([
    [[], 'field_range', 'onPaper'],
    [null, 'field_type', 'onPaper'],
    [{}, 'field_type', 'onPaper'],
    [true, 'field_type', 'onPaper'],
    [[7], 'field_type', 'onPaper.0'],
    [[[1]], 'field_range', 'onPaper.0'],
    [[[1, 2, 3]], 'field_range', 'onPaper.0'],
    [[[5, 5]], 'field_range', 'onPaper.0.1'],
    [
      [
        [1, 2],
        [6, 5],
      ],
      'field_range',
      'onPaper.1.1',
    ],
    [[[-1, 5]], 'field_range', 'onPaper.0.0'],
    [[[0.5, 5]], 'field_type', 'onPaper.0.0'],
    [[['0', 5]], 'field_type', 'onPaper.0.0'],
    [[[0, null]], 'field_type', 'onPaper.0.1'],
    [[[0, MAX_LEG_MS + 1]], 'field_range', 'onPaper.0.1'],
  ])('is refused as %j', (onPaper, code, path) => {
    expect(toSaid(withPaper(onPaper))).toEqual({ code, path })
  })

  it('belongs to a slice, and to no other entry', () => {
    const start = { v: 1, type: 'start', id: 'r/l/start', activity: null, wallAt: 0, monoAt: 0 }
    const activity = { id: 'a', name: 'A', course: { code: 'X' } }
    expect(toSaid({ ...start, activity })).toBeUndefined()
    expect(toSaid({ ...start, activity, onPaper: [[0, 1]] })).toEqual({
      code: 'field_unknown',
      path: 'onPaper',
    })
  })
})
