import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, openWorld, readReport } from './relay-world.ts'
import { readCompletions } from './told-view.ts'

/** A run that is due, and a relay whose sends hang until they are answered by hand. */
async function openWithHanging() {
  const world = await openWorld()
  const page = await openPage(world, 'ada', { sinceMs: MINUTE })
  await page.flush(
    toStart('r/a', page.wall() - MINUTE),
    toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
    toEnd('r/a', MINUTE),
  )
  let answer: (response: Response) => void = () => {}
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => (isAsked = resolve))
  const slow = await world.startRelay({}, async (input, init) => {
    if (!String(input).endsWith('/event')) return world.sandbox.fetch(new Request(input, init))
    isAsked()
    return new Promise<Response>((resolve) => (answer = resolve))
  })
  const round = slow.deliver()
  await asked
  const readState = async () => (await readReport(world, 'r')).deliveries.map(({ state }) => state)
  return {
    world,
    readState,
    comeBack: async (status: number) => {
      answer(Response.json({ message: 'late' }, { status }))
      await round
    },
  }
}

describe('a sender whose lease ran out', () => {
  it.each([200, 400, 403, 500, 503])(
    'changes nothing with a late %i, once another has delivered the row',
    async (status) => {
      const { world, readState, comeBack } = await openWithHanging()
      await world.run(10 * MINUTE)
      expect(await readState()).toEqual(['delivered'])
      await comeBack(status)
      expect(await readState()).toEqual(['delivered'])
      await world.run(10 * MINUTE)
      expect(readCompletions(world)).toHaveLength(1)
      expect(world.sends()).toHaveLength(1)
    },
  )

  it('can’t call a row delivered while another asks Timeback for it', async () => {
    const { world, readState, comeBack } = await openWithHanging()
    await world.run(121 * SECOND)
    expect(await readState()).toEqual(['unclear'])
    await comeBack(200)
    expect(await readState()).toEqual(['unclear'])
    expect(world.logged.join('\n')).toContain('the lease ran out: another has the row')
    await world.run(10 * MINUTE)
    expect(await readState()).toEqual(['delivered'])
  })

  it('says what came of it while the lease lasts', async () => {
    const { world, readState, comeBack } = await openWithHanging()
    await world.run(100 * SECOND)
    await comeBack(200)
    expect(await readState()).toEqual(['delivered'])
    expect(world.sends()).toEqual([])
  })
})
