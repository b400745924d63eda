import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Signal } from '../../src/core/presence.ts'
import {
  day,
  IDLE_AFTER_MS,
  isUnbroken,
  join,
  RUNS,
  sumMs,
  toEndAt,
  toSpans,
  untidyDay,
  type Day,
} from './signals.ts'

/** The same day with ticks at each multiple of the period: those of a signal's own instant come on both its sides. */
function withTicks({ visible, signals }: Day, periodMs: number): Day {
  const ticked: Signal[] = []
  let at = 0
  for (const signal of signals) {
    for (; at <= signal.at; at += periodMs) ticked.push({ type: 'tick', at })
    ticked.push(signal)
    if (at - periodMs === signal.at) ticked.push({ type: 'tick', at: signal.at })
  }
  return { visible, signals: ticked }
}

describe('transition', () => {
  it('explains each millisecond once, from 0 to the last signal, in whatever order signals come', () => {
    fc.assert(
      fc.property(fc.oneof(day, untidyDay), (given) => {
        const spans = toSpans(given)
        expect(isUnbroken(spans, 0, toEndAt(given))).toBe(true)
        expect(sumMs(spans)).toBe(toEndAt(given))
      }),
      RUNS,
    )
  })

  it('leaves no gap and no overlap if the rules change on the way', () => {
    const changes = fc.array(fc.nat(3 * IDLE_AFTER_MS), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(untidyDay, changes, (given, thresholds) => {
        let n = 0
        const rules = {
          get idleAfterMs() {
            return thresholds[n++ % thresholds.length]!
          },
        }
        expect(isUnbroken(toSpans(given, rules), 0, toEndAt(given))).toBe(true)
      }),
      RUNS,
    )
  })

  it.each([250, 1_000, 7_000])('never shows that it ticked each %i ms', (periodMs) => {
    fc.assert(
      fc.property(day, (given) => {
        expect(join(toSpans(withTicks(given, periodMs)))).toEqual(join(toSpans(given)))
      }),
      RUNS,
    )
  })

  it('never shows that it was looked at, at any instants', () => {
    const looks = fc.array(fc.nat(40_000), { maxLength: 30 })
    fc.assert(
      fc.property(day, looks, (given, instants) => {
        const ticks = instants
          .filter((at) => at <= toEndAt(given))
          .map((at) => ({ type: 'tick' as const, at }))
        const signals = [...given.signals, ...ticks].toSorted((a, b) => a.at - b.at)
        expect(join(toSpans({ ...given, signals }))).toEqual(join(toSpans(given)))
      }),
      RUNS,
    )
  })

  it('never takes back what it told: the spans of any beginning are the beginning of the spans', () => {
    fc.assert(
      fc.property(fc.oneof(day, untidyDay), fc.nat(12), (given, count) => {
        const early = toSpans({ ...given, signals: given.signals.slice(0, count) })
        expect(toSpans(given).slice(0, early.length)).toEqual(early)
      }),
      RUNS,
    )
  })

  it('is never active longer than idleAfterMs after the last sign of the learner', () => {
    fc.assert(
      fc.property(day, (given) => {
        const signs = ['interaction', 'focus', 'visible', 'resume']
        const lives = given.signals.filter(({ type }) => signs.includes(type)).map(({ at }) => at)
        for (const [presence, from, to] of join(toSpans(given))) {
          if (presence !== 'active') continue
          const inside = [from, ...lives.filter((at) => at > from && at < to)]
          const before = Math.max(0, ...lives.filter((at) => at <= from))
          const steps = [before, ...inside.slice(1), to]
          const longest = Math.max(...steps.slice(1).map((at, index) => at - steps[index]!))
          expect(longest).toBeLessThanOrEqual(IDLE_AFTER_MS)
        }
      }),
      RUNS,
    )
  })

  it('is idle only where nothing was seen of the learner for idleAfterMs', () => {
    fc.assert(
      fc.property(day, (given) => {
        const lives = given.signals.filter(({ type }) => type === 'interaction').map(({ at }) => at)
        for (const [presence, from, to] of toSpans(given)) {
          if (presence !== 'idle') continue
          expect(lives.some((at) => at > from - IDLE_AFTER_MS && at < to)).toBe(false)
        }
      }),
      RUNS,
    )
  })
})
