import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import { MAX_LEG_MS } from '../../src/contract/limits.ts'
import { openPresence, transition, type Signal } from '../../src/core/presence.ts'
import { askPresence } from './oracle.ts'
import {
  clockDay,
  day,
  IDLE_AFTER_MS,
  isUnbroken,
  join,
  RUNS,
  sumMs,
  TERMS,
  terms,
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
        const by = {
          ...TERMS,
          get idleAfterMs() {
            return thresholds[n++ % thresholds.length]!
          },
        }
        expect(isUnbroken(toSpans(given, by), 0, toEndAt(given))).toBe(true)
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

  it('says of each instant what the rules say, at every edge and between', () => {
    fc.assert(
      fc.property(day, terms, (given, anyTerms) => {
        const by = { ...anyTerms, suspendAfterMs: Infinity }
        const wrong = toSpans(given, by).flatMap(([presence, from, to]) =>
          [from, Math.floor((from + to) / 2), to - 1]
            .filter((at) => askPresence(given, at, by) !== presence)
            .map((at) => [at, presence, askPresence(given, at, by)]),
        )
        expect(wrong).toEqual([])
      }),
      RUNS,
    )
  })

  it('gives each flag what its host said, and no other presence anything', () => {
    fc.assert(
      fc.property(day, (given) => {
        for (const [presence, from, , , ...flag] of toSpans(given)) {
          const said = given.signals.findLast(
            ({ type, at }) => at <= from && (type === 'flag' || type === 'unflag'),
          )
          expect(flag).toEqual(presence === 'flag' ? said?.flag : [])
        }
      }),
      RUNS,
    )
  })
})

describe('transition, with a wall clock of its own will', () => {
  const sum = (all: number[]) => all.reduce((total, ms) => total + ms, 0)

  it('leaves no gap and no overlap, through drift, jumps and sleep at any point', () => {
    fc.assert(
      fc.property(clockDay, terms, ({ visible, signals }, by) => {
        const spans: Span[] = []
        let state = openPresence(visible)
        for (const signal of signals) {
          const [next, told] = transition(state, signal, by)
          spans.push(...told)
          expect(isUnbroken(spans, 0, next.toldTo)).toBe(true)
          state = next
        }
      }),
      RUNS,
    )
  })

  it('adds to the time of the monotonic clock exactly the sleep that only the wall clock saw', () => {
    fc.assert(
      fc.property(clockDay, (given) => {
        const by = { ...TERMS, suspendAfterMs: 2_000 }
        const visibleOff = {
          ...given,
          visible: false,
          signals: given.signals.filter(({ type }) => type !== 'visible'),
        }
        let aheadMs = 0
        // Where it would be had it not been set back.
        let rightMs = 0
        const sleeps = visibleOff.signals.map(({ at, wall = at }) => {
          const isBack = wall - at <= rightMs - 2_000
          const step = wall - at - (isBack ? aheadMs : rightMs)
          const sleep = step > 2_000 && step < MAX_LEG_MS / 2 ? step : 0
          aheadMs = wall - at
          rightMs = isBack ? rightMs + sleep : aheadMs
          return sleep
        })
        const spans = toSpans(visibleOff, by)
        expect(sumMs(spans, 'suspended')).toBe(sum(sleeps))
        expect(spans.at(-1)?.[2] ?? 0).toBe(toEndAt(visibleOff) + sum(sleeps))
      }),
      RUNS,
    )
  })

  it('takes no drift, no jump back and no correction by years for a sleep', () => {
    fc.assert(
      fc.property(day, fc.array(fc.integer({ min: -9_000_000, max: 2_000 })), (given, steps) => {
        const by = { ...TERMS, suspendAfterMs: 2_000 }
        const hidden = {
          visible: false,
          signals: given.signals.filter(({ type }) => type !== 'visible'),
        }
        let aheadMs = 0
        const signals = hidden.signals.map((signal, index) => {
          aheadMs += steps[index] ?? 0
          return { ...signal, wall: signal.at + aheadMs }
        })
        expect(toSpans({ ...hidden, signals }, by)).toEqual(toSpans(hidden, by))
      }),
      RUNS,
    )
  })

  it('takes a clock that was set back and is put right again for one that stood right, whatever slept meanwhile', () => {
    const sleep = fc.oneof(fc.constant(0), fc.integer({ min: 2_001, max: 60_000 }))
    const sleeps = fc.array(sleep, { minLength: 12, maxLength: 12 })
    const setBackMs = fc.integer({ min: 62_001, max: 9_000_000 })
    fc.assert(
      fc.property(
        day,
        sleeps,
        fc.nat(11),
        fc.nat(11),
        setBackMs,
        (given, slept, one, other, by) => {
          const [backAt, rightAt] = [Math.min(one, other), Math.max(one, other)]
          const toDay = (backMs: number): Day => {
            let aheadMs = 0
            const signals = given.signals.map((signal, index) => {
              // What sleeps as its clock is set back is seen by no clock.
              aheadMs += index === backAt ? 0 : slept[index]!
              const isBack = index >= backAt && index < rightAt
              return { ...signal, wall: signal.at + aheadMs - (isBack ? backMs : 0) }
            })
            return { visible: given.visible, signals }
          }
          const rules = { ...TERMS, suspendAfterMs: 2_000 }
          expect(toSpans(toDay(by), rules)).toEqual(toSpans(toDay(0), rules))
        },
      ),
      RUNS,
    )
  })
})
