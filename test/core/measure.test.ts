import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import { measure, NO_TIME, toPieces, type Metric } from '../../src/core/measure.ts'
import type { Terms } from '../../src/core/policy.ts'
import { cutAt, day, DEFAULT_TERMS, papers, RUNS, sumMs, terms, toSpans } from './signals.ts'

const MIN = 60_000
const NEVER: Terms = {
  ...DEFAULT_TERMS,
  idleWasteAfterMs: Infinity,
  hiddenWasteAfterMs: Infinity,
  leaveAfterMs: Infinity,
}

/** A span of any presence, maybe the later piece of it. */
const span: fc.Arbitrary<Span> = fc
  .tuple(
    fc.constantFrom('active', 'idle', 'hidden', 'paused', 'suspended', 'left', 'flag'),
    fc.nat(20),
    fc.nat(20),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom(['waste', 'guessing'], ['anti-pattern'], ['unknown']),
  )
  .map(([presence, since, after, length, flag]) => {
    const from = since + after
    return [presence, from, from + length, since, ...(presence === 'flag' ? flag : [])] as Span
  })

const small = fc.oneof(fc.constant(Infinity), fc.nat(40))
const smallTerms: fc.Arbitrary<Terms> = fc
  .record({ idleWasteAfterMs: small, hiddenWasteAfterMs: small, leaveAfterMs: small })
  .map((thresholds) => ({ ...DEFAULT_TERMS, ...thresholds }))
const smallPapers = fc
  .array(
    fc
      .tuple(fc.nat(50), fc.integer({ min: 1, max: 15 }))
      .map(([from, ms]) => [from, from + ms] as const),
    { maxLength: 3 },
  )
  .map((claims) => claims.toSorted(([one], [other]) => one - other))

/** The table of DESIGN.md, asked for one millisecond. */
function toMetricAt(
  [presence, , , since, flag]: Span,
  at: number,
  by: Terms,
  onPaper: readonly (readonly [number, number])[] = [],
): Metric | undefined {
  if (presence === 'active') return 'active'
  if (presence === 'flag') return flag
  if (presence === 'suspended' || presence === 'left' || at - since >= by.leaveAfterMs) {
    return undefined
  }
  if (presence === 'paused') return 'inactive'
  if (presence === 'hidden') return at - since >= by.hiddenWasteAfterMs ? 'waste' : 'inactive'
  if (onPaper.some(([from, to]) => from <= at && at < to)) return 'unknown'
  return at - since >= by.idleWasteAfterMs ? 'waste' : 'inactive'
}

