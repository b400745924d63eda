import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../src/contract/flush.ts'
import {
  ALL_RIGHT,
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toEnd,
  toSlice,
  toStart,
} from './entries.ts'
import { openPage, openWorld, readReport } from './relay-world.ts'
import { readCompletions, readTimes, sumTimes } from './told-view.ts'

const LEASE_MS = 15 * MINUTE
const GAP_MS = MINUTE

const START = toStart('r/a', MONDAY)
const FIRST = toSlice('r/a', 0, ['active', 0, MINUTE, 0])
const SECOND_SLICE = toSlice('r/a', 1, ['active', MINUTE, 2 * MINUTE, 0])
const END = toEnd('r/a', 2 * MINUTE, ALL_RIGHT, { a: { slices: 2, reach: 2 * MINUTE } })

/** Two minutes into a run of two slices. */
async function openRun() {
  const world = await openWorld()
  const page = await openPage(world)
  world.clock.pass(2 * MINUTE)
  return { world, ...page }
}

describe('an end with a gap before it', () => {
  it('waits for what is missing, and goes out with it as soon as it comes', async () => {
    const { world, flush } = await openRun()
    await flush(START, SECOND_SLICE, END)
    expect((await readReport(world, 'r')).legs).toMatchObject([{ legId: 'a', missing: [0] }])
    await world.run(GAP_MS - SECOND)
    expect(world.calls).toEqual([])
    await flush(FIRST)
    await world.relay.deliver()
    expect(readTimes(world)).toMatchObject([{ seconds: { active: 120 } }])
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 2.5 } }])
  })

  it('has its gap from the relay’s start on, as no page could send while there was none', async () => {
    const { world, flush, sendTo } = await openRun()
    await flush(START, SECOND_SLICE, END)
    world.clock.pass(10 * GAP_MS)
    const next = await world.startRelay()
    await world.run(GAP_MS - SECOND, next)
    expect(world.calls).toEqual([])
    await sendTo(next, FIRST)
    await next.deliver()
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 2.5 } }])

    await flush(toStart('s/a', MONDAY), toEnd('s/a', 2 * MINUTE, ALL_RIGHT))
    await world.run(GAP_MS, await world.startRelay())
    expect(readCompletions(world)).toHaveLength(2)
  })

  it('is not held back for more than an hour by relays that begin again and again', async () => {
    const { world, flush } = await openRun()
    await flush(START, SECOND_SLICE, END)
    for (let minute = 0; minute < 60; minute += 1) {
      await (await world.startRelay()).deliver()
      expect(world.calls).toEqual([])
      world.clock.pass(MINUTE)
    }
    await (await world.startRelay()).deliver()
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('is named in the receipt, until nothing is missing', async () => {
    const { send } = await openRun()
    const readMissing = async (...entries: unknown[]) =>
      ((await (await send(...entries)).json()) as Receipt).missing
    expect(await readMissing(SECOND_SLICE)).toBeUndefined()
    expect(await readMissing(END)).toEqual(['r/a/start', 'r/a/0'])
    expect(await readMissing(START)).toEqual(['r/a/0'])
    expect(await readMissing(FIRST)).toBeUndefined()
  })

  it('has no more than a hundred things named in a receipt, of however many legs', async () => {
    const { send } = await openRun()
    const legs = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`l${n}`, { slices: 90, reach: MINUTE }]),
    )
    const receipt = await (await send(START, toEnd('r/a', MINUTE, ALL_RIGHT, legs))).json()
    expect((receipt as Receipt).missing).toHaveLength(100)
  })

  it('is not held back for longer than the gap, and what is late is told as time alone', async () => {
    const { world, flush } = await openRun()
    await flush(START, SECOND_SLICE, END)
    await world.run(GAP_MS)
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 1.3 } }])

    await flush(FIRST)
    await world.run(LEASE_MS)
    expect(readTimes(world).map(({ seconds }) => seconds.active)).toEqual([60, 60])
    expect(readCompletions(world)).toHaveLength(1)
    expect(world.sends()).toHaveLength(2)
  })

  it.each([
    ['the last slice has not come', [START, FIRST], [1]],
    [
      'a slice has come in part',
      [START, FIRST, toSlice('r/a', 1, ['active', MINUTE, 90 * SECOND, 0])],
      [1],
    ],
    ['a whole leg has not come', [], [0, 1]],
  ])('is known for one where %s', async (_, entries, missing) => {
    const { world, flush } = await openRun()
    await flush(...entries, END)
    const report = await readReport(world, 'r')
    expect(report).toMatchObject({ state: 'ended', whole: false, legs: [{ missing }] })
    await world.relay.deliver()
    expect(world.calls).toEqual([])
  })

  it('is looked for no further than a hundred slices, however high a page numbers them', async () => {
    const { world, flush } = await openRun()
    const legs = Array.from({ length: 190 }, (_, n) => `r/l${n}`)
    await flush(...legs.map((leg) => toSlice(leg, 99_999, ['active', 0, SECOND, 0])))
    const report = await readReport(world, 'r')
    expect(report.legs.map(({ missing }) => missing.length)).toEqual(legs.map(() => 100))
  })

  it('has not got a second gap for each thing that comes late', async () => {
    const { world, flush } = await openRun()
    await flush(START, END)
    await world.run(GAP_MS / 2)
    await flush(SECOND_SLICE)
    await world.run(GAP_MS / 2)
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('does not lose its XP because the start came last of all', async () => {
    const { world, flush } = await openRun()
    await flush(FIRST, SECOND_SLICE, END)
    await world.run(5 * MINUTE)
    expect(world.calls).toEqual([])
    await flush(START)
    await world.run(2 * MINUTE)
    expect(readTimes(world)).toMatchObject([{ seconds: { active: 120 } }])
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 2.5 } }])
  })
})

