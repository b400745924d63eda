import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sliceSchema } from '../../src/contract/entry.ts'
import { MAX_LEG_MS } from '../../src/contract/limits.ts'
import { toSliceId } from '../../src/core/entry-id.ts'
import {
  claimPaper,
  forgetRun,
  learnRun,
  openLeg,
  takeSignal,
  takeSlices,
  toActiveMs,
  type Leg,
} from '../../src/core/leg.ts'
import { measure, NO_TIME, type Totals } from '../../src/core/measure.ts'
import type { Terms } from '../../src/core/policy.ts'
import type { Signal } from '../../src/core/presence.ts'
import type { Slice } from '../../src/core/slices.ts'
import {
  contains,
  day,
  IDLE_AFTER_MS,
  isUnbroken,
  join,
  longDay,
  DEFAULT_TERMS,
  RUNS,
  terms,
  toEndAt,
  toSpans,
  untidyDay,
} from './signals.ts'

const BY: Terms = { ...DEFAULT_TERMS, idleAfterMs: IDLE_AFTER_MS, suspendAfterMs: Infinity }

const take = (leg: Leg, signal: Signal) => takeSignal(leg, signal, BY)

describe('takeSignal', () => {
  it('keeps the presence, the open slice and the time so far', () => {
    const leg = take(openLeg(true), { type: 'tick', at: IDLE_AFTER_MS + 500 })
    expect(leg.presence).toMatchObject({ presence: 'idle', since: IDLE_AFTER_MS })
    expect(leg.slices).toEqual([
      {
        n: 0,
        spans: [
          ['active', 0, IDLE_AFTER_MS, 0],
          ['idle', IDLE_AFTER_MS, IDLE_AFTER_MS + 500, IDLE_AFTER_MS],
        ],
      },
    ])
    expect(leg.totals).toEqual({ ...NO_TIME, active: IDLE_AFTER_MS, inactive: 500 })
  })

  it('goes on from what earlier legs of the run came to, and never adds that to a slice', () => {
    const before = { ...NO_TIME, active: 7, waste: 3 }
    const leg = take(openLeg(true, before), { type: 'tick', at: 100 })
    expect(leg.totals).toEqual({ ...before, active: 107 })
    expect(takeSlices(leg)[1]).toEqual([{ n: 0, spans: [['active', 0, 100, 0]] }])
  })

  it('does not change the leg it is given: looking ahead does not write', () => {
    const leg = take(openLeg(true), { type: 'tick', at: 1_000 })
    const before = structuredClone(leg)
    take(leg, { type: 'hidden', at: 90_000 })
    expect(leg).toEqual(before)
  })

  it('does not throw, and loses nothing, when a tab comes back after the longest leg', () => {
    const leg = take(openLeg(false), { type: 'visible', at: MAX_LEG_MS })
    expect(leg.slices.at(-1)?.spans.at(-1)?.[2]).toBe(MAX_LEG_MS)
    expect(leg.totals).toEqual({
      ...NO_TIME,
      inactive: 60_000,
      waste: 540_000,
      uncounted: MAX_LEG_MS - 600_000,
    })
  })

  it('never lets a reading fall, in any kind of time', () => {
    fc.assert(
      fc.property(fc.oneof(longDay, untidyDay), terms, ({ visible, signals }, by) => {
        let leg = openLeg(visible)
        for (const signal of signals) {
          const { totals } = leg
          leg = takeSignal(leg, signal, by)
          const fell = Object.entries(leg.totals).filter(
            ([kind, ms]) => ms < totals[kind as keyof typeof totals],
          )
          expect(fell).toEqual([])
        }
      }),
      RUNS,
    )
  })

  it('shows what the record will say: the totals are the measure of all slices, and the wall time', () => {
    fc.assert(
      fc.property(fc.oneof(longDay, untidyDay), terms, (given, by) => {
        const leg = given.signals.reduce(
          (before, signal) => takeSignal(before, signal, by),
          openLeg(given.visible),
        )
        const [, slices] = takeSlices(leg)
        const spans = slices.flatMap((slice) => slice.spans)
        expect(measure(spans, by)).toEqual(leg.totals)
        const sum = Object.values(leg.totals).reduce((total, ms) => total + ms, 0)
        expect(sum).toBe(toEndAt(given))
      }),
      RUNS,
    )
  })
})

