import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import {
  MAX_LEG_MS,
  MAX_SLICE_MS,
  MAX_SLICE_SPANS,
  MAX_SLICE_VALUES,
} from '../../src/contract/limits.ts'
import { addSpan, toReach, type Slice } from '../../src/core/slices.ts'
import {
  contains,
  cutAt,
  isUnbroken,
  join,
  longDay,
  RUNS,
  sumMs,
  toEndAt,
  toSpans,
} from './signals.ts'

const EMPTY: Slice = { n: 0, spans: [] }

function addAll(spans: readonly Span[], open = EMPTY): Slice[] {
  return spans.reduce<Slice[]>(
    (slices, span) => [...slices.slice(0, -1), ...addSpan(slices.at(-1)!, span)],
    [open],
  )
}

const countedMs = ({ spans }: Slice) =>
  sumMs(spans) - sumMs(spans, 'suspended') - sumMs(spans, 'left')

/** A flag's span takes the place of one and a half. */
const isFull = ({ spans }: Slice) => spans.flat().length >= MAX_SLICE_VALUES

/** Spans of one millisecond each, no two neighbours alike. */
const toMany = (count: number, from = 0): Span[] =>
  Array.from({ length: count }, (_, index) => {
    const at = from + index
    return [index % 2 ? 'paused' : 'active', at, at + 1, at]
  })

