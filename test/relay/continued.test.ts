// A run that goes on elsewhere: on another page, in another tab, on another device.

import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import { MINUTE, MONDAY, SECOND, toSlice, toStart } from './entries.ts'
import { openPage, openWorld } from './relay-world.ts'

const FIRST: Span = ['active', 0, 10, 0]

async function openBegun() {
  const world = await openWorld()
  const page = await openPage(world)
  world.clock.pass(MINUTE)
  await page.flush(toStart('r/a', MONDAY))
  return { world, ...page }
}

describe('the start of a leg', () => {
  const LATER = MONDAY + 30 * SECOND

  it('of a run that began elsewhere says that it goes on with it', async () => {
    const { flush } = await openBegun()
    expect(await flush(toStart('r/b', LATER))).toEqual([
      { index: 0, id: 'r/b/start', verdict: 'stored', reach: 0, continues: true },
    ])
  })

  it('of a run that began on another device says so too', async () => {
    const { world } = await openBegun()
    const phone = await openPage(world, 'ada', { clockErrorMs: -90 * MINUTE })
    expect(await phone.flush(toStart('r/b', phone.wall()))).toMatchObject([{ continues: true }])
  })

  it('says so of the second in one flush, and not of the first', async () => {
    const { flush } = await openPage(await openWorld())
    const verdicts = await flush(toStart('s/a', MONDAY), toStart('s/b', LATER))
    expect(verdicts.map((verdict) => 'continues' in verdict)).toEqual([false, true])
  })

  it('of the first leg never says so, also when it is sent again', async () => {
    const { flush } = await openBegun()
    await flush(toStart('r/b', LATER))
    expect(await flush(toStart('r/a', MONDAY))).toEqual([
      { index: 0, id: 'r/a/start', verdict: 'known', reach: 0 },
    ])
  })

  it('that comes after its own slices, and after those of other legs, is still the first', async () => {
    const { flush } = await openPage(await openWorld())
    await flush(toSlice('s/a', 0, FIRST), toSlice('s/b', 0, FIRST))
    const [verdict] = await flush(toStart('s/a', MONDAY))
    expect(verdict).toEqual({ index: 0, id: 's/a/start', verdict: 'stored', reach: 0 })
  })

  it('of a run of that name of another learner does not say so', async () => {
    const { world } = await openBegun()
    const ben = await openPage(world, 'ben')
    const [verdict] = await ben.flush(toStart('r/b', LATER))
    expect(verdict).not.toHaveProperty('continues')
  })

  it('of another run does not say so', async () => {
    const { flush } = await openBegun()
    expect((await flush(toStart('other/a', LATER)))[0]).not.toHaveProperty('continues')
  })

  it('of another activity does not go on with the run', async () => {
    const { flush } = await openBegun()
    const decimals = { id: 'decimals', name: 'D', course: { subject: 'Math', grade: 5 } } as const
    const [verdict] = await flush(toStart('r/b', LATER, decimals))
    expect(verdict).toMatchObject({ verdict: 'conflict' })
    expect(verdict).not.toHaveProperty('continues')
  })
})