describe('claimPaper', () => {
  const idleTo = (at: number, leg = openLeg(true)) => take(leg, { type: 'tick', at })

  it('changes nothing before there was an idle stretch', () => {
    const leg = idleTo(IDLE_AFTER_MS)
    expect(claimPaper(leg, BY)).toBe(leg)
  })

  it('moves the last idle stretch, waste and all, to unknown, and says so in the open slice', () => {
    const quiet = idleTo(IDLE_AFTER_MS + 400_000)
    const back = take(quiet, { type: 'interaction', at: IDLE_AFTER_MS + 400_000 })
    expect(back.totals).toMatchObject({ inactive: 300_000, waste: 100_000 })
    const leg = claimPaper(back, BY)
    expect(leg.totals).toEqual({ ...NO_TIME, active: IDLE_AFTER_MS, unknown: 400_000 })
    expect(leg.slices.at(-1)?.onPaper).toEqual([[IDLE_AFTER_MS, IDLE_AFTER_MS + 400_000]])
    expect(measure(leg.spans, BY, NO_TIME, leg.onPaper)).toEqual(leg.totals)
  })

  it('does not touch an earlier stretch, nor what was hidden, paused or active', () => {
    const days = (['hidden', 'visible', 'pause', 'resume', 'tick'] as const).map((type, index) => ({
      type,
      at: (index + 1) * 2 * IDLE_AFTER_MS,
    }))
    const before = days.reduce(take, openLeg(true))
    const after = claimPaper(before, BY)
    const moved = before.totals.inactive - after.totals.inactive
    expect(after.onPaper).toHaveLength(1)
    expect(after.totals).toEqual({
      ...before.totals,
      inactive: before.totals.inactive - moved,
      unknown: moved,
    })
    expect(moved).toBe(IDLE_AFTER_MS)
  })

  it('takes a stretch once, and again as far as it went on', () => {
    const once = claimPaper(idleTo(IDLE_AFTER_MS + 1_000), BY)
    expect(claimPaper(once, BY)).toBe(once)
    const twice = claimPaper(idleTo(IDLE_AFTER_MS + 3_000, once), BY)
    expect(twice.totals).toEqual({ ...NO_TIME, active: IDLE_AFTER_MS, unknown: 3_000 })
  })

  it('gives no more to a slice than the relay takes of it', () => {
    let leg = openLeg(true)
    const quick = { ...BY, idleAfterMs: 10 }
    for (let at = 20; at <= 20 * 40; at += 20) {
      leg = claimPaper(takeSignal(leg, { type: 'interaction', at }, quick), quick)
    }
    const [, [slice]] = takeSlices(leg)
    expect(slice?.onPaper).toHaveLength(16)
    const { n, ...wire } = slice!
    expect(
      sliceSchema.safeParse({ v: 1, type: 'slice', id: toSliceId('r', 'l', n), ...wire }).success,
    ).toBe(true)
  })

  it('keeps the sum, and never takes from active, whenever it is called', () => {
    const claims = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(day, untidyDay), terms, claims, (given, by, isClaimed) => {
        let leg = openLeg(given.visible)
        for (const [index, signal] of given.signals.entries()) {
          leg = takeSignal(leg, signal, by)
          const before = leg
          if (isClaimed[index]) leg = claimPaper(leg, by)
          expect(leg.totals.active).toBe(before.totals.active)
          expect(leg.totals.uncounted).toBe(before.totals.uncounted)
        }
        expect(measure(leg.spans, by, NO_TIME, leg.onPaper)).toEqual(leg.totals)
      }),
      RUNS,
    )
  })
})

describe('learnRun', () => {
  it('goes on from what earlier legs came to; what passed between is counted by nobody', () => {
    const before = { ...NO_TIME, active: 4_000, uncounted: 100 }
    const leg = take(learnRun(openLeg(true), before, 9_100), { type: 'tick', at: 1_000 })
    expect(leg.totals).toEqual({ ...NO_TIME, active: 5_000, uncounted: 5_100 })
  })

  it('takes nothing off again where the wall clock was set back meanwhile', () => {
    const before = { ...NO_TIME, active: 4_000, uncounted: 7 }
    expect(learnRun(openLeg(true), before, 0).totals).toEqual(before)
  })

  it('never makes a reading fall, and adds up to the time since the run began', () => {
    const counted = fc.record({
      active: fc.nat(60_000),
      inactive: fc.nat(60_000),
      waste: fc.nat(60_000),
      unknown: fc.nat(60_000),
      'anti-pattern': fc.nat(60_000),
    })
    fc.assert(
      fc.property(day, counted, fc.nat(60_000), (given, known, restMs) => {
        const leg = given.signals.reduce(take, openLeg(given.visible))
        const kinds = Object.keys(known) as (keyof typeof known)[]
        const mostMs = kinds.reduce((sum, kind) => sum + Math.max(known[kind], leg.totals[kind]), 0)
        const sinceStartMs = mostMs + leg.totals.uncounted + restMs
        const { totals } = learnRun(leg, { ...NO_TIME, ...known }, sinceStartMs)
        expect(Object.values(totals).reduce((sum, ms) => sum + ms, 0)).toBe(sinceStartMs)
        for (const kind of kinds) {
          expect(totals[kind]).toBe(Math.max(known[kind], leg.totals[kind]))
        }
      }),
      RUNS,
    )
  })

  it('leaves what it heard in the sum when a claim measures the leg anew', () => {
    const heard = learnRun(openLeg(true), { ...NO_TIME, active: 70_000, waste: 30_000 }, 100_000)
    const leg = claimPaper(take(heard, { type: 'tick', at: IDLE_AFTER_MS + 2_000 }), BY)
    expect(leg.totals).toEqual({
      ...NO_TIME,
      active: 70_000 + IDLE_AFTER_MS,
      waste: 30_000,
      unknown: 2_000,
    })
  })
})

