import { expect, it } from 'vitest'
import { MONDAY, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, openWorld } from './relay-world.ts'

it('lets requests in while it settles many runs: a receipt does not wait for the end of a round', async () => {
  const world = await openWorld()
  const page = await openPage(world)
  const legs = Array.from({ length: 60 }, (_, n) => `r${n}/a`)
  for (const leg of legs) {
    await page.flush(
      toStart(leg, MONDAY),
      toSlice(leg, 0, ['active', 0, SECOND, 0]),
      toEnd(leg, SECOND, {}),
    )
  }
  // A timer stands for any request: it can only fire when the loop comes round.
  let turns = 0
  const timer = setInterval(() => (turns += 1))
  await world.relay.deliver()
  clearInterval(timer)
  expect(turns).toBeGreaterThan(10)
})
