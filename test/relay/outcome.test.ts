// What became of a stretch: told, elsewhere, late, outside; never two of them, and never the wrong one.

import { describe, expect, it } from 'vitest'
import {
  DAY,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toClaimed,
  toSlice,
  toSpans,
  toStart,
} from './entries.ts'
import { openStudied, settle, toOutcomes } from './timeline-view.ts'

describe('a stretch that is outside', () => {
  it('lies before the sitting', async () => {
    const { page, report } = await openStudied(0)
    const openedAt = (page.grant.opensAt - MONDAY) / SECOND
    await page.flush(
      toStart('r/a', page.grant.opensAt - 30 * SECOND),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
    )
    expect(toOutcomes(await report())).toEqual([
      [openedAt - 30, openedAt, 'active', 'outside'],
      [openedAt, openedAt + 30, 'active', 'waiting'],
    ])
  })

  it('or after it, or after the relay heard of it, but for a second', async () => {
    const { world, page, report } = await openStudied(MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ['active', 0, HOUR, 0]))
    expect(toOutcomes(await report())).toEqual([
      [0, 61, 'active', 'waiting'],
      [61, 3_600, 'active', 'outside'],
    ])
    await settle(world)
    expect(toOutcomes(await report())).toEqual([
      [0, 61, 'active', 'told'],
      [61, 3_600, 'active', 'outside'],
    ])
  })
})

describe('a stretch that another tab has the better claim to', () => {
  const IDLE = toSlice('r/a', 0, ...toSpans(['idle', 3 * MINUTE]))
  const BUSY = toSlice('r/b', 0, ...toSpans(['active', MINUTE]))

  it('is elsewhere, where the tab is of the same run', async () => {
    const { world, page, report } = await openStudied(4 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), IDLE, toStart('r/b', MONDAY + MINUTE), BUSY)
    await settle(world)
    expect(toOutcomes(await report())).toEqual([
      [0, 60, 'inactive', 'told'],
      [60, 120, 'inactive', 'elsewhere'],
      [120, 180, 'inactive', 'told'],
    ])
    expect(toOutcomes(await report(), 'b')).toEqual([[60, 120, 'active', 'told']])
  })

  it('is elsewhere, where the tab is of another run', async () => {
    const { world, page, report } = await openStudied(4 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      IDLE,
      toStart('other/b', MONDAY + MINUTE),
      toSlice('other/b', 0, ...BUSY.spans),
    )
    await settle(world)
    expect(toOutcomes(await report())).toEqual([
      [0, 60, 'inactive', 'told'],
      [60, 120, 'inactive', 'elsewhere'],
      [120, 180, 'inactive', 'told'],
    ])
    expect(toOutcomes(await report('other'), 'b')).toEqual([[60, 120, 'active', 'told']])
  })

  it('is elsewhere, not late, where the other is what the host said of it', async () => {
    const { world, page, report } = await openStudied(4 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      IDLE,
      toStart('r/b', MONDAY + MINUTE),
      toSlice('r/b', 0, ...toSpans(['flag', MINUTE, 'waste', 'guessing'])),
    )
    await settle(world)
    expect(toOutcomes(await report(), 'b')).toEqual([[60, 120, 'waste', 'told']])
    expect(toOutcomes(await report())[1]).toEqual([60, 120, 'inactive', 'elsewhere'])
  })
})

