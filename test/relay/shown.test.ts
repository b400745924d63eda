// From signals to the record: what a page shows of a random day is what the relay tells of it.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimPaper, openLeg, takeSignal, takeSlices, type Leg } from '../../src/core/leg.ts'
import { NO_TIME, type Totals } from '../../src/core/measure.ts'
import { DEFAULT_POLICY, toTerms } from '../../src/core/policy.ts'
import { toOwned } from '../../src/core/owner.ts'
import type { Slice } from '../../src/core/slices.ts'
import { toClaims } from '../../src/relay/reserve.ts'
import type { Flag, Signal, SignalType } from '../../src/core/presence.ts'
import { FRACTIONS, HOUR, MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { toKnownRun, toSums } from './known-run.ts'
import { identifyAnybody, openPage, openWorld, readReport } from './relay-world.ts'

/** Nobody ticks here, so that a visible page would seem to sleep all the time. */
const POLICY = { ...DEFAULT_POLICY, suspendAfterMs: 'never' } as const
const TERMS = toTerms({ policy: POLICY, allowances: [] }, FRACTIONS)

interface Step {
  /** `claim` is the learner's word that they worked on paper. */
  type: SignalType | 'claim'
  /** So long after the one before. */
  afterMs: number
  flag?: Flag
}

const PLAIN = [
  'visible',
  'hidden',
  'interaction',
  'mediastart',
  'mediastop',
  'frame',
  'unframe',
  'pause',
  'resume',
  'unflag',
  'tick',
  'claim',
] as const

const afterMs = fc.oneof(
  fc.constantFrom(0, 1, MINUTE, 5 * MINUTE, 10 * MINUTE),
  fc.nat(3 * MINUTE),
  fc.nat(HOUR / 2),
)
const flag = fc.constantFrom<Flag>(['waste', 'guessing'], ['unknown'], ['anti-pattern', 'skips'])
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom(...PLAIN), afterMs }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('flag' as const), afterMs, flag }) },
)
const day = fc.record({
  visible: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }),
})

/** A page's part: the slices that it has written at the end, and what it shows then. */
function live(visible: boolean, steps: readonly Step[]) {
  let leg: Leg = openLeg(visible)
  let at = 0
  const written = new Map<number, Slice>()
  for (const { type, afterMs: ms, flag: said } of steps) {
    at += ms
    const signal: Signal = {
      type: type === 'claim' ? 'tick' : type,
      at,
      ...(said && { flag: said }),
    }
    leg = takeSignal(leg, signal, TERMS)
    if (type === 'claim') leg = claimPaper(leg, TERMS)
    const [next, slices] = takeSlices(leg)
    leg = next
    for (const slice of slices) written.set(slice.n, slice)
  }
  return { slices: [...written.values()], shown: leg.totals, reach: at }
}

async function openRelay() {
  const world = await openWorld({ options: { identify: identifyAnybody, policy: POLICY } })
  let learners = 0
  /** What is told of a day, and what the relay saw of it. */
  const tell = async (visible: boolean, steps: readonly Step[]) => {
    const learner = `learner-${(learners += 1)}`
    const page = await openPage(world, learner)
    const { slices: written, shown, reach } = live(visible, steps)
    const slices = written.map(({ n, ...slice }) => ({ ...toSlice('r/a', n), ...slice }))
    const start = toStart('r/a', page.wall())
    world.clock.pass(reach)
    await page.flush(start)
    for (let first = 0; first < slices.length; first += 150) {
      await page.flush(...slices.slice(first, first + 150))
    }
    await page.flush(toEnd('r/a', reach, {}, { a: { slices: slices.length, reach } }))
    await world.relay.deliver()
    const { seen, counted } = await readReport(world, 'r', { learner })
    return { shown, seen, counted }
  }
  return tell
}

const expectSame = ({ shown, seen, counted }: { shown: Totals; seen: Totals; counted: Totals }) => {
  expect(seen).toEqual(shown)
  expect(counted).toEqual({ ...shown, uncounted: 0 })
}

describe('the time that a page shows', { timeout: 120_000 }, () => {
  it('is the time that the relay tells, whatever signals came', async () => {
    const tell = await openRelay()
    await fc.assert(
      fc.asyncProperty(day, async ({ visible, steps }) => expectSame(await tell(visible, steps))),
      { numRuns: 100 },
    )
  })

  it('is the time that a run claims, whatever signals came', () => {
    const counting = { policy: POLICY, allowances: [] }
    fc.assert(
      fc.property(day, ({ visible, steps }) => {
        const { slices, shown } = live(visible, steps)
        const owned = toOwned(toClaims(toKnownRun(slices), counting))
        expect(toSums(owned)).toEqual({ ...shown, uncounted: 0 })
      }),
      { numRuns: 2_000 },
    )
  })

  it.each<[what: string, SignalType, SignalType]>([
    ['goes on with a pause', 'resume', 'pause'],
    ['looks in', 'visible', 'hidden'],
    ['says something and takes it back', 'flag', 'unflag'],
  ])('is the relay’s too where, within one millisecond, the learner %s', async (_, on, off) => {
    const tell = await openRelay()
    const first = off === 'unflag' ? 'tick' : off
    expectSame(
      await tell(off !== 'hidden', [
        { type: first, afterMs: 0 },
        { type: on, afterMs: 4 * MINUTE, ...(on === 'flag' && { flag: ['waste'] }) },
        { type: off, afterMs: 0 },
        { type: 'tick', afterMs: 9 * MINUTE },
        { type: 'interaction', afterMs: 0 },
      ]),
    )
  })

  it('adds up to the wall time, with what is not counted', async () => {
    const tell = await openRelay()
    const { shown, counted } = await tell(true, [
      { type: 'hidden', afterMs: 30 * SECOND },
      { type: 'visible', afterMs: HOUR },
      { type: 'tick', afterMs: MINUTE },
    ])
    const sum = (totals: Totals) => Object.values(totals).reduce((all, ms) => all + ms, 0)
    expect(sum(shown)).toBe(HOUR + MINUTE + 30 * SECOND)
    // Gone ten minutes after the learner was last active: the other fifty of that hour are nobody's.
    expect(counted).toEqual({
      ...NO_TIME,
      active: 90 * SECOND,
      inactive: MINUTE,
      waste: 9 * MINUTE,
    })
  })
})
