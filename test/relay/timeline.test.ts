// `GET /v1/runs/{id}`: each stretch of a run explained, what it counts as and why, and what became of it.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure } from '../../src/core/measure.ts'
import { DEFAULT_POLICY, toTerms } from '../../src/core/policy.ts'
import type { Outcome } from '../../src/relay/relay.ts'
import { FRACTIONS, HOUR, MINUTE, MONDAY, toClaimed, toSlice, toSpans, toStart } from './entries.ts'
import { toAnySlices, toEntries, toRandomLeg } from './random-leg.ts'
import { identifyAnybody, openPage, openWorld, readReport } from './relay-world.ts'
import { openStudied, readLeg, settle, toOutcomes, type Row } from './timeline-view.ts'

describe('a timeline', () => {
  const EVERYTHING = toSpans(
    ['active', 10_000],
    ['idle', 400_000],
    ['hidden', 90_000],
    ['paused', 20_000],
    ['flag', 30_000, 'anti-pattern', 'skips'],
    ['flag', 5_000, 'waste'],
    ['flag', 15_000, 'waste', 'guessing'],
    ['suspended', 50_000],
    ['left', 60_000],
    ['active', 5_000],
  )

  it('says of each stretch what it counts as, why, and that it waits; then that it is told', async () => {
    const { world, page, report } = await openStudied(15 * MINUTE)
    const slice = toClaimed(toSlice('r/a', 0, ...EVERYTHING), [390_000, 410_000])
    await page.flush(toStart('r/a', MONDAY), slice)
    const rows = (outcome: Outcome): Row[] => [
      [0, 10, 'active', 'active', null, outcome],
      [10, 310, 'idle', 'inactive', 'idle', outcome],
      [310, 390, 'idle', 'waste', 'idle', outcome],
      [390, 410, 'idle', 'unknown', 'on-paper', outcome],
      [410, 470, 'hidden', 'inactive', 'tab-hidden', outcome],
      [470, 500, 'hidden', 'waste', 'tab-hidden', outcome],
      [500, 520, 'paused', 'inactive', 'paused', outcome],
      [520, 550, 'flag', 'anti-pattern', 'skips', outcome],
      [550, 555, 'flag', 'waste', null, outcome],
      [555, 570, 'flag', 'waste', 'guessing', outcome],
      [570, 620, 'suspended', null, 'suspended', 'uncounted'],
      [620, 680, 'left', null, 'left', 'uncounted'],
      [680, 685, 'active', 'active', null, outcome],
    ]
    expect(readLeg(await report())).toEqual(rows('waiting'))
    await settle(world)
    expect(readLeg(await report())).toEqual(rows('told'))
  })

  it('joins what goes on over slices, and tells apart what was told and what came after', async () => {
    const { world, page, report } = await openStudied(3 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
      toSlice('r/a', 1, ['active', MINUTE, 2 * MINUTE, 0]),
    )
    expect(toOutcomes(await report())).toEqual([[0, 120, 'active', 'waiting']])
    await settle(world)
    await page.flush(toSlice('r/a', 2, ['active', 2 * MINUTE, 3 * MINUTE, 0]))
    expect(toOutcomes(await report())).toEqual([
      [0, 120, 'active', 'told'],
      [120, 180, 'active', 'waiting'],
    ])
  })

  it('is empty of a leg whose start has not come, and full once it has', async () => {
    const { page, report } = await openStudied(2 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/b', 0, ['active', 0, MINUTE, 0]))
    expect(readLeg(await report(), 'b')).toEqual([])
    await page.flush(toStart('r/b', MONDAY + MINUTE))
    expect(toOutcomes(await report(), 'b')).toEqual([[60, 120, 'active', 'waiting']])
  })

  it('has a gap where a slice is missing, and nowhere else', async () => {
    const { page, report } = await openStudied(3 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
      toSlice('r/a', 2, ['active', 2 * MINUTE, 3 * MINUTE, 0]),
    )
    expect(toOutcomes(await report())).toEqual([
      [0, 60, 'active', 'waiting'],
      [120, 180, 'active', 'waiting'],
    ])
  })

  it('is on the relay’s clock, whatever the page’s says', async () => {
    const world = await openWorld()
    const page = await openPage(world, 'ada', { clockErrorMs: -9 * HOUR })
    const wallAt = page.wall()
    world.clock.pass(MINUTE)
    await page.flush(toStart('r/a', wallAt), toSlice('r/a', 0, ['active', 0, MINUTE, 0]))
    expect(toOutcomes(await readReport(world, 'r'))).toEqual([[0, 60, 'active', 'waiting']])
  })

  it('measures by the allowances of its activity', async () => {
    const { page, report } = await openStudied(9 * MINUTE, { allowances: [{ paper: true }] })
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['idle', 9 * MINUTE])))
    expect(toOutcomes(await report())).toEqual([[0, 540, 'inactive', 'waiting']])
  })
})

describe('any timeline', { timeout: 60_000 }, () => {
  it('has no gap and no overlap, joins its neighbours, and adds up to what was seen', async () => {
    const world = await openWorld({ options: { identify: identifyAnybody } })
    const terms = toTerms({ policy: DEFAULT_POLICY, allowances: [] }, FRACTIONS)
    const cutLeg = toRandomLeg().chain((leg) => fc.tuple(fc.constant(leg), toAnySlices(leg)))
    let learners = 0
    await fc.assert(
      fc.asyncProperty(cutLeg, fc.boolean(), async ([leg, slices], isTold) => {
        const learner = `learner-${(learners += 1)}`
        const page = await openPage(world, learner)
        const startedAt = page.wall()
        const reach = leg.spans.at(-1)![2]
        world.clock.pass(reach)
        await page.flush(
          ...toEntries('r/a', startedAt, slices).entries.slice(0, isTold ? undefined : -1),
        )
        await world.relay.deliver()

        const { legs, seen } = await readReport(world, 'r', { learner })
        const { timeline } = legs[0]!
        const edges = timeline.flatMap(({ from, to }) => [from, to])
        expect(edges.at(0)).toBe(startedAt)
        expect(edges.at(-1)).toBe(startedAt + reach)
        expect(timeline.slice(1).map(({ from }) => from)).toEqual(
          timeline.slice(0, -1).map(({ to }) => to),
        )
        const said = timeline.map(({ from: _from, to: _to, ...rest }) => JSON.stringify(rest))
        expect(said.filter((each, index) => each === said[index + 1])).toEqual([])
        const sums: Record<string, number> = {}
        for (const { from, to, metric, outcome } of timeline) {
          expect(to).toBeGreaterThan(from)
          expect(outcome).toBe(metric ? (isTold ? 'told' : 'waiting') : 'uncounted')
          sums[metric ?? 'uncounted'] = (sums[metric ?? 'uncounted'] ?? 0) + to - from
        }
        expect(seen).toMatchObject(sums)
        expect(seen).toEqual(measure(leg.spans, terms, undefined, leg.onPaper))
      }),
      { numRuns: 100 },
    )
  })
})
