// Learners who go away, and what a page may not make of it.

import { describe, expect, it } from 'vitest'
import { openLeg, takeSignal } from '../../src/core/leg.ts'
import { DEFAULT_POLICY, toTerms } from '../../src/core/policy.ts'
import type { Span } from '../../src/contract/entry.ts'
import type { Signal } from '../../src/core/presence.ts'
import {
  ALL_RIGHT,
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toClaimed,
  toEnd,
  toSlice,
  toSpans,
  toStart,
  type Stretch,
} from './entries.ts'
import { openPage, openWorld, readReport, type World } from './relay-world.ts'
import { readTimes, sumTimes } from './told-view.ts'
import { work } from './work.ts'

/** So long after the last active instant nobody counts any more. */
const LEAVE_MS = 10 * MINUTE

const TERMS = toTerms(
  { policy: { ...DEFAULT_POLICY, suspendAfterMs: 'never' }, allowances: [] },
  FRACTIONS,
)

/** What a page tells of a learner who works for two minutes, is away for so long, and works for one more. */
function toAway(awayMs: number): Span[] {
  const signals: Signal[] = [
    { type: 'interaction', at: 30 * SECOND },
    { type: 'interaction', at: MINUTE },
    { type: 'interaction', at: 2 * MINUTE + awayMs },
    { type: 'tick', at: 3 * MINUTE + awayMs },
  ]
  return [...signals.reduce((leg, signal) => takeSignal(leg, signal, TERMS), openLeg(true)).spans]
}

const toEnds = (world: World) => readTimes(world).map(({ at }) => at - MONDAY)

describe('a learner who was away for an hour in one run', () => {
  const spans = toAway(HOUR)

  it('has one run, with all its time in it, and nothing of the time when nobody was there', async () => {
    const world = await openWorld()
    await work(world, await openPage(world), 'r', spans)
    expect(spans.map(([presence, from, to]) => [presence, from, to])).toEqual([
      ['active', 0, 2 * MINUTE],
      ['idle', 2 * MINUTE, 12 * MINUTE],
      ['left', 12 * MINUTE, 62 * MINUTE],
      ['active', 62 * MINUTE, 63 * MINUTE],
    ])
    expect(sumTimes(world)).toEqual({ active: 180, inactive: 300, waste: 300 })
  })

  it('is told in events of which none covers the gap', async () => {
    const world = await openWorld()
    await work(world, await openPage(world), 'r', spans)
    expect(toEnds(world)).toEqual([12 * MINUTE, 63 * MINUTE])
    const [before, after] = readTimes(world)
    expect(before?.seconds).toEqual({ active: 120, inactive: 300, waste: 300 })
    expect(after?.seconds).toEqual({ active: 60, inactive: 0, waste: 0 })
  })

  it('has every millisecond since the start explained', async () => {
    const world = await openWorld()
    await work(world, await openPage(world), 'r', spans)
    const { seen, legs } = await readReport(world, 'r')
    expect(Object.values(seen).reduce((sum, ms) => sum + ms, 0)).toBe(63 * MINUTE)
    expect(seen.uncounted).toBe(50 * MINUTE)
    expect(legs[0]?.timeline.at(3)).toEqual({
      from: MONDAY + 12 * MINUTE,
      to: MONDAY + 62 * MINUTE,
      presence: 'left',
      metric: null,
      reason: 'left',
      outcome: 'uncounted',
    })
  })

  it('whose page was open all the while cost one span, however long', async () => {
    expect(toAway(30 * HOUR)).toHaveLength(spans.length)
  })
})

describe('a left gap that is short', () => {
  it('is within no event either', async () => {
    const world = await openWorld()
    await work(world, await openPage(world), 'r', toAway(15 * MINUTE))
    // Gone from 12:00 to 17:00.
    expect(toEnds(world)).toEqual([12 * MINUTE, 18 * MINUTE])
  })

  it('is within no event where the operator lets learners leave sooner', async () => {
    const world = await openWorld({ options: { policy: { leaveAfterMs: MINUTE } } })
    const page = await openPage(world)
    const stretches: Stretch[] = [
      ['active', MINUTE],
      ['idle', MINUTE],
      ['left', 4 * MINUTE],
      ['active', MINUTE],
    ]
    await work(world, page, 'r', toSpans(...stretches))
    expect(toEnds(world)).toEqual([2 * MINUTE, 7 * MINUTE])
  })
})