describe('addSpan', () => {
  it('keeps a span in the open slice, and does not change the copy it was given', () => {
    const open: Slice = { n: 3, spans: [['active', 5, 10, 0]] }
    expect(addSpan(open, ['idle', 10, 30, 10])).toEqual([
      {
        n: 3,
        spans: [
          ['active', 5, 10, 0],
          ['idle', 10, 30, 10],
        ],
      },
    ])
    expect(open).toEqual({ n: 3, spans: [['active', 5, 10, 0]] })
  })

  it('lengthens the last span where a presence goes on', () => {
    const spans: Span[] = [
      ['active', 0, 250, 0],
      ['active', 250, 500, 0],
    ]
    expect(addAll(spans)).toEqual([{ n: 0, spans: [['active', 0, 500, 0]] }])
  })

  it('does not join a presence that began anew', () => {
    const spans: Span[] = [
      ['active', 0, 250, 0],
      ['active', 250, 500, 250],
    ]
    expect(addAll(spans)).toEqual([{ n: 0, spans }])
  })

  it('cuts exactly at 60 s, and the later piece still knows where its presence began', () => {
    expect(addAll([['hidden', 40, 130_000, 40]])).toEqual([
      { n: 0, spans: [['hidden', 40, 60_040, 40]] },
      { n: 1, spans: [['hidden', 60_040, 120_040, 40]] },
      { n: 2, spans: [['hidden', 120_040, 130_000, 40]] },
    ])
  })

  it('leaves a slice of exactly 60 s alone, with no empty one after it', () => {
    const full = addAll([['active', 0, MAX_SLICE_MS, 0]])
    expect(full).toEqual([{ n: 0, spans: [['active', 0, 60_000, 0]] }])
    expect(addSpan(full[0]!, ['active', 60_000, 60_001, 0])).toEqual([
      ...full,
      { n: 1, spans: [['active', 60_000, 60_001, 0]] },
    ])
  })

  it('counts what is in the slice already', () => {
    const slices = addAll([
      ['active', 0, 59_999, 0],
      ['paused', 59_999, 60_002, 59_999],
    ])
    expect(slices.map(toReach)).toEqual([60_000, 60_002])
  })

  it('begins with a sleep, wherever that comes', () => {
    const asleep: Span = ['suspended', 1_000, 9_000_000, 1_000]
    const slices = addAll([['active', 0, 1_000, 0], asleep, ['active', 9_000_000, 9_000_500, 0]])
    expect(slices.map(({ n, spans }) => [n, spans[0]])).toEqual([
      [0, ['active', 0, 1_000, 0]],
      [1, asleep],
    ])
    expect(addSpan(slices[1]!, ['suspended', 9_000_500, 9_000_600, 9_000_500])).toHaveLength(2)
  })

  it.each(['suspended', 'left'] as const)('does not count %s time, however long', (presence) => {
    const slices = addAll([
      [presence, 0, 8_999_000, 0],
      ['active', 8_999_000, 9_000_000, 8_999_000],
      ['active', 9_000_000, 9_058_999, 9_000_000],
    ])
    expect(slices).toHaveLength(1)
    expect(addSpan(slices[0]!, ['active', 9_058_999, 9_059_001, 9_000_000]).map(toReach)).toEqual([
      9_059_000, 9_059_001,
    ])
  })

  it('holds 64 spans and no more, and lets the last of them grow', () => {
    const [full, ...more] = addAll(toMany(MAX_SLICE_SPANS))
    expect(more).toEqual([])
    const [presence, , to, since] = full!.spans.at(-1)!
    expect(addSpan(full!, [presence, to, to + 5, since])).toHaveLength(1)
    expect(addSpan(full!, ['idle', to, to + 5, to])).toEqual([
      full,
      { n: 1, spans: [['idle', to, to + 5, to]] },
    ])
  })

  it('holds fewer spans of flags, which have more to say, and keeps what each says', () => {
    const flags = Array.from({ length: 50 }, (_, at): Span => [
      'flag',
      at,
      at + 1,
      at,
      'waste',
      'guessing',
    ])
    const slices = addAll(flags)
    expect(slices.map(({ spans }) => spans.length)).toEqual([43, 7])
    expect(slices.flatMap(({ spans }) => spans)).toEqual(flags)
  })

  it('leaves what was said of paper in its slice, and out of the next', () => {
    const open: Slice = { n: 0, spans: [['active', 0, 59_000, 0]], onPaper: [[10, 20]] }
    const [closed, next] = addSpan(open, ['active', 59_000, 61_000, 0])
    expect(closed?.onPaper).toEqual([[10, 20]])
    expect(next).toEqual({ n: 1, spans: [['active', 60_000, 61_000, 0]] })
  })

  it('takes the longest leg in one span: days in the background do not overflow the stack', () => {
    const slices = addSpan(EMPTY, ['hidden', 0, MAX_LEG_MS, 0])
    expect(slices).toHaveLength(MAX_LEG_MS / MAX_SLICE_MS)
    expect(slices.at(-1)).toEqual({
      n: slices.length - 1,
      spans: [['hidden', MAX_LEG_MS - 60_000, MAX_LEG_MS, 0]],
    })
  })

  it('holds every millisecond of any day, in full slices numbered from 0', () => {
    fc.assert(
      fc.property(longDay, (given) => {
        const spans = toSpans(given)
        const slices = addAll(spans)
        expect(slices.map(({ n }) => n)).toEqual(slices.map((_, index) => index))
        expect(join(slices.flatMap((slice) => slice.spans))).toEqual(join(spans))
        for (const slice of slices) {
          expect(countedMs(slice)).toBeLessThanOrEqual(MAX_SLICE_MS)
          expect(slice.spans.length).toBeLessThanOrEqual(MAX_SLICE_SPANS)
        }
        for (const closed of slices.slice(0, -1)) {
          expect(countedMs(closed) === MAX_SLICE_MS || isFull(closed)).toBe(true)
        }
      }),
      RUNS,
    )
  })

  it('only ever lengthens the open slice: a later copy contains each earlier one', () => {
    fc.assert(
      fc.property(longDay, (given) => {
        const kept = new Map<number, Slice>()
        let open = EMPTY
        for (const span of toSpans(given)) {
          for (const slice of addSpan(open, span)) {
            expect(contains(slice, kept.get(slice.n))).toBe(true)
            kept.set(slice.n, (open = slice))
          }
        }
        const spans = [...kept.values()].flatMap((slice) => slice.spans)
        expect(isUnbroken(spans, 0, toEndAt(given))).toBe(true)
      }),
      RUNS,
    )
  })

  it('cuts the same, however often it was told', () => {
    const cuts = fc.array(fc.nat(400_000), { maxLength: 30 })
    fc.assert(
      fc.property(longDay, cuts, (given, instants) => {
        const spans = join(toSpans(given))
        expect(addAll(cutAt(spans, instants))).toEqual(addAll(spans))
      }),
      RUNS,
    )
  })
})

describe('toReach', () => {
  it('is where the last span ends, and 0 for an empty slice', () => {
    expect(toReach(EMPTY)).toBe(0)
    expect(toReach({ spans: toMany(3, 70) })).toBe(73)
  })
})