describe('a run without an end', () => {
  it('has its time told once nothing has come for the lease, and not before', async () => {
    const { world, flush } = await openRun()
    await flush(START, FIRST)
    await world.run(LEASE_MS - SECOND)
    expect(world.calls).toEqual([])
    await world.run(SECOND)
    expect(readTimes(world)).toMatchObject([{ at: MONDAY + MINUTE, seconds: { active: 60 } }])
    expect(readCompletions(world)).toEqual([])
  })

  it('keeps its lease as long as anything comes', async () => {
    const { world, flush } = await openRun()
    await flush(START, FIRST)
    await world.run(10 * MINUTE)
    await flush(SECOND_SLICE)
    await world.run(10 * MINUTE)
    expect(world.calls).toEqual([])
  })

  it('is completed by an end that comes days later, without telling its time again', async () => {
    const { world, flush } = await openRun()
    await flush(START, FIRST, SECOND_SLICE)
    await world.run(LEASE_MS)
    world.clock.pass(72 * HOUR)
    await flush(END)
    await world.relay.deliver()
    expect(sumTimes(world)).toEqual({ active: 120, inactive: 0, waste: 0 })
    expect(readCompletions(world)).toMatchObject([
      // Of the run's whole time, also of that which was told before.
      { at: MONDAY + 2 * MINUTE, attempt: 1, values: { xpEarned: 2.5 } },
    ])
  })

  it('tells only what was added to a slice that was told in part', async () => {
    const { world, flush } = await openRun()
    await flush(START, toSlice('r/a', 0, ['active', 0, 20 * SECOND, 0]))
    await world.run(LEASE_MS)
    await flush(FIRST)
    await world.run(LEASE_MS)
    expect(readTimes(world).map(({ seconds }) => seconds.active)).toEqual([20, 40])
  })

  it('tells nothing of a leg without its start, until the start comes', async () => {
    const { world, flush } = await openRun()
    await flush(START, toSlice('r/b', 0, ['active', 0, MINUTE, 0]))
    await world.run(LEASE_MS + SECOND)
    expect(world.calls).toEqual([])
    await flush(toStart('r/b', MONDAY + MINUTE, FRACTIONS))
    await world.run(LEASE_MS)
    expect(readTimes(world)).toMatchObject([{ at: MONDAY + 2 * MINUTE, seconds: { active: 60 } }])
  })
})