describe('a tab that was left while its learner worked in another', () => {
  it('costs the run neither time nor a whole event', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(40 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice(
        'r/a',
        0,
        ...toSpans(['active', MINUTE], ['idle', 10 * MINUTE], ['left', 29 * MINUTE]),
      ),
      toStart('r/b', MONDAY + MINUTE),
      toSlice('r/b', 0, ...toSpans(['active', 20 * MINUTE], ['idle', MINUTE], ['active', MINUTE])),
      toEnd('r/b', 22 * MINUTE, ALL_RIGHT, {
        a: { slices: 1, reach: 40 * MINUTE },
        b: { slices: 1, reach: 22 * MINUTE },
      }),
    )
    await world.relay.deliver()
    expect(readTimes(world)).toMatchObject([
      { seconds: { active: 22 * 60, inactive: 60, waste: 0 } },
    ])
  })
})

describe('a page that says a learner stayed', () => {
  it.each<[presence: 'idle' | 'hidden' | 'paused', inactiveMs: number]>([
    ['idle', 5 * MINUTE],
    ['hidden', MINUTE],
    ['paused', LEAVE_MS],
  ])(
    '%s for three hours is believed for ten minutes, and no longer',
    async (presence, inactive) => {
      const world = await openWorld()
      const page = await openPage(world)
      await work(world, page, 'r', toSpans(['active', MINUTE], [presence, 3 * HOUR]))
      expect(sumTimes(world)).toEqual({
        active: 60,
        inactive: inactive / SECOND,
        waste: (LEAVE_MS - inactive) / SECOND,
      })
      const last = (await readReport(world, 'r')).legs[0]?.timeline.at(-1)
      expect(last).toEqual({
        from: MONDAY + MINUTE + LEAVE_MS,
        to: MONDAY + MINUTE + 3 * HOUR,
        presence,
        metric: null,
        reason: 'left',
        outcome: 'uncounted',
      })
    },
  )

  it('is not believed longer because it says the presence begins anew with each slice', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(30 * MINUTE)
    const slices = [0, 1, 2, 3].map((n) =>
      toSlice('r/a', n, ['paused', n * 6 * MINUTE, (n + 1) * 6 * MINUTE, n * 6 * MINUTE]),
    )
    const legs = { a: { slices: 4, reach: 24 * MINUTE } }
    await page.flush(toStart('r/a', MONDAY), ...slices, toEnd('r/a', 24 * MINUTE, ALL_RIGHT, legs))
    await world.relay.deliver()
    expect(sumTimes(world)).toEqual({ active: 0, inactive: 600, waste: 0 })
  })

  it('is not believed by calling it work on paper', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(2 * HOUR)
    await page.flush(
      toStart('r/a', MONDAY),
      toClaimed(toSlice('r/a', 0, ...toSpans(['idle', 2 * HOUR])), [0, 2 * HOUR]),
      toEnd('r/a', 2 * HOUR),
    )
    await world.relay.deliver()
    expect(sumTimes(world)).toEqual({ active: 0, inactive: 0, waste: 0, unknown: 600 })
  })

  it('is told in one stretch of the timeline what the page’s own word would have made of it', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    await work(world, page, 'r', toSpans(['hidden', HOUR]))
    const { legs, seen } = await readReport(world, 'r')
    expect(
      legs[0]?.timeline.map(({ metric, reason, from, to }) => [metric, reason, to - from]),
    ).toEqual([
      ['inactive', 'tab-hidden', MINUTE],
      ['waste', 'tab-hidden', 9 * MINUTE],
      [null, 'left', 50 * MINUTE],
    ])
    expect(seen).toMatchObject({ inactive: MINUTE, waste: 9 * MINUTE, uncounted: 50 * MINUTE })
  })
})

describe('a learner who never leaves', () => {
  it('is one whose operator says so', async () => {
    const world = await openWorld({ options: { policy: { leaveAfterMs: 'never' } } })
    const page = await openPage(world)
    await work(world, page, 'r', toSpans(['paused', 3 * HOUR]))
    expect(sumTimes(world)).toEqual({ active: 0, inactive: 3 * 3_600, waste: 0 })
  })
})
