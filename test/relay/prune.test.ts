import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import type { Entry } from '../../src/contract/entry.ts'
import { SITTING_MS, UPLOAD_MS } from '../../src/contract/limits.ts'
import {
  ALL_RIGHT,
  DAY,
  FRACTIONS,
  MINUTE,
  MONDAY,
  SECOND,
  toEnd,
  toSlice,
  toSpans,
  toStart,
} from './entries.ts'
import { openPage, openWorld, readReport, toWords, type World } from './relay-world.ts'
import { toFlushes } from './sends.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const KEEP_MS = 40 * DAY

const ENTRIES: Entry[] = [
  toStart('r/a', MONDAY),
  toSlice('r/a', 0, ...toSpans(['active', MINUTE])),
  toSlice('r/a', 1, ['idle', MINUTE, 2 * MINUTE, MINUTE]),
  toEnd('r/a', 2 * MINUTE, ALL_RIGHT, { a: { slices: 2, reach: 2 * MINUTE } }),
]

/** A relay that keeps what it must, no longer. */
async function openKeeping(keepMs = KEEP_MS) {
  const world = await openWorld({ options: { keepMs } })
  return { world, page: await openPage(world) }
}

/** With a run of two minutes, told. */
async function openTold(entries = ENTRIES) {
  const { world, page } = await openKeeping()
  world.clock.pass(2 * MINUTE)
  await page.flush(...entries)
  await world.run(20 * MINUTE)
  return { world, page }
}

/** How many rows the tables have whose rows are pruned. */
async function countRows(world: World) {
  const tables = ['slices', 'legs', 'told', 'settlements', 'outbox'] as const
  const counted = tables.map(async (table) => {
    const rows = await world.db.selectFrom(table).selectAll().execute()
    return [table, rows.length] as const
  })
  return Object.fromEntries(await Promise.all(counted))
}

const NOTHING = { slices: 0, legs: 0, told: 0, settlements: 0, outbox: 0 }

async function pass(world: World, ms: number) {
  world.clock.pass(ms)
  await world.relay.deliver()
}

describe('a run that was told', () => {
  it('is pruned to its own row once nothing has come of it for long enough', async () => {
    const { world } = await openTold()
    const before = await countRows(world)
    expect(before).toMatchObject({ slices: 2, legs: 1, settlements: 1, outbox: 1 })
    await pass(world, KEEP_MS - 21 * MINUTE)
    expect(await countRows(world)).toEqual(before)
    await pass(world, 2 * MINUTE)
    expect(await countRows(world)).toEqual(NOTHING)
    expect(await readReport(world, 'r')).toMatchObject({ state: 'ended', attempt: 1 })
  })

  it('is kept for as long as its grant takes uploads: what comes again is known', async () => {
    const { world, page } = await openTold()
    await pass(world, page.grant.uploadUntil - world.clock.now() - 1_000)
    expect(toWords(await page.flush(...ENTRIES))).toEqual(['known', 'known', 'known', 'known'])
  })

  it('can’t be kept for less than that', async () => {
    await expect(openKeeping(SITTING_MS + UPLOAD_MS)).rejects.toThrow(/keepMs/)
  })

  it('is kept while more of it comes', async () => {
    const { world } = await openTold([
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
    ])
    world.clock.pass(39 * DAY)
    const page = await openPage(world)
    await page.flush(toStart('r/b', page.wall()))
    await pass(world, 2 * DAY)
    expect(await countRows(world)).toMatchObject({ slices: 1, legs: 2 })
    await pass(world, 39 * DAY)
    expect(await countRows(world)).toEqual(NOTHING)
  })

  it('leaves its attempt: the next go is the second', async () => {
    const { world } = await openTold()
    await pass(world, KEEP_MS)
    const page = await openPage(world)
    await page.flush(toStart('s/a', page.wall()), toEnd('s/a', 0, ALL_RIGHT, {}))
    await world.relay.deliver()
    expect(readCompletions(world).map(({ run, attempt }) => [run, attempt])).toEqual([
      ['r', 1],
      ['s', 2],
    ])
  })

  it('gets the XP of all its time if it is completed after all', async () => {
    const { world } = await openTold([
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ...toSpans(['active', MINUTE])),
    ])
    await pass(world, KEEP_MS)
    expect(await countRows(world)).toEqual(NOTHING)
    const page = await openPage(world)
    const wallAt = page.wall()
    world.clock.pass(MINUTE)
    await page.flush(
      toStart('r/b', wallAt),
      toSlice('r/b', 0, ['active', 0, MINUTE, 0]),
      toEnd('r/b', MINUTE),
    )
    await world.relay.deliver()
    expect(readCompletions(world)).toMatchObject([
      { run: 'r', attempt: 1, values: { xpEarned: 2.5 } },
    ])
  })
})

describe('what has to go out yet', () => {
  it('is not pruned while Timeback can’t be reached', async () => {
    const { world, page } = await openKeeping()
    world.clock.pass(2 * MINUTE)
    await page.flush(...ENTRIES)
    world.sandbox.faults.add({ on: 'event', status: 503, count: 100 })
    await world.relay.deliver()
    await pass(world, KEEP_MS + DAY)
    expect(await countRows(world)).toMatchObject({ slices: 2, told: 2, outbox: 1 })
    world.sandbox.faults.clear()
    await pass(world, DAY)
    expect(sumTimes(world)).toMatchObject({ active: 60, inactive: 60 })
    await pass(world, 2 * DAY)
    expect(await countRows(world)).toEqual(NOTHING)
  })

  it('is not pruned while it is parked', async () => {
    const { world, page } = await openKeeping()
    world.clock.pass(2 * MINUTE)
    await page.flush(...ENTRIES)
    world.sandbox.faults.add({ on: 'event', status: 403 })
    await world.relay.deliver()
    await pass(world, 2 * KEEP_MS)
    expect(await countRows(world)).toMatchObject({ slices: 2, outbox: 1 })
  })

  it('is not pruned while it waits for what its settlement lacks', async () => {
    const { world, page } = await openKeeping()
    world.clock.pass(2 * MINUTE)
    const elsewhere = { ...FRACTIONS, course: { subject: 'Science', grade: 5 } as const }
    await page.flush(toStart('r/a', MONDAY, elsewhere), ...ENTRIES.slice(1))
    await world.relay.deliver()
    await pass(world, 2 * KEEP_MS)
    expect(await countRows(world)).toMatchObject({ slices: 2, settlements: 1, told: 2 })
  })
})

