// Where a leg is on the relay's clock: by its quickest flush, until time was told by it. What was placed late by a slow
// way loses nothing, and gains a page nothing.

import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import { ALL_RIGHT, MINUTE, MONDAY, SECOND, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import { openPage, openWorld, post, readReport, type Page, type World } from './relay-world.ts'
import { sumTimes } from './told-view.ts'

const LEASE_MS = 15 * MINUTE

/** A flush that left the page so long before it comes. */
const sendSlowly = (world: World, { grant, wall }: Page, wayMs: number, ...entries: unknown[]) =>
  post(world.relay, '/v1/entries', { v: 1, grant: grant.token, sentAt: wall() - wayMs, entries })

const readTold = async (world: World, runId: string) =>
  (await readReport(world, runId)).told.map(({ from, to }) => [from - MONDAY, to - MONDAY])

describe('a leg of which every flush was slow', () => {
  it('loses nothing at its end when one comes quickly after all', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    const minute = toSlice('r/a', 0, ['active', 0, MINUTE, 0])
    world.clock.pass(8 * SECOND)
    await sendSlowly(world, page, 8 * SECOND, toStart('r/a', MONDAY), minute)
    await world.run(LEASE_MS)

    const more = toSlice('r/a', 1, ['active', MINUTE, LEASE_MS + 68 * SECOND, 0])
    await page.flush(more, toEnd('r/a', LEASE_MS + 68 * SECOND))
    await world.run(MINUTE)
    expect(sumTimes(world).active).toBe(LEASE_MS / SECOND + 68)
  })

  it('gains no more than the slowest way by saying that one came before it was sent', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    const minute = toSlice('r/a', 0, ['active', 0, MINUTE, 0])
    await page.flush(toStart('r/a', MONDAY), minute)
    await world.run(LEASE_MS)
    const hours = toSlice('r/a', 1, ['active', MINUTE, 600 * MINUTE, 0])
    await sendSlowly(world, page, -600 * MINUTE, hours, toEnd('r/a', 600 * MINUTE))
    await world.run(MINUTE)
    expect(sumTimes(world).active).toBe(LEASE_MS / SECOND + 60 + 16)
  })
})

describe('a leg of which nothing was told yet', () => {
  it('is placed by a quicker flush, though its run was settled', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
      toEnd('r/a', MINUTE),
    )
    await sendSlowly(world, page, 9 * SECOND, toStart('r/b', MONDAY + MINUTE))
    await world.run(MINUTE)
    await page.flush(toSlice('r/b', 0, ['active', 0, MINUTE, 0]))
    await world.run(LEASE_MS)
    expect(await readTold(world, 'r')).toEqual([
      [0, MINUTE],
      [MINUTE, 2 * MINUTE],
    ])
  })
})

describe('a leg that took an instant from another', () => {
  it('stays where it was then, and no instant between the two is told by neither', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(2 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['idle', 2 * MINUTE])))
    const busy = toSlice('s/b', 0, ...toSpans(['active', MINUTE]))
    await sendSlowly(world, page, 5 * SECOND, toStart('s/b', MONDAY + MINUTE - 5 * SECOND), busy)
    await page.flush(toEnd('r/a', 2 * MINUTE))
    await world.run(SECOND)
    await page.flush(busy)
    await world.run(LEASE_MS)

    expect(await readTold(world, 'r')).toEqual([[0, MINUTE]])
    expect(await readTold(world, 's')).toEqual([[MINUTE, 2 * MINUTE]])
  })
})