describe('takeSlices', () => {
  it('gives nothing before any time has passed: an empty slice is never an entry', () => {
    expect(takeSlices(openLeg(true))[1]).toEqual([])
  })

  it('gives the open slice each time, longer, and a closed one once', () => {
    const [first, early] = takeSlices(take(openLeg(false), { type: 'tick', at: 10_000 }))
    expect(early).toEqual([{ n: 0, spans: [['hidden', 0, 10_000, 0]] }])
    const [second, both] = takeSlices(take(first, { type: 'tick', at: 61_000 }))
    expect(both.map(({ n }) => n)).toEqual([0, 1])
    const [, last] = takeSlices(take(second, { type: 'tick', at: 62_000 }))
    expect(last).toEqual([{ n: 1, spans: [['hidden', 60_000, 62_000, 0]] }])
  })

  it('gives the same again if nothing happened', () => {
    const [leg, slices] = takeSlices(take(openLeg(true), { type: 'tick', at: 1_000 }))
    expect(takeSlices(leg)[1]).toEqual(slices)
  })

  it('loses nothing whenever it is called: of each slice the latest copy holds all earlier ones', () => {
    const saves = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(fc.oneof(longDay, untidyDay), saves, (given, isSaved) => {
        const kept = new Map<number, Slice>()
        let leg = openLeg(given.visible)
        for (const [index, signal] of given.signals.entries()) {
          leg = take(leg, signal)
          if (!isSaved[index] && index < given.signals.length - 1) continue
          const [next, slices] = takeSlices(leg)
          leg = next
          for (const slice of slices) {
            expect(contains(slice, kept.get(slice.n))).toBe(true)
            kept.set(slice.n, slice)
          }
        }
        const spans = [...kept.values()].flatMap((slice) => slice.spans)
        expect(isUnbroken(spans, 0, toEndAt(given))).toBe(true)
        expect(join(spans)).toEqual(join(toSpans(given, BY)))
      }),
      RUNS,
    )
  })

  it('gives only what the relay takes', () => {
    fc.assert(
      fc.property(fc.oneof(longDay, untidyDay), ({ visible, signals }) => {
        const [, slices] = takeSlices(signals.reduce(take, openLeg(visible)))
        const refused = slices
          .map(({ n, spans }) => ({ v: 1, type: 'slice', id: toSliceId('r', 'l', n), spans }))
          .filter((entry) => !sliceSchema.safeParse(entry).success)
        expect(refused).toEqual([])
      }),
      RUNS,
    )
  })
})

describe('forgetRun', () => {
  it('leaves what the leg itself came to, of each kind, and learns anew as if it never had', () => {
    const own: Totals = { ...NO_TIME, active: 7_000, inactive: 500, uncounted: 250 }
    const leg: Leg = { ...openLeg(true), totals: own }
    const known: Totals = { ...NO_TIME, active: 90_000, waste: 3_000 }
    const learned = learnRun(leg, known, 120_000)
    expect(learned.totals.active).toBe(90_000)
    expect(forgetRun(learned)).toEqual({ ...leg, before: NO_TIME })
  })
})

describe('toActiveMs', () => {
  const spans: Leg['spans'] = [
    ['active', 0, 1_000, 0],
    ['idle', 1_000, 5_000, 1_000],
    ['active', 5_000, 7_000, 5_000],
  ]

  it.each([
    [0, 0],
    [600, 600],
    [4_000, 1_000],
    [5_500, 1_500],
    // The relay's copy may reach further than what is asked here.
    [9_000, 3_000],
  ])('before %i is %i: active time alone, whatever the run came to elsewhere', (at, activeMs) => {
    const before: Totals = { ...NO_TIME, active: 90_000 }
    expect(toActiveMs({ ...openLeg(true, before), spans }, at)).toBe(activeMs)
  })
})