describe('toPieces', () => {
  it.each<[Span, object[]]>([
    [['active', 7, 9_000_000, 0], [{ from: 7, to: 9_000_000, metric: 'active' }]],
    [['paused', 7, 90, 0], [{ from: 7, to: 90, metric: 'inactive', reason: 'paused' }]],
    [['suspended', 7, 90, 0], [{ from: 7, to: 90, metric: undefined, reason: 'suspended' }]],
    [['left', 7, 90, 0], [{ from: 7, to: 90, metric: undefined, reason: 'left' }]],
    [['flag', 7, 90, 0, 'unknown'], [{ from: 7, to: 90, metric: 'unknown' }]],
    [
      ['flag', 7, 9_000_000, 0, 'waste', 'guessing'],
      [{ from: 7, to: 9_000_000, metric: 'waste', reason: 'guessing' }],
    ],
    [
      ['paused', 0, 11 * MIN, 0],
      [
        { from: 0, to: 10 * MIN, metric: 'inactive', reason: 'paused' },
        { from: 10 * MIN, to: 11 * MIN, metric: undefined, reason: 'left' },
      ],
    ],
    [
      ['idle', 0, 30 * MIN, 0],
      [
        { from: 0, to: 5 * MIN, metric: 'inactive', reason: 'idle' },
        { from: 5 * MIN, to: 10 * MIN, metric: 'waste', reason: 'idle' },
        { from: 10 * MIN, to: 30 * MIN, metric: undefined, reason: 'left' },
      ],
    ],
    [
      ['idle', 0, 6 * MIN, 0],
      [
        { from: 0, to: 5 * MIN, metric: 'inactive', reason: 'idle' },
        { from: 5 * MIN, to: 6 * MIN, metric: 'waste', reason: 'idle' },
      ],
    ],
    [
      ['hidden', 100, 100 + 2 * MIN, 100],
      [
        { from: 100, to: 100 + MIN, metric: 'inactive', reason: 'tab-hidden' },
        { from: 100 + MIN, to: 100 + 2 * MIN, metric: 'waste', reason: 'tab-hidden' },
      ],
    ],
  ])('reads %j by the default policy', (from, pieces) => {
    expect(toPieces(from, DEFAULT_TERMS)).toEqual(
      pieces.map((piece) => ({ ...piece, presence: from[0] })),
    )
  })

  it.each<[Span, Metric[]]>([
    [['hidden', 0, MIN, 0], ['inactive']],
    [
      ['hidden', 0, MIN + 1, 0],
      ['inactive', 'waste'],
    ],
    [['hidden', MIN, MIN + 1, 0], ['waste']],
    [['hidden', MIN - 1, MIN, 0], ['inactive']],
    [
      ['idle', 5 * MIN - 1, 5 * MIN + 1, 0],
      ['inactive', 'waste'],
    ],
    [
      ['idle', 5 * MIN, 6 * MIN, 1],
      ['inactive', 'waste'],
    ],
    [['idle', 9 * MIN, 10 * MIN, 0], ['waste']],
  ])('turns to waste exactly at the threshold and leaves no empty piece: %j', (of, metrics) => {
    expect(toPieces(of, DEFAULT_TERMS).map(({ metric }) => metric)).toEqual(metrics)
  })

  it.each(['idle', 'hidden'] as const)('never wastes %s time if the rule is off', (presence) => {
    expect(measure([[presence, 0, 1e9, 0]], NEVER)).toEqual({ ...NO_TIME, inactive: 1e9 })
  })

  it('wastes it all if the threshold is 0', () => {
    const none = { ...DEFAULT_TERMS, idleWasteAfterMs: 0, hiddenWasteAfterMs: 0 }
    expect(measure([['idle', 4, 9, 4]], none)).toEqual({ ...NO_TIME, waste: 5 })
  })

  it('keeps the two thresholds apart', () => {
    const idleOnly: Terms = { ...NEVER, idleWasteAfterMs: 0 }
    expect(measure([['hidden', 0, 9, 0]], idleOnly).waste).toBe(0)
    expect(measure([['idle', 0, 9, 0]], idleOnly).waste).toBe(9)
  })

  it('asks of each stretch on paper where it is once a piece, however many came before it', () => {
    let asked = 0
    const toCounted = (ms: number) =>
      ({
        valueOf() {
          asked += 1
          return ms
        },
      }) as unknown as number
    const onPaper = Array.from(
      { length: 500 },
      (_, n) => [toCounted(20 * n), toCounted(20 * n + 10)] as const,
    )
    const pieces = toPieces(['idle', 0, 10_000, 0], NEVER, onPaper)
    expect(pieces).toHaveLength(1_000)
    expect(asked).toBeLessThanOrEqual(2 * onPaper.length)
  })

  it('says of each millisecond what the table says, once and in order', () => {
    fc.assert(
      fc.property(span, smallTerms, smallPapers, (given, by, onPaper) => {
        const said = toPieces(given, by, onPaper).flatMap(({ from, to, metric }) =>
          Array.from({ length: to - from }, (_, index) => [from + index, metric]),
        )
        const [, from, to] = given
        const wanted = Array.from({ length: to - from }, (_, index) => [
          from + index,
          toMetricAt(given, from + index, by, onPaper),
        ])
        expect(said).toEqual(wanted)
      }),
      RUNS,
    )
  })
})

describe('measure', () => {
  it('adds up by kind, and puts what is not counted by itself', () => {
    const spans: Span[] = [
      ['active', 0, 10, 0],
      ['idle', 10, 30, 10],
      ['suspended', 30, 70, 30],
      ['active', 70, 150, 70],
    ]
    expect(measure(spans, DEFAULT_TERMS)).toEqual({
      ...NO_TIME,
      active: 90,
      inactive: 20,
      uncounted: 40,
    })
  })

  it('adds up to the wall time, to the millisecond, whatever the policy', () => {
    fc.assert(
      fc.property(day, terms, papers, (given, by, onPaper) => {
        const spans = toSpans(given)
        const sum = Object.values(measure(spans, by, NO_TIME, onPaper)).reduce(
          (total, ms) => total + ms,
          0,
        )
        expect(sum).toBe(sumMs(spans))
      }),
      RUNS,
    )
  })

  it('comes to the same over any cut, each piece measured alone', () => {
    const cuts = fc.array(fc.nat(100_000), { maxLength: 20 })
    fc.assert(
      fc.property(day, terms, cuts, papers, (given, by, instants, onPaper) => {
        const spans = toSpans(given)
        const sum = cutAt(spans, instants).reduce(
          (before, piece) => measure([piece], by, before, onPaper),
          NO_TIME,
        )
        expect(sum).toEqual(measure(spans, by, NO_TIME, onPaper))
      }),
      RUNS,
    )
  })

  it('does not wear out the zero it starts from', () => {
    measure([['active', 0, 10, 0]], DEFAULT_TERMS)
    measure([['idle', 0, 10, 0]], DEFAULT_TERMS, NO_TIME)
    expect(Object.values(NO_TIME)).toEqual([0, 0, 0, 0, 0, 0])
  })
})
