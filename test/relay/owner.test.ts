import { describe, expect, it } from 'vitest'
import { SITTING_MS } from '../../src/contract/limits.ts'
import {
  ALL_RIGHT,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toEnd,
  toSlice,
  toSpans,
  toStart,
} from './entries.ts'
import { openPage, openWorld, post, readReport, type Page, type World } from './relay-world.ts'
import { readCompletions, readTimes, sumTimes } from './told-view.ts'

const LEASE_MS = 15 * MINUTE

/** Time by run, as told. */
const byRun = (world: World) =>
  Object.fromEntries(readTimes(world).map(({ run, seconds }) => [run, seconds]))

/** A flush that says it left at another instant than it comes. */
const sendAt = (world: World, { grant }: Page, sentAt: number, ...entries: unknown[]) =>
  post(world.relay, '/v1/entries', { v: 1, grant: grant.token, sentAt, entries })

describe('one instant of a learner', () => {
  it('is told once where two legs of a run overlap, and active comes before idle', async () => {
    const world = await openWorld()
    const { flush } = await openPage(world)
    world.clock.pass(10 * MINUTE)
    await flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ...toSpans(['active', 4 * MINUTE], ['idle', 4 * MINUTE])),
      toStart('r/b', MONDAY + 3 * MINUTE),
      toSlice('r/b', 0, ...toSpans(['hidden', 2 * MINUTE], ['active', 4 * MINUTE])),
      toEnd('r/b', 6 * MINUTE, ALL_RIGHT, {
        a: { slices: 1, reach: 8 * MINUTE },
        b: { slices: 1, reach: 6 * MINUTE },
      }),
    )
    await world.relay.deliver()
    // Active to 4:00 in one tab, idle there to 5:00, then active to 9:00 in the other.
    expect(sumTimes(world)).toEqual({ active: 480, inactive: 60, waste: 0 })
    expect(readCompletions(world)[0]?.values.xpEarned).toBe(10)
  })

  it('belongs to the leg that began earlier where both were active', async () => {
    const world = await openWorld()
    const { flush } = await openPage(world)
    world.clock.pass(5 * MINUTE)
    await flush(
      toStart('r1/a', MONDAY),
      toSlice('r1/a', 0, ...toSpans(['active', 3 * MINUTE])),
      toStart('r2/a', MONDAY + MINUTE),
      toSlice('r2/a', 0, ...toSpans(['active', 4 * MINUTE])),
    )
    await world.run(LEASE_MS)
    expect(byRun(world)).toMatchObject({ r1: { active: 180 }, r2: { active: 120 } })
  })

  it('costs a run that works nothing because another tab lies idle', async () => {
    const world = await openWorld()
    const { flush } = await openPage(world)
    world.clock.pass(10 * MINUTE)
    await flush(
      toStart('idle/a', MONDAY),
      toSlice('idle/a', 0, ...toSpans(['active', MINUTE], ['idle', 9 * MINUTE])),
      toStart('busy/a', MONDAY + MINUTE),
      toSlice('busy/a', 0, ...toSpans(['active', 8 * MINUTE])),
      // Told first, though it only lay idle.
      toEnd('idle/a', 10 * MINUTE),
    )
    await world.run(LEASE_MS)
    expect(byRun(world)).toEqual({
      idle: { active: 60, inactive: 0, waste: 60 },
      busy: { active: 480, inactive: 0, waste: 0 },
    })
  })

  it('stays with the run that told it, also if a better claim comes later', async () => {
    const world = await openWorld()
    const { flush } = await openPage(world)
    world.clock.pass(4 * MINUTE)
    await flush(
      toStart('r1/a', MONDAY),
      toSlice('r1/a', 0, ...toSpans(['idle', 4 * MINUTE])),
      toEnd('r1/a', 4 * MINUTE),
    )
    await world.relay.deliver()
    await flush(
      toStart('r2/a', MONDAY + 2 * MINUTE),
      toSlice('r2/a', 0, ['active', 0, 2 * MINUTE, 0]),
    )
    await world.run(LEASE_MS)
    expect(sumTimes(world)).toEqual({ active: 0, inactive: 240, waste: 0 })
    expect((await readReport(world, 'r2')).told).toEqual([])
  })

  it.each<[string, { startedAt: number; toldMs?: number; ms: number }, lostMs: number]>([
    ['begins a ms before it ends', { startedAt: MONDAY + 69_999, ms: MINUTE }, 1],
    ['ended a ms after it began', { startedAt: MONDAY + 1, ms: MINUTE }, 1],
    ['goes on after some was told', { startedAt: MONDAY, toldMs: MINUTE, ms: 65_000 }, 5_000],
  ])('is found to be another’s that %s', async (_, { startedAt, toldMs, ms }, lostMs) => {
    const world = await openWorld()
    const { flush } = await openPage(world)
    world.clock.pass(2 * MINUTE)
    await flush(toStart('busy/a', startedAt))
    if (toldMs) {
      await flush(toSlice('busy/a', 0, ...toSpans(['active', toldMs])))
      await world.run(LEASE_MS)
    }
    await flush(toSlice('busy/a', 0, ...toSpans(['active', ms])))
    const idle = toSlice('idle/a', 0, ...toSpans(['idle', 10_000]))
    await flush(toStart('idle/a', MONDAY + MINUTE), idle, toEnd('idle/a', 10_000))
    await world.relay.deliver()
    expect((await readReport(world, 'idle')).counted.inactive).toBe(10_000 - lostMs)
  })

  it('is found to be another’s whose page’s clock was put forward since', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    await page.flush(toStart('busy/a', MONDAY), toSlice('busy/a', 0, ['active', 0, MINUTE, 0]))
    const sentAt = page.wall() + 5 * MINUTE
    const sleep = toSlice('busy/a', 1, ['suspended', MINUTE, 6 * MINUTE - 10 * SECOND, MINUTE])
    await sendAt(world, page, sentAt, sleep)
    const idle = toSlice('idle/a', 0, ...toSpans(['idle', 4 * SECOND]))
    await page.flush(toStart('idle/a', MONDAY + 55 * SECOND), idle, toEnd('idle/a', 4 * SECOND))
    await world.relay.deliver()
    expect((await readReport(world, 'idle')).counted.inactive).toBe(0)
  })

  it('is shared by no two learners', async () => {
    const world = await openWorld()
    for (const learner of ['ada', 'ben']) {
      const { flush } = await openPage(world, learner, { sinceMs: 2 * MINUTE })
      await flush(
        toStart('r/a', MONDAY - 2 * MINUTE),
        toSlice('r/a', 0, ['active', 0, 2 * MINUTE, 0]),
        toEnd('r/a', 2 * MINUTE),
      )
    }
    await world.relay.deliver()
    expect(sumTimes(world).active).toBe(240)
  })

  it('is not taken from a student by a preview', async () => {
    const world = await openWorld()
    const roles = { role: 'teacher' } as { role: 'teacher' | 'student' }
    const relay = await world.startRelay({
      identify: () => ({ sourcedId: 'eve', email: 'eve@school.example', ...roles }),
    })
    const preview = await openPage(world, 'eve', { relay })
    roles.role = 'student'
    const real = await openPage(world, 'eve', { relay })
    world.clock.pass(2 * MINUTE)
    await preview.flush(toStart('p/a', MONDAY), toSlice('p/a', 0, ['active', 0, MINUTE, 0]))
    await real.flush(toStart('r/a', MONDAY + SECOND), toSlice('r/a', 0, ['active', 0, MINUTE, 0]))
    await world.run(LEASE_MS)
    expect(byRun(world)).toMatchObject({ r: { active: 60 } })
  })
})

