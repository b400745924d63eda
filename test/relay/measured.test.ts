// The record and the display: the relay measures what a page measures, over any cut and any way of sending.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure, NO_TIME, type Totals } from '../../src/core/measure.ts'
import { toOwned } from '../../src/core/owner.ts'
import {
  DEFAULT_POLICY,
  TIMEBACK_SDK_POLICY,
  toTerms,
  type Counting,
} from '../../src/core/policy.ts'
import { toClaims } from '../../src/relay/reserve.ts'
import type { RelaySettings } from '../../src/relay/relay.ts'
import { FRACTIONS, HOUR, MONDAY } from './entries.ts'
import { toKnownRun, toSums } from './known-run.ts'
import { toAnySlices, toEntries, toRandomLeg, type RandomLeg } from './random-leg.ts'
import { identifyAnybody, openPage, openWorld, readReport, toWords } from './relay-world.ts'
import { toFlushes } from './sends.ts'

const SHORT = { idleWasteAfterMs: 60_000, hiddenWasteAfterMs: 0, leaveAfterMs: 300_000 }

/** How a relay can be told to count, and what that means. */
const COUNTINGS: [settings: Pick<RelaySettings, 'policy' | 'preset'>, counting: Counting][] = [
  [{}, { policy: DEFAULT_POLICY, allowances: [] }],
  [{ preset: 'timeback-sdk' }, { policy: TIMEBACK_SDK_POLICY, allowances: [] }],
  [{ policy: SHORT }, { policy: { ...DEFAULT_POLICY, ...SHORT }, allowances: [] }],
]

/** What a page shows that saw all of a leg. */
const toShown = ({ spans, onPaper }: RandomLeg, counting: Counting): Totals =>
  measure(spans, toTerms(counting, FRACTIONS), NO_TIME, onPaper)

/** A leg and all that becomes of it until it has reached the relay. */
const sentLeg = toRandomLeg().chain((leg) =>
  toAnySlices(leg)
    .map((slices) => toEntries('r/a', MONDAY, slices))
    .chain(({ entries, older }) => toFlushes(entries, older))
    .map((flushes) => ({ leg, flushes })),
)

/** Every start in there dates its leg by the test's first instant; by now it is later. */
const toNow = <E extends object>(entry: E, wallAt: number): E =>
  'wallAt' in entry ? { ...entry, wallAt } : entry

describe('what the relay tells', { timeout: 120_000 }, () => {
  it('is what the page shows: for any cut into slices, loss, repetition and order of sends', async () => {
    const world = await openWorld({ options: { identify: identifyAnybody } })
    const relays = await Promise.all(COUNTINGS.map(([settings]) => world.startRelay(settings)))
    let learners = 0
    const which = fc.nat(COUNTINGS.length - 1)
    await fc.assert(
      fc.asyncProperty(sentLeg, which, async ({ leg, flushes }, index) => {
        const learner = `learner-${(learners += 1)}`
        const relay = relays[index]!
        const page = await openPage(world, learner, { relay })
        const wallAt = page.wall()
        world.clock.pass(leg.spans.at(-1)![2])
        for (const flush of flushes) {
          const words = toWords(await page.flush(...flush.map((entry) => toNow(entry, wallAt))))
          expect(words.filter((word) => word !== 'stored' && word !== 'known')).toEqual([])
        }
        await relay.deliver()

        const shown = toShown(leg, COUNTINGS[index]![1])
        const { whole, seen, counted } = await readReport(world, 'r', { learner, relay })
        expect({ whole, seen }).toEqual({ whole: true, seen: shown })
        expect(counted).toEqual({ ...shown, uncounted: 0 })
      }),
      { numRuns: 200 },
    )
  })

  it('is the same however often it is told in between: a later piece changes no earlier verdict', async () => {
    const world = await openWorld({ options: { identify: identifyAnybody } })
    let learners = 0
    const withoutPaper = toRandomLeg().chain(({ spans }) => {
      const leg: RandomLeg = { spans, onPaper: [] }
      return toAnySlices(leg)
        .map((slices) => toEntries('r/a', MONDAY, slices))
        .chain(({ entries, older }) => toFlushes(entries.slice(0, -1), older))
        .map((flushes) => ({ leg, flushes }))
    })
    await fc.assert(
      fc.asyncProperty(withoutPaper, async ({ leg, flushes }) => {
        const learner = `learner-${(learners += 1)}`
        const page = await openPage(world, learner)
        const wallAt = page.wall()
        world.clock.pass(leg.spans.at(-1)![2])
        for (const flush of flushes) {
          await page.flush(...flush.map((entry) => toNow(entry, wallAt)))
          world.clock.pass(HOUR)
          await world.relay.deliver()
        }
        const shown = toShown(leg, COUNTINGS[0]![1])
        const { counted } = await readReport(world, 'r', { learner })
        expect(counted).toEqual({ ...shown, uncounted: 0 })
      }),
      { numRuns: 60 },
    )
  })
})

describe('what a run claims', () => {
  it('is what the page shows, and the same over any two cuts, instant by instant', () => {
    const cutTwice = toRandomLeg().chain((leg) =>
      fc.tuple(fc.constant(leg), toAnySlices(leg), toAnySlices(leg)),
    )
    fc.assert(
      fc.property(cutTwice, fc.constantFrom(...COUNTINGS), ([leg, one, two], [, counting]) => {
        const owned = toOwned(toClaims(toKnownRun(one), counting))
        expect(toSums(owned)).toEqual({ ...toShown(leg, counting), uncounted: 0 })
        expect(toOwned(toClaims(toKnownRun(two), counting))).toEqual(owned)
      }),
      { numRuns: 2_000 },
    )
  })
})