describe('a page whose clock is put forward, which it takes for a sleep', () => {
  const BEHIND_MS = 5 * MINUTE
  const START = toStart('r/a', MONDAY - BEHIND_MS)
  const BEFORE = toSlice('r/a', 0, ['active', 0, 10 * MINUTE, 0])

  /** Ten minutes of work with a clock that is behind, as the relay has heard of them. */
  async function openBehind() {
    const world = await openWorld()
    const page = await openPage(world, 'ada', { clockErrorMs: -BEHIND_MS })
    world.clock.pass(10 * MINUTE)
    await page.flush(START, BEFORE)
    return { world, page }
  }

  /** As from the page once its clock is right. */
  const sendRight = (world: World, page: Page, ...entries: unknown[]) =>
    sendSlowly(world, page, -BEHIND_MS, ...entries)

  /** Work for so long, after a sleep that may have been none. */
  function toAfter(from: number, ms: number, n = 1) {
    const wokenAt = from + BEHIND_MS
    const work: Span = ['active', wokenAt, wokenAt + ms, wokenAt]
    return toSlice('r/a', n, ['suspended', from, wokenAt, from], work)
  }

  it('has each part where it was, and no sleep between them', async () => {
    const { world, page } = await openBehind()
    world.clock.pass(10 * MINUTE)
    const end = toEnd('r/a', 25 * MINUTE, ALL_RIGHT, { a: { slices: 2, reach: 25 * MINUTE } })
    await sendRight(world, page, BEFORE, toAfter(10 * MINUTE, 10 * MINUTE), end)
    await world.run(MINUTE)
    expect(sumTimes(world)).toEqual({ active: 20 * 60, inactive: 0, waste: 0 })
    const { legs } = await readReport(world, 'r')
    expect(legs[0]?.timeline).toMatchObject([
      { from: MONDAY, to: MONDAY + 20 * MINUTE, presence: 'active', outcome: 'told' },
    ])
  })

  it('has what comes after it told, though the time before it was told already', async () => {
    const { world, page } = await openBehind()
    await world.run(LEASE_MS)
    expect(sumTimes(world).active).toBe(10 * 60)
    const idle = toSlice('r/a', 1, ['left', 10 * MINUTE, 25 * MINUTE, 10 * MINUTE])
    const after = toAfter(25 * MINUTE, 5 * MINUTE, 2)
    world.clock.pass(5 * MINUTE)
    await sendRight(world, page, idle, after)
    await world.run(LEASE_MS)
    expect(sumTimes(world).active).toBe(15 * 60)
  })

  it('may be put forward twice', async () => {
    const { world, page } = await openBehind()
    world.clock.pass(10 * MINUTE)
    // By four minutes, and by the fifth.
    const once = toSlice(
      'r/a',
      1,
      ['suspended', 10 * MINUTE, 14 * MINUTE, 10 * MINUTE],
      ['active', 14 * MINUTE, 24 * MINUTE, 14 * MINUTE],
    )
    await sendSlowly(world, page, MINUTE - BEHIND_MS, once)
    world.clock.pass(10 * MINUTE)
    const twice = toSlice(
      'r/a',
      2,
      ['suspended', 24 * MINUTE, 25 * MINUTE, 24 * MINUTE],
      ['active', 25 * MINUTE, 35 * MINUTE, 25 * MINUTE],
    )
    await sendRight(world, page, once, twice)
    await world.run(LEASE_MS)
    expect(await readTold(world, 'r')).toEqual([
      [0, 10 * MINUTE],
      [10 * MINUTE, 20 * MINUTE],
      [20 * MINUTE, 30 * MINUTE],
    ])
  })

  it('has a hundred corrections at most, so that a slice costs little to place', async () => {
    const { world, page } = await openBehind()
    const jumpMs = 20 * SECOND
    for (let n = 1; n <= 102; n += 1) {
      const from = 10 * MINUTE + (n - 1) * jumpMs
      const asleep = toSlice('r/a', n, ['suspended', from, from + jumpMs, from])
      await sendSlowly(world, page, -n * jumpMs, asleep)
    }
    const [leg] = await world.db.selectFrom('legs').select('earlier').execute()
    expect(JSON.parse(leg!.earlier!)).toHaveLength(100)
  })

  it('is known by its clock: one that slept has slept', async () => {
    const { world, page } = await openBehind()
    world.clock.pass(10 * MINUTE)
    await page.flush(toAfter(10 * MINUTE, 5 * MINUTE))
    await world.run(LEASE_MS)
    expect(sumTimes(world).active).toBe(15 * 60)
    expect(await readTold(world, 'r')).toEqual([
      [0, 10 * MINUTE],
      [15 * MINUTE, 20 * MINUTE],
    ])
  })
})