describe('time that can’t have been', () => {
  it('before the sitting is not told', async () => {
    const world = await openWorld()
    const page = await openPage(world, 'ada', { sinceMs: 10 * MINUTE })
    const early = page.grant.opensAt - 5 * MINUTE
    await page.flush(
      toStart('r/a', early),
      toSlice('r/a', 0, ['active', 0, 6 * MINUTE, 0]),
      toEnd('r/a', 6 * MINUTE),
    )
    await world.relay.deliver()
    expect(sumTimes(world).active).toBe(60)
  })

  it('after the sitting is not told', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    const late = page.grant.closesAt - MINUTE
    world.clock.pass(SITTING_MS + HOUR)
    await page.flush(
      toStart('r/a', late),
      toSlice('r/a', 0, ['active', 0, 30 * MINUTE, 0]),
      toEnd('r/a', 30 * MINUTE),
    )
    await world.relay.deliver()
    expect(sumTimes(world).active).toBe(60)
  })

  it('after the relay’s own clock is not told, but for a second of drift', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, 2 * HOUR, 0]),
      toEnd('r/a', 2 * HOUR),
    )
    await world.relay.deliver()
    expect(sumTimes(world).active).toBe(61)
    expect(readCompletions(world)).toMatchObject([
      { at: MONDAY + MINUTE, values: { xpEarned: 1.3 } },
    ])
  })

  it('is not got by sending it again and again while the clock goes on', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    const future = toSlice('r/a', 0, ['active', 0, 2 * HOUR, 0])
    await page.flush(toStart('r/a', MONDAY), future)
    world.clock.pass(HOUR)
    await page.flush(future)
    await world.run(LEASE_MS)
    expect(sumTimes(world).active).toBe(61)
  })
})

describe('the page’s clock', () => {
  it.each([
    ['hours ahead', 7 * HOUR],
    ['hours behind', -7 * HOUR],
    ['decades behind', Date.UTC(1980, 0, 1) - MONDAY],
  ])('may be %s without changing a number', async (_, clockErrorMs) => {
    const world = await openWorld()
    const page = await openPage(world, 'ada', { clockErrorMs })
    const wallAt = page.wall()
    world.clock.pass(3 * MINUTE)
    await page.flush(
      toStart('r/a', wallAt),
      toSlice('r/a', 0, ...toSpans(['active', 2 * MINUTE], ['idle', MINUTE])),
      toEnd('r/a', 3 * MINUTE),
    )
    await world.relay.deliver()
    expect(readTimes(world)).toMatchObject([
      { at: MONDAY + 3 * MINUTE, seconds: { active: 120, inactive: 60, waste: 0 } },
    ])
  })

  it('is set by the quickest flush: a slow way moves no time', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    const sentAt = page.wall()
    world.clock.pass(30 * SECOND)
    await sendAt(world, page, sentAt, toStart('r/a', MONDAY))
    await page.flush(toSlice('r/a', 0, ['active', 0, MINUTE, 0]), toEnd('r/a', MINUTE))
    await world.relay.deliver()
    expect((await readReport(world, 'r')).told).toEqual([
      { from: MONDAY, to: MONDAY + MINUTE, metric: 'active', reason: null },
    ])
  })

  it('is not asked again once time has been told by it: no later flush moves that time', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ['active', 0, MINUTE, 0]))
    await world.run(LEASE_MS)
    const slice = toSlice('r/a', 0, ['active', 0, 2 * MINUTE, 0])
    await sendAt(world, page, page.wall() + 10 * SECOND, slice)
    await world.run(LEASE_MS)
    expect((await readReport(world, 'r')).told).toEqual([
      { from: MONDAY, to: MONDAY + MINUTE, metric: 'active', reason: null },
      { from: MONDAY + MINUTE, to: MONDAY + 2 * MINUTE, metric: 'active', reason: null },
    ])
  })
})
