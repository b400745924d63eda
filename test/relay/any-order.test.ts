import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import type { Entry } from '../../src/contract/entry.ts'
import { ALL_RIGHT, MINUTE, MONDAY, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, openWorld, readReport } from './relay-world.ts'
import { toFlushes } from './sends.ts'
import { readCompletions, sumTimes } from './told-view.ts'

/** A run of two legs that overlap, one slice of which is there in each length that it had. */
const OVERLAPPING: Entry[] = [
  toStart('r/a', MONDAY),
  toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
  toSlice('r/a', 1, ['active', MINUTE, 70 * SECOND, 0]),
  toSlice('r/a', 1, ['active', MINUTE, 90 * SECOND, 0]),
  toSlice(
    'r/a',
    1,
    ['active', MINUTE, 90 * SECOND, 0],
    ['idle', 90 * SECOND, 3 * MINUTE, 90 * SECOND],
  ),
  toStart('r/b', MONDAY + 2 * MINUTE),
  toSlice('r/b', 0, ['hidden', 0, 20 * SECOND, 0]),
  toSlice(
    'r/b',
    0,
    ['hidden', 0, 20 * SECOND, 0],
    ['active', 20 * SECOND, 80 * SECOND, 20 * SECOND],
  ),
  toSlice('r/b', 1, ['active', 80 * SECOND, 2 * MINUTE, 20 * SECOND]),
  toEnd('r/b', 2 * MINUTE, ALL_RIGHT, {
    a: { slices: 2, reach: 3 * MINUTE },
    b: { slices: 2, reach: 2 * MINUTE },
  }),
]

/** Two legs, the second after the first. */
const FOLLOWING: Entry[] = OVERLAPPING.map((entry) =>
  entry.id === 'r/b/start' ? toStart('r/b', MONDAY + 3 * MINUTE) : entry,
)

async function openStudied() {
  const world = await openWorld()
  const page = await openPage(world)
  world.clock.pass(5 * MINUTE)
  return { world, page }
}

describe('the told time', { timeout: 30_000 }, () => {
  it('is the same for any order, any split and any repetition of the entries', async () => {
    await fc.assert(
      fc.asyncProperty(toFlushes(OVERLAPPING), async (flushes) => {
        const { world, page } = await openStudied()
        for (const flush of flushes) {
          const verdicts = await page.flush(...flush)
          expect(
            verdicts.filter(({ verdict }) => verdict !== 'stored' && verdict !== 'known'),
          ).toEqual([])
        }
        await world.relay.deliver()
        const { whole, counted } = await readReport(world, 'r')
        expect({ whole, counted }).toMatchObject({
          whole: true,
          counted: { active: 190_000, inactive: 50_000, waste: 0 },
        })
        expect(sumTimes(world)).toEqual({ active: 190, inactive: 50, waste: 0 })
        expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 4 } }])
        await world.db.destroy()
      }),
      { numRuns: 30 },
    )
  })

  it('is the same whenever it is told: nothing is lost and nothing is told twice', async () => {
    const pauses = fc.array(fc.constantFrom(0, SECOND, 2 * MINUTE, 20 * MINUTE), {
      minLength: 20,
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(toFlushes(FOLLOWING), pauses, async (flushes, waits) => {
        const { world, page } = await openStudied()
        for (const [index, flush] of flushes.entries()) {
          await page.flush(...flush)
          world.clock.pass(waits[index] ?? 0)
          await world.relay.deliver()
        }
        world.clock.pass(16 * MINUTE)
        await world.relay.deliver()
        expect(sumTimes(world)).toEqual({ active: 190, inactive: 110, waste: 0 })
        expect(readCompletions(world)).toHaveLength(1)
        await world.db.destroy()
      }),
      { numRuns: 30 },
    )
  })
})
