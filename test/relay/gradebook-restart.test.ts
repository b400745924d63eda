import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { startDying } from './dying.ts'
import { ALL_RIGHT, MINUTE, SECOND } from './entries.ts'
import { createDataPath, type World } from './relay-world.ts'
import { finish, GRADEBOOK, openSchool, readResults, readStates } from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const DONE = { ...ALL_RIGHT, masteredUnits: 1, pctComplete: 100 }

async function openWithRun(path = ':memory:') {
  const world = await openSchool({
    options: { db: openSqlite(path), gradebook: { mode: 'direct', xpIn: 'result' } },
  })
  await finish(world, { result: DONE })
  return world
}

async function expectGradedOnce(world: World) {
  expect(sumTimes(world)).toEqual({ active: 240, inactive: 0, waste: 0 })
  expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 0 } }])
  expect(readResults(world)).toMatchObject([
    { score: 100, metadata: { xp: 5, attempt: 1, runId: 'r' } },
    { metadata: { isMasteryCompletion: true } },
  ])
  expect(await readStates(world)).toEqual({
    caliper: ['delivered'],
    gradebook: ['delivered', 'delivered'],
    readback: ['delivered'],
  })
}

/** Ten minutes of a relay that comes after, in few rounds. */
async function recover(world: World) {
  const next = await world.startRelay()
  for (let round = 0; round < 40; round += 1) {
    world.clock.pass(15 * SECOND)
    await next.deliver()
  }
}

/** A relay that is killed at its request number `step`: before Timeback has it, or before its answer is read. */
async function killAtRequest(world: World, step: number, when: 'before' | 'after') {
  let asked = 0
  let die = () => {}
  const dead = new Promise<void>((resolve) => (die = resolve))
  const relay = await world.startRelay({}, async (input, init) => {
    asked += 1
    const mine = asked
    if (mine > step || (mine === step && when === 'before')) {
      die()
      return new Promise<never>(() => {})
    }
    const answer = await world.sandbox.fetch(new Request(input, init))
    if (mine < step) return answer
    die()
    return new Promise<never>(() => {})
  })
  const done = relay.deliver()
  await Promise.race([dead, done])
  return { isDead: asked >= step }
}

describe('a relay that is killed while it writes the gradebook', { timeout: 60_000 }, () => {
  it('after any query leaves its successor one result to write, and no second', async () => {
    let queries = 0
    for (let isDead = true; isDead; queries += 1) {
      const world = await openWithRun()
      const dying = await startDying(world, queries)
      await dying.relay.deliver().catch(() => {})
      isDead = dying.isDead()

      await recover(world)
      await expectGradedOnce(world)
    }
    expect(queries).toBeGreaterThan(30)
  })

  it.each(['before', 'after'] as const)(
    'at any request, %s Timeback acts on it, leaves its successor one result to write',
    async (when) => {
      let step = 1
      for (let isDead = true; isDead; step += 1) {
        const world = await openWithRun()
        isDead = (await killAtRequest(world, step, when)).isDead
        await recover(world)
        await expectGradedOnce(world)
      }
      expect(step).toBeGreaterThan(8)
    },
  )

  it('goes on from the same file', async () => {
    const path = createDataPath()
    const before = await openWithRun(path)
    before.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    before.sandbox.faults.add({ on: 'gradebook', status: 503 })
    await before.relay.deliver()
    expect(await readStates(before)).toMatchObject({ gradebook: ['waiting', 'waiting'] })
    await before.db.destroy()

    const db = openSqlite(path)
    const after = await openSchool({
      clock: before.clock,
      options: { db, gradebook: { mode: 'direct', xpIn: 'result' } },
    })
    await after.run(MINUTE)
    expect(readResults(after)).toMatchObject([
      { metadata: { xp: 5, attempt: 1 } },
      { metadata: { isMasteryCompletion: true } },
    ])
  })
})

describe('a lease on a row of the gradebook', () => {
  const lease = (world: World, until: number) =>
    world.db
      .updateTable('outbox')
      .set({ lease_until: until })
      .where('kind', '!=', 'caliper')
      .execute()

  async function openLeased(untilMs: number) {
    const world = await openWithRun()
    // Everything but Caliper waits in the outbox.
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status: 503, retryAfterSeconds: 1 })
    await world.relay.deliver()
    await lease(world, world.clock.now() + untilMs)
    return world
  }

  it('that somebody holds is left alone', async () => {
    const world = await openLeased(2 * MINUTE)
    const before = world.calls.length
    await world.run(90 * SECOND)
    expect(world.calls.slice(before).filter(({ path }) => path.startsWith(GRADEBOOK))).toEqual([])
  })

  it.each([
    ['just now', 2 * SECOND],
    ['long ago', -24 * 60 * MINUTE],
  ])('that ran out %s is taken, and the row put once', async (_, untilMs) => {
    const world = await openLeased(untilMs)
    await world.run(2 * MINUTE)
    await expectGradedOnce(world)
    const rows = await world.db.selectFrom('outbox').select('lease_until').execute()
    expect(rows.map((row) => row.lease_until)).toEqual([null, null, null, null])
  })

  it('that ran out is taken by one of several relays', async () => {
    const world = await openLeased(2 * SECOND)
    const before = world.calls.length
    const relays = await Promise.all([world.startRelay(), world.startRelay(), world.startRelay()])
    world.clock.pass(5 * SECOND)
    await Promise.all(relays.map((relay) => relay.deliver()))
    const puts = world.calls.slice(before).filter(({ method }) => method === 'PUT')
    // Two rows of a line item and a result each.
    expect(puts).toHaveLength(4)
    await world.run(MINUTE)
    await expectGradedOnce(world)
  })
})
