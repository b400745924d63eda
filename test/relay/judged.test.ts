// What the host and the learner say of time, all the way to Timeback: from a span to an item of a Caliper event.

import { describe, expect, it } from 'vitest'
import type { OnPaper, Span } from '../../src/contract/entry.ts'
import { readEnvelope } from '../../src/timeback/caliper-schema.ts'
import { MINUTE, MONDAY, SECOND, toClaimed, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import { openPage, openWorld } from './relay-world.ts'
import { readCompletions, readTimes } from './told-view.ts'

/** A run of these spans, told to its end. */
async function tell(spans: Span[], onPaper: OnPaper[] = []) {
  const world = await openWorld()
  const page = await openPage(world)
  const reach = spans.at(-1)![2]
  world.clock.pass(reach)
  const slice = toSlice('r/a', 0, ...spans)
  await page.flush(
    toStart('r/a', MONDAY),
    onPaper.length > 0 ? toClaimed(slice, ...onPaper) : slice,
    toEnd('r/a', reach),
  )
  await world.relay.deliver()
  const event = world.sandbox.events().find(({ type }) => type === 'TimeSpentEvent')!
  const { items } = event.generated as unknown as { items: object[] }
  return { world, items, splitMs: readTimes(world)[0]?.splitMs }
}

describe('a flag', () => {
  it.each(['waste', 'anti-pattern', 'unknown'] as const)(
    'for %s is an item of that type, in seconds, with the host’s reason as its subType',
    async (metric) => {
      const { items, splitMs } = await tell(
        toSpans(['active', 10_000], ['flag', 2_500, metric, 'guessing']),
      )
      expect(items).toContainEqual({ type: metric, value: 2.5, subType: 'guessing' })
      expect(items).toContainEqual({ type: 'active', value: 10 })
      expect(splitMs).toEqual({ active: 10_000, [`${metric}:guessing`]: 2_500 })
    },
  )

  it('without a reason is an item without a subType, not with an empty one', async () => {
    const { items } = await tell(toSpans(['flag', 2_500, 'anti-pattern']))
    expect(items).toContainEqual({ type: 'anti-pattern', value: 2.5 })
    expect(items).not.toContainEqual(expect.objectContaining({ subType: expect.anything() }))
  })

  it('is one item with what else is waste, under the longest reason, and split in full', async () => {
    const { items, splitMs } = await tell(
      toSpans(
        ['flag', 3_000, 'waste', 'guessing'],
        ['hidden', MINUTE + 5_000],
        ['flag', 3_500, 'waste', 'guessing'],
        ['flag', 500, 'waste'],
      ),
    )
    expect(items).toEqual([
      { type: 'active', value: 0 },
      { type: 'inactive', value: 60, subType: 'tab-hidden' },
      { type: 'waste', value: 12, subType: 'guessing' },
    ])
    expect(splitMs).toEqual({
      'inactive:tab-hidden': MINUTE,
      waste: 500,
      'waste:guessing': 6_500,
      'waste:tab-hidden': 5_000,
    })
  })

  it('of every metric at once makes one item of each type, which Timeback takes', async () => {
    const { world, items } = await tell(
      toSpans(
        ['active', 1_000],
        ['flag', 2_000, 'waste', 'a'],
        ['flag', 3_000, 'anti-pattern', 'b'],
        ['flag', 4_000, 'unknown', 'c'],
      ),
    )
    expect(items).toEqual([
      { type: 'active', value: 1 },
      { type: 'inactive', value: 0 },
      { type: 'waste', value: 2, subType: 'a' },
      { type: 'anti-pattern', value: 3, subType: 'b' },
      { type: 'unknown', value: 4, subType: 'c' },
    ])
    expect(readEnvelope(JSON.parse(world.sends()[0]!))).toMatchObject({ ok: true })
  })

  it('gives no XP: what is flagged is not active', async () => {
    const { world } = await tell(
      toSpans(['active', 4 * MINUTE], ['flag', 20 * MINUTE, 'unknown', 'lab work']),
    )
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 5 } }])
  })

  it('lasts as long as the host says: nobody leaves or wastes within it', async () => {
    const { items } = await tell(toSpans(['flag', 50 * MINUTE, 'unknown', 'lab work']))
    expect(items).toContainEqual({ type: 'unknown', value: 3_000, subType: 'lab work' })
  })

  it('goes on over slices and is one item', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(2 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['flag', 0, MINUTE, 0, 'waste', 'guessing']),
      toSlice('r/a', 1, ['flag', MINUTE, 90 * SECOND, 0, 'waste', 'guessing']),
      toEnd('r/a', 90 * SECOND, {}, { a: { slices: 2, reach: 90 * SECOND } }),
    )
    await world.relay.deliver()
    expect(readTimes(world)).toMatchObject([
      { seconds: { waste: 90 }, because: { waste: 'guessing' } },
    ])
  })
})

describe('work on paper', () => {
  const SPANS = toSpans(['active', MINUTE], ['idle', 8 * MINUTE], ['active', MINUTE])

  it('is unknown, because on-paper, and is neither inactive nor waste', async () => {
    const { items, splitMs } = await tell(SPANS, [[MINUTE, 9 * MINUTE]])
    expect(items).toEqual([
      { type: 'active', value: 120 },
      { type: 'inactive', value: 0 },
      { type: 'waste', value: 0 },
      { type: 'unknown', value: 480, subType: 'on-paper' },
    ])
    expect(splitMs).toEqual({ active: 2 * MINUTE, 'unknown:on-paper': 8 * MINUTE })
  })

  it('leaves the rest of the stretch as it was: waste where that was waste', async () => {
    const { splitMs } = await tell(SPANS, [[MINUTE, 7 * MINUTE]])
    expect(splitMs).toEqual({
      active: 2 * MINUTE,
      'unknown:on-paper': 6 * MINUTE,
      'waste:idle': 2 * MINUTE,
    })
  })

  it('is counted once, however often the learner says so', async () => {
    const { splitMs } = await tell(SPANS, [
      [MINUTE, 3 * MINUTE],
      [MINUTE, 9 * MINUTE],
      [2 * MINUTE, 4 * MINUTE],
    ])
    expect(splitMs).toEqual({ active: 2 * MINUTE, 'unknown:on-paper': 8 * MINUTE })
  })

  it('gives no XP', async () => {
    const { world } = await tell(SPANS, [[MINUTE, 9 * MINUTE]])
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 2.5 } }])
  })

  it('stands beside what the host calls unknown, in one item', async () => {
    const { items } = await tell(
      toSpans(['idle', MINUTE], ['flag', 90_000, 'unknown', 'lab work']),
      [[0, MINUTE]],
    )
    expect(items).toContainEqual({ type: 'unknown', value: 150, subType: 'lab work' })
  })
})
