import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import type { Policy } from '../../src/contract/grant.ts'
import { DEFAULT_POLICY, measure, NO_TIME, toPieces, type Metric } from '../../src/core/measure.ts'
import { cutAt, day, policy, RUNS, sumMs, toSpans } from './signals.ts'

const MIN = 60_000
const NEVER: Policy = { idleWasteAfterMs: 'never', hiddenWasteAfterMs: 'never' }

/** A span of any presence, maybe the later piece of it. */
const span: fc.Arbitrary<Span> = fc
  .tuple(
    fc.constantFrom('active', 'idle', 'hidden', 'paused', 'suspended', 'flag'),
    fc.nat(20),
    fc.nat(20),
    fc.integer({ min: 1, max: 20 }),
  )
  .map(([presence, since, after, length]) => {
    const from = since + after
    return [presence, from, from + length, since] as Span
  })

const smallPolicy: fc.Arbitrary<Policy> = fc.record({
  idleWasteAfterMs: fc.oneof(fc.constant('never' as const), fc.nat(40)),
  hiddenWasteAfterMs: fc.oneof(fc.constant('never' as const), fc.nat(40)),
})

/** The table of DESIGN.md, asked for one millisecond. */
function toMetricAt([presence, , , since]: Span, at: number, rules: Policy): Metric | undefined {
  const isWaste = (after: number | 'never') => after !== 'never' && at - since >= after
  if (presence === 'active') return 'active'
  if (presence === 'paused') return 'inactive'
  if (presence === 'idle') return isWaste(rules.idleWasteAfterMs) ? 'waste' : 'inactive'
  if (presence === 'hidden') return isWaste(rules.hiddenWasteAfterMs) ? 'waste' : 'inactive'
  return undefined
}

describe('toPieces', () => {
  it.each<[Span, object[]]>([
    [['active', 7, 9_000_000, 0], [{ from: 7, to: 9_000_000, metric: 'active' }]],
    [
      ['paused', 7, 9_000_000, 0],
      [{ from: 7, to: 9_000_000, metric: 'inactive', reason: 'paused' }],
    ],
    [['suspended', 7, 9_000_000, 0], [{ from: 7, to: 9_000_000, metric: undefined }]],
    [['flag', 7, 9_000_000, 0], [{ from: 7, to: 9_000_000, metric: undefined }]],
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
    expect(toPieces(from, DEFAULT_POLICY)).toEqual(pieces)
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
    expect(toPieces(of, DEFAULT_POLICY).map(({ metric }) => metric)).toEqual(metrics)
  })

  it.each(['idle', 'hidden'] as const)('never wastes %s time if the rule is off', (presence) => {
    expect(measure([[presence, 0, 1e9, 0]], NEVER)).toEqual({ ...NO_TIME, inactive: 1e9 })
  })

  it('wastes it all if the threshold is 0', () => {
    const none = { idleWasteAfterMs: 0, hiddenWasteAfterMs: 0 }
    expect(measure([['idle', 4, 9, 4]], none)).toEqual({ ...NO_TIME, waste: 5 })
  })

  it('keeps the two thresholds apart', () => {
    const idleOnly: Policy = { ...NEVER, idleWasteAfterMs: 0 }
    expect(measure([['hidden', 0, 9, 0]], idleOnly).waste).toBe(0)
    expect(measure([['idle', 0, 9, 0]], idleOnly).waste).toBe(9)
  })

  it('says of each millisecond what the table says, once and in order', () => {
    fc.assert(
      fc.property(span, smallPolicy, (given, rules) => {
        const said = toPieces(given, rules).flatMap(({ from, to, metric }) =>
          Array.from({ length: to - from }, (_, index) => [from + index, metric]),
        )
        const [, from, to] = given
        const wanted = Array.from({ length: to - from }, (_, index) => [
          from + index,
          toMetricAt(given, from + index, rules),
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
    expect(measure(spans, DEFAULT_POLICY)).toEqual({
      ...NO_TIME,
      active: 90,
      inactive: 20,
      uncounted: 40,
    })
  })

  it('adds up to the wall time, to the millisecond, whatever the policy', () => {
    fc.assert(
      fc.property(day, policy, (given, rules) => {
        const spans = toSpans(given)
        const sum = Object.values(measure(spans, rules)).reduce((total, ms) => total + ms, 0)
        expect(sum).toBe(sumMs(spans))
      }),
      RUNS,
    )
  })

  it('comes to the same over any cut, each piece measured alone', () => {
    const cuts = fc.array(fc.nat(100_000), { maxLength: 20 })
    fc.assert(
      fc.property(day, policy, cuts, (given, rules, instants) => {
        const spans = toSpans(given)
        const sum = cutAt(spans, instants).reduce(
          (before, piece) => measure([piece], rules, before),
          NO_TIME,
        )
        expect(sum).toEqual(measure(spans, rules))
      }),
      RUNS,
    )
  })

  it('does not wear out the zero it starts from', () => {
    measure([['active', 0, 10, 0]], DEFAULT_POLICY)
    measure([['idle', 0, 10, 0]], DEFAULT_POLICY, NO_TIME)
    expect(Object.values(NO_TIME)).toEqual([0, 0, 0, 0, 0, 0])
  })
})