describe('entries of a pruned run that come again', () => {
  it('are not taken with the grant that they came with', async () => {
    const { world, page } = await openTold()
    await pass(world, KEEP_MS)
    expect((await page.send(...ENTRIES)).status).toBe(401)
  })

  it('count nothing with a new grant, however far back that reaches', async () => {
    const { world } = await openTold()
    await pass(world, KEEP_MS)
    const page = await openPage(world, 'ada', { sinceMs: KEEP_MS })
    expect(toWords(await page.flush(...ENTRIES))).toEqual(['stored', 'stored', 'stored', 'known'])
    await world.run(30 * MINUTE)
    expect(sumTimes(world)).toEqual({ active: 60, inactive: 60, waste: 0 })
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('are known for what they are where it matters: a run ends once', async () => {
    const { world } = await openTold()
    await pass(world, KEEP_MS)
    const page = await openPage(world)
    expect(toWords(await page.flush(ENTRIES.at(-1)))).toEqual(['known'])
    expect(toWords(await page.flush(toEnd('r/a', MINUTE)))).toEqual(['conflict'])
  })

  it('are pruned again', async () => {
    const { world } = await openTold()
    await pass(world, KEEP_MS)
    await (await openPage(world)).flush(...ENTRIES)
    await world.run(30 * MINUTE)
    expect(await countRows(world)).toMatchObject({ slices: 2, legs: 1, told: 0 })
    await pass(world, KEEP_MS)
    expect(await countRows(world)).toEqual(NOTHING)
  })

  it('tell nothing, in any order, split and repetition', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        toFlushes(ENTRIES),
        fc.integer({ min: 0, max: 2 }),
        async (flushes, days) => {
          const { world } = await openTold()
          await pass(world, KEEP_MS + days * DAY)
          const page = await openPage(world)
          for (const flush of flushes) await page.flush(...flush)
          await world.run(30 * MINUTE)
          expect(sumTimes(world)).toEqual({ active: 60, inactive: 60, waste: 0 })
          expect(readCompletions(world)).toHaveLength(1)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('count nothing by the host’s word either, which no grant bounds', async () => {
    const { world } = await openTold()
    await pass(world, KEEP_MS)
    const time = { startedAt: MONDAY, endedAt: MONDAY + 2 * MINUTE, activeMs: 2 * MINUTE }
    await world.relay.record({ learner: 'ada', activity: FRACTIONS, result: ALL_RIGHT, time })
    await world.run(30 * MINUTE)
    expect(sumTimes(world)).toEqual({ active: 60, inactive: 60, waste: 0 })
    expect(readCompletions(world)).toHaveLength(2)
  })
})

describe('a result by the host’s word', () => {
  it('of a run that was pruned is told, and pruned in its turn', async () => {
    const world = await openWorld({ options: { keepMs: KEEP_MS, results: 'host' } })
    const page = await openPage(world)
    world.clock.pass(2 * MINUTE)
    await page.flush(...ENTRIES)
    await world.run(20 * MINUTE)
    await pass(world, KEEP_MS)
    expect(await countRows(world)).toEqual(NOTHING)
    await world.relay.record({ runId: 'r', result: ALL_RIGHT })
    await world.run(MINUTE)
    expect(readCompletions(world)).toHaveLength(1)
    expect(await countRows(world)).toMatchObject({ settlements: 1, outbox: 1 })
    await pass(world, KEEP_MS)
    expect(await countRows(world)).toEqual(NOTHING)
  })
})

describe('pruning', () => {
  it('goes on in the next round, so that none gets long', async () => {
    const { world, page } = await openKeeping()
    for (let n = 0; n < 50; n += 1) await page.flush(toStart(`r${n}/a`, page.wall()))
    world.clock.pass(KEEP_MS)
    const left: number[] = []
    for (let round = 0; round < 3; round += 1) {
      await world.relay.deliver()
      left.push((await countRows(world)).legs ?? 0)
    }
    expect(left).toEqual([30, 10, 0])
  })

  it('takes a long run apart, piece by piece', async () => {
    const { world, page } = await openKeeping()
    const slices = Array.from({ length: 1_200 }, (_, n) =>
      toSlice('r/a', n, ['active', n * SECOND, (n + 1) * SECOND, 0]),
    )
    world.clock.pass(20 * MINUTE)
    await page.flush(toStart('r/a', MONDAY))
    for (let n = 0; n < slices.length; n += 200) await page.flush(...slices.slice(n, n + 200))
    await world.run(20 * MINUTE)
    await pass(world, KEEP_MS)
    const { slices: left, legs } = await countRows(world)
    expect([left, legs]).toEqual([200, 1])
    await world.relay.deliver()
    await world.relay.deliver()
    expect(await countRows(world)).toEqual(NOTHING)
    const [run] = await world.db.selectFrom('runs').select('pruned_active_ms').execute()
    expect(run?.pruned_active_ms).toBe(1_200 * SECOND)
  })
})