describe('a stretch that another run had as well', () => {
  const ACTIVE = toSpans(['active', MINUTE])

  it('is elsewhere, where both claim it alike and the other was opened first', async () => {
    const { world, page, report } = await openStudied(4 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...ACTIVE))
    await page.flush(toStart('other/a', MONDAY + 1), toSlice('other/a', 0, ...ACTIVE))
    await settle(world)
    expect(toOutcomes(await report())).toEqual([[0, 60, 'active', 'told']])
    expect(toOutcomes(await report('other'))).toEqual([
      [0.001, 60, 'active', 'elsewhere'],
      [60, 60.001, 'active', 'told'],
    ])
  })

  it('is elsewhere as soon as it has lost, though the other has not been told yet', async () => {
    const { world, page, report } = await openStudied(3 * MINUTE)
    const idle = (ms: number) => toSlice('r/a', 0, ...toSpans(['idle', ms]))
    await page.flush(toStart('r/a', MONDAY), idle(3 * MINUTE))
    world.clock.pass(10 * MINUTE)
    await page.flush(toStart('other/a', MONDAY + 2 * MINUTE), toSlice('other/a', 0, ...ACTIVE))
    // The lease of the first is over, that of the other is not.
    world.clock.pass(6 * MINUTE)
    await world.relay.deliver()
    await page.flush(idle(4 * MINUTE))
    expect(toOutcomes(await report())).toEqual([
      [0, 120, 'inactive', 'told'],
      [120, 180, 'inactive', 'elsewhere'],
      [180, 240, 'inactive', 'waiting'],
    ])
    expect(toOutcomes(await report('other'))).toEqual([[120, 180, 'active', 'waiting']])
  })
})

describe('a stretch that is late', () => {
  it('has the better claim, and came when another tab of the run had told it', async () => {
    const { world, page, report } = await openStudied(2 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['idle', 2 * MINUTE])))
    await settle(world)
    await page.flush(
      toStart('r/b', MONDAY + MINUTE),
      toSlice('r/b', 0, ...toSpans(['active', MINUTE])),
    )
    await settle(world)
    expect(toOutcomes(await report(), 'b')).toEqual([[60, 120, 'active', 'late']])
    expect((await report()).counted).toMatchObject({ active: 0, inactive: 120_000 })
  })

  it('has the better claim, and came when another run had told it', async () => {
    const { world, page, report } = await openStudied(2 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['idle', 2 * MINUTE])))
    await settle(world)
    await page.flush(
      toStart('other/a', MONDAY + MINUTE),
      toSlice('other/a', 0, ...toSpans(['active', MINUTE])),
    )
    await settle(world)
    expect(toOutcomes(await report('other'))).toEqual([[60, 120, 'active', 'late']])
    expect((await report('other')).told).toEqual([])
  })

  it('has the better claim, and came days later from a device that had been offline', async () => {
    const { world, page, report } = await openStudied(2 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['idle', 2 * MINUTE])))
    world.clock.pass(3 * DAY)
    await world.relay.deliver()
    await page.flush(
      toStart('other/a', MONDAY + MINUTE),
      toSlice('other/a', 0, ...toSpans(['active', MINUTE])),
    )
    await settle(world)
    expect(toOutcomes(await report('other'))).toEqual([[60, 120, 'active', 'late']])
  })

  it('does not wait, where another run has told it before', async () => {
    const { world, page, report } = await openStudied(2 * MINUTE)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['active', 2 * MINUTE])))
    await settle(world)
    await page.flush(
      toStart('other/a', MONDAY + MINUTE),
      toSlice('other/a', 0, ...toSpans(['idle', MINUTE])),
    )
    expect(toOutcomes(await report('other'))).toEqual([[60, 120, 'inactive', 'elsewhere']])
  })

  it('is the learner’s word that they were on paper, once the time has been told', async () => {
    const { world, page, report } = await openStudied(2 * MINUTE)
    const slice = toSlice('r/a', 0, ...toSpans(['active', MINUTE], ['idle', MINUTE]))
    await page.flush(toStart('r/a', MONDAY), slice)
    await settle(world)
    await page.flush(toClaimed(slice, [90_000, 120_000]))
    await settle(world)
    expect(toOutcomes(await report())).toEqual([
      [0, 60, 'active', 'told'],
      [60, 90, 'inactive', 'told'],
      [90, 120, 'unknown', 'late'],
    ])
    expect((await report()).counted).toMatchObject({ inactive: MINUTE, unknown: 0 })
  })
})
