// Where a leg is on the relay's clock: by its quickest flush, until time was told by it. What was placed late by a slow
// way loses nothing, and gains a page nothing.

import { describe, expect, it } from 'vitest'
import { MINUTE, MONDAY, SECOND, toEnd, toSlice, toSpans, toStart } from './entries.ts'
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
