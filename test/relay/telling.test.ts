import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import type { Policy } from '../../src/contract/grant.ts'
import type { Metric } from '../../src/core/measure.ts'
import { DEFAULT_POLICY, TIMEBACK_SDK_POLICY, toTerms } from '../../src/core/policy.ts'
import { toWindows, type Told } from '../../src/relay/telling.ts'
import { FRACTIONS, HOUR, MINUTE, MONDAY } from './entries.ts'

const TERMS = toTerms({ policy: DEFAULT_POLICY, allowances: [] }, FRACTIONS)

const told = (
  from: number,
  to: number,
  metric: Metric = 'active',
  reason: string | null = null,
): Told => ({
  from: MONDAY + from,
  to: MONDAY + to,
  metric,
  reason,
})

const toTimes = (stretches: Told[]) =>
  toWindows(stretches, TERMS).map(({ from, to }) => [from - MONDAY, to - MONDAY])

describe('windows', () => {
  it('are none where there is nothing to tell', () => {
    expect(toWindows([], TERMS)).toEqual([])
  })

  it.each([
    ['an hour is one', [told(0, HOUR)], [[0, HOUR]]],
    [
      'a millisecond more is two',
      [told(0, HOUR + 1)],
      [
        [0, HOUR],
        [HOUR, HOUR + 1],
      ],
    ],
    [
      'many stretches of one hour are one',
      [told(0, 20 * MINUTE), told(20 * MINUTE, HOUR)],
      [[0, HOUR]],
    ],
    [
      'a stretch across the hour is cut there',
      [told(0, 50 * MINUTE), told(50 * MINUTE, 70 * MINUTE, 'inactive', 'idle')],
      [
        [0, HOUR],
        [HOUR, 70 * MINUTE],
      ],
    ],
    [
      'a short hole is within one',
      [told(0, MINUTE), told(10 * MINUTE, 12 * MINUTE)],
      [[0, 12 * MINUTE]],
    ],
    [
      'a hole of ten minutes means that the learner left',
      [told(0, MINUTE), told(11 * MINUTE, 12 * MINUTE)],
      [
        [0, MINUTE],
        [11 * MINUTE, 12 * MINUTE],
      ],
    ],
  ])('%s', (_, stretches, times) => {
    expect(toTimes(stretches)).toEqual(times)
  })

  it('are cut where the learner is known to have left, however short that was', () => {
    const left = [{ from: MONDAY + MINUTE, to: MONDAY + 2 * MINUTE }]
    const stretches = [told(0, MINUTE), told(2 * MINUTE, 3 * MINUTE), told(4 * MINUTE, 5 * MINUTE)]
    expect(
      toWindows(stretches, TERMS, left).map(({ from, to }) => [from - MONDAY, to - MONDAY]),
    ).toEqual([
      [0, MINUTE],
      [2 * MINUTE, 5 * MINUTE],
    ])
  })

  it('are not cut where nothing is missing, though one tab was left meanwhile', () => {
    const left = [{ from: MONDAY, to: MONDAY + 5 * MINUTE }]
    const stretches = [told(0, MINUTE), told(MINUTE, 2 * MINUTE, 'inactive', 'idle')]
    expect(toWindows(stretches, TERMS, left)).toHaveLength(1)
  })

  it('name active, inactive and waste also where they are 0, and others where they are', () => {
    const [window] = toWindows([told(0, MINUTE, 'unknown', 'on-paper')], TERMS)
    expect(window?.items).toEqual([
      { metric: 'active', ms: 0 },
      { metric: 'inactive', ms: 0 },
      { metric: 'waste', ms: 0 },
      { metric: 'unknown', ms: MINUTE, subType: 'on-paper' },
    ])
  })

  it('say the longest reason of a metric, and split it in full', () => {
    const [window] = toWindows(
      [
        told(0, 1_000, 'inactive', 'idle'),
        told(1_000, 4_000, 'inactive', 'tab-hidden'),
        told(4_000, 5_500, 'inactive', 'idle'),
      ],
      TERMS,
    )
    expect(window?.items[1]).toEqual({ metric: 'inactive', ms: 5_500, subType: 'tab-hidden' })
    expect(window?.split).toEqual({ 'inactive:idle': 2_500, 'inactive:tab-hidden': 3_000 })
  })

  it('do not say 0 waste where nobody measures any', () => {
    const toMetrics = (policy: Policy) => {
      const terms = toTerms({ policy, allowances: [] }, FRACTIONS)
      return toWindows([told(0, 1)], terms)[0]?.items.map(({ metric }) => metric)
    }
    expect(toMetrics(TIMEBACK_SDK_POLICY)).toEqual(['active', 'inactive'])
    const half = { ...TIMEBACK_SDK_POLICY, idleWasteAfterMs: 0 }
    expect(toMetrics(half)).toContain('waste')
  })

  it('hold every millisecond once, never more than an hour of it, and no left gap', () => {
    const metrics = fc.constantFrom<Metric>('active', 'inactive', 'waste', 'unknown')
    const steps = fc.array(
      fc.tuple(fc.nat(20 * MINUTE), fc.integer({ min: 1, max: 3 * HOUR }), metrics),
    )
    fc.assert(
      fc.property(steps, (list) => {
        let at = 0
        const stretches = list.map(([gap, length, metric]) => {
          const from = at + gap
          at = from + length
          return told(from, at, metric, metric === 'active' ? null : 'idle')
        })
        const windows = toWindows(stretches, TERMS)
        const sum = (all: { ms: number }[]) => all.reduce((total, { ms }) => total + ms, 0)
        expect(sum(windows.flatMap(({ items }) => items))).toBe(
          list.reduce((total, [, length]) => total + length, 0),
        )
        for (const { from, to, items, split } of windows) {
          expect(to - from).toBeLessThanOrEqual(HOUR)
          expect(sum(items)).toBe(Object.values(split).reduce((total, ms) => total + ms, 0))
          expect(sum(items)).toBeLessThanOrEqual(to - from)
        }
        for (const [index, { to }] of windows.slice(0, -1).entries()) {
          expect(windows[index + 1]!.from).toBeGreaterThanOrEqual(to)
        }
      }),
    )
  })
})
