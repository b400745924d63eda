/** Legs by chance: some overlap, some lack slices or an end, some meet a Timeback that refuses. */
import { MINUTE, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, type World } from './relay-world.ts'

const PRESENCES = ['active', 'idle', 'hidden', 'paused', 'suspended'] as const

/** Eight legs, all of them received. Returns their wall time, in ms. */
export async function createRandomLegs(world: World, seed: number): Promise<number> {
  let state = seed
  // Park and Miller's: good enough to choose by, the same on every machine.
  const chance = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  const below = (n: number) => Math.floor(chance() * n)
  const page = await openPage(world)
  const opened = page.wall()
  let wallMs = 0
  for (let index = 0; index < 8; index += 1) {
    const leg = `r${below(6)}/l${index}`
    const wallAt = opened + below(20) * MINUTE
    const slices = 1 + below(6)
    const spans = Array.from({ length: slices }, (_, n) => {
      const presence = PRESENCES[below(PRESENCES.length)]!
      return [presence, n * MINUTE, (n + 1) * MINUTE, n * MINUTE] as const
    })
    // The last is never missing: without an end, nobody could know of it.
    const kept = spans.flatMap((span, n) =>
      n === slices - 1 || chance() < 0.8 ? [toSlice(leg, n, [...span])] : [],
    )
    const reach = slices * MINUTE
    wallMs += reach
    world.clock.pass(Math.max(0, wallAt + reach - world.clock.now()))
    if (chance() < 0.2) world.sandbox.faults.add({ on: 'event', status: 400 })
    const end = chance() < 0.5 ? [toEnd(leg, reach, {}, { [leg.slice(3)]: { slices, reach } })] : []
    await page.flush(toStart(leg, wallAt), ...kept, ...end)
  }
  return wallMs
}
