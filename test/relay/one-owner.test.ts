// One owner for each instant of a learner, over all runs, tabs and devices, also where hosts and learners have their
// say. Everything happens on whole seconds here, so that a plain table of seconds can say who owns what.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Metric } from '../../src/core/measure.ts'
import { HOUR, MINUTE, SECOND, toClaimed, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import { toRandomLeg, type RandomLeg } from './random-leg.ts'
import { identifyAnybody, openPage, openWorld, readReport, type World } from './relay-world.ts'
import { readTimes } from './told-view.ts'

const LEASE_MS = 15 * MINUTE

/** Short, so that random minutes meet every rule. In seconds. */
const IDLE_WASTE = 40
const HIDDEN_WASTE = 20
const LEAVE = 90
const POLICY = {
  idleWasteAfterMs: IDLE_WASTE * SECOND,
  hiddenWasteAfterMs: HIDDEN_WASTE * SECOND,
  leaveAfterMs: LEAVE * SECOND,
}

interface Tab extends RandomLeg {
  runId: string
  /** Seconds after the learner sat down; no two tabs open in the same. */
  opensAt: number
  /** How far this device's clock is off. */
  clockErrorMs: number
}

const RUNS = ['r0', 'r1', 'r2']

const wholeSeconds = (most: number) =>
  fc.integer({ min: 1, max: most }).map((count) => count * SECOND)

const tabs: fc.Arbitrary<Tab[]> = fc
  .uniqueArray(fc.nat(200), { minLength: 1, maxLength: 6, size: 'max' })
  .chain((starts) =>
    fc.tuple(
      ...starts.map((opensAt) =>
        fc
          .record({
            leg: toRandomLeg(wholeSeconds(120), 6),
            runId: fc.constantFrom(...RUNS),
            clockErrorMs: fc.constantFrom(0, 0, -3 * HOUR, 400 * 24 * HOUR),
          })
          .map(({ leg, ...tab }) => ({ ...tab, ...leg, opensAt })),
      ),
    ),
  )

interface Second {
  metric: Metric
  rank: number
}

/** What a tab would have counted of each second of its own, by the design's table. */
function toSeconds({ spans, onPaper }: Tab): (Second | undefined)[] {
  return spans.flatMap(([presence, from, to, since, flagged]) =>
    Array.from({ length: (to - from) / SECOND }, (_, index) => {
      const at = from + index * SECOND
      const age = (at - since) / SECOND
      if (presence === 'active') return { metric: 'active', rank: 0 } as const
      if (presence === 'flag') return { metric: flagged!, rank: 1 }
      if (presence === 'suspended' || presence === 'left' || age >= LEAVE) return undefined
      const isOnPaper = onPaper.some(([start, end]) => start <= at && at < end)
      if (presence === 'idle' && isOnPaper) return { metric: 'unknown', rank: 1 } as const
      const wasteAfter = { idle: IDLE_WASTE, hidden: HIDDEN_WASTE, paused: Infinity }[presence]
      if (age >= wasteAfter) return { metric: 'waste', rank: 3 } as const
      return { metric: 'inactive', rank: 2 } as const
    }),
  )
}

type Owned = Record<number, [runId: string, metric: Metric]>

/** Who owns each second: the lowest rank, and of those the tab that was opened first. */
function toOwners(all: readonly Tab[]): Owned {
  const best: Record<number, { rank: number; is: [runId: string, metric: Metric] }> = {}
  for (const tab of all.toSorted((a, b) => a.opensAt - b.opensAt)) {
    for (const [index, second] of toSeconds(tab).entries()) {
      if (!second) continue
      const at = tab.opensAt + index
      const isBetter = second.rank < (best[at]?.rank ?? Infinity)
      if (isBetter) best[at] = { rank: second.rank, is: [tab.runId, second.metric] }
    }
  }
  return Object.fromEntries(Object.entries(best).map(([at, { is }]) => [at, is]))
}

/** Opens each tab on a device of its own, and sends all of it when all of it is over. */
async function study(world: World, learner: string, all: readonly Tab[], ended: string[]) {
  const satDownAt = world.clock.now()
  const pages = await Promise.all(
    all.map(({ clockErrorMs }) => openPage(world, learner, { clockErrorMs })),
  )
  world.clock.pass(HOUR / 2)
  for (const [index, tab] of all.entries()) {
    const { flush } = pages[index]!
    const leg = `${tab.runId}/${index}`
    const slice = toSlice(leg, 0, ...tab.spans)
    await flush(
      toStart(leg, satDownAt + tab.opensAt * SECOND + tab.clockErrorMs),
      tab.onPaper.length > 0 ? toClaimed(slice, ...tab.onPaper) : slice,
    )
  }
  for (const runId of ended) {
    const index = all.findIndex((tab) => tab.runId === runId)
    const reach = index < 0 ? 0 : all[index]!.spans.at(-1)![2]
    if (index >= 0) await pages[index]!.flush(toEnd(`${runId}/${index}`, reach, {}))
  }
  return satDownAt
}

/** What was told of each second, by all runs; fails if one was told twice. */
async function readOwners(world: World, learner: string, runs: string[], since: number) {
  const owned: Owned = {}
  for (const runId of runs) {
    const { told, counted } = await readReport(world, runId, { learner })
    const ms = told.reduce((sum, { from, to }) => sum + to - from, 0)
    expect(Object.values(counted).reduce((sum, each) => sum + each, 0)).toBe(ms)
    for (const { from, to, metric } of told) {
      for (let at = (from - since) / SECOND; at < (to - since) / SECOND; at += 1) {
        expect({ at, runId, before: owned[at] }).toEqual({ at, runId, before: undefined })
        owned[at] = [runId, metric]
      }
    }
  }
  return owned
}

describe('each instant of a learner', { timeout: 120_000 }, () => {
  it('is told once, by the best claim of all tabs, runs and devices, in whatever order they end', async () => {
    const world = await openWorld({ options: { identify: identifyAnybody, policy: POLICY } })
    let learners = 0
    await fc.assert(
      fc.asyncProperty(tabs, fc.shuffledSubarray(RUNS), async (all, ended) => {
        const learner = `learner-${(learners += 1)}`
        const satDownAt = await study(world, learner, all, ended)
        await world.relay.deliver()
        world.clock.pass(LEASE_MS)
        await world.relay.deliver()
        const runs = RUNS.filter((runId) => all.some((tab) => tab.runId === runId))
        expect(await readOwners(world, learner, runs, satDownAt)).toEqual(toOwners(all))
      }),
      { numRuns: 120 },
    )
  })
})

describe('an instant that several tabs claim', () => {
  type Claim = Parameters<typeof toSpans>[0] | 'on paper'

  const toEntries = (leg: string, wallAt: number, claim: Claim) =>
    claim === 'on paper'
      ? [
          toStart(leg, wallAt),
          toClaimed(toSlice(leg, 0, ...toSpans(['idle', MINUTE])), [0, MINUTE]),
        ]
      : [toStart(leg, wallAt), toSlice(leg, 0, ...toSpans(claim))]

  const ACTIVE: Claim = ['active', MINUTE]
  const FLAG: Claim = ['flag', MINUTE, 'waste', 'guessing']
  const UNSURE: Claim = ['flag', MINUTE, 'unknown']
  const INACTIVE: Claim = ['idle', MINUTE]
  const WASTE: Claim = ['hidden', MINUTE]

  it.each<[winner: string, loser: string, Claim, Claim, Record<string, number>]>([
    ['active', 'flagged', ACTIVE, FLAG, { active: 60 }],
    ['active', 'on paper', ACTIVE, 'on paper', { active: 60 }],
    ['flagged', 'idle', FLAG, INACTIVE, { waste: 60 }],
    ['flagged', 'wasted', UNSURE, WASTE, { unknown: 60 }],
    ['on paper', 'idle', 'on paper', INACTIVE, { unknown: 60 }],
    ['on paper', 'wasted', 'on paper', WASTE, { unknown: 60 }],
    ['idle', 'wasted', INACTIVE, WASTE, { inactive: 60 }],
    ['idle', 'asleep', INACTIVE, ['suspended', MINUTE], { inactive: 60 }],
    ['wasted', 'gone', WASTE, ['left', MINUTE], { waste: 60 }],
  ])(
    'belongs to the one that is %s, not to the one that is %s',
    async (_, __, best, other, told) => {
      const world = await openWorld({ options: { policy: { hiddenWasteAfterMs: 0 } } })
      const { flush, wall } = await openPage(world)
      const wallAt = wall()
      world.clock.pass(2 * MINUTE)
      // The better claim began later, in another run: by the order alone it would lose.
      await flush(...toEntries('first/a', wallAt, other))
      await flush(...toEntries('second/a', wallAt + 1, best))
      world.clock.pass(LEASE_MS)
      await world.relay.deliver()
      const { seconds } = readTimes(world).find(({ run }) => run === 'second')!
      expect(seconds).toEqual({ active: 0, inactive: 0, waste: 0, ...told })
      const rest = readTimes(world).filter(({ run }) => run === 'first')
      expect(rest.flatMap(({ splitMs }) => Object.values(splitMs))).toEqual(
        other[0] === 'suspended' || other[0] === 'left' ? [] : [1],
      )
    },
  )
})
