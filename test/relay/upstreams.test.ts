import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/sandbox/sandbox.ts'
import { ALL_RIGHT, MINUTE, SECOND } from './entries.ts'
import type { World } from './relay-world.ts'
import { countCalls, finish, MIRA, openSchool, readResults, readStates } from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const SERVICES = ['token', 'event', 'roster', 'gradebook', 'edubridge', 'powerpath'] as const

type Answer = Omit<Fault, 'on' | 'count'>

const ANSWERS: [name: string, answer: Answer][] = [
  ['answers 500', { status: 500 }],
  ['asks for a minute of patience', { status: 429, retryAfterSeconds: 60 }],
  ['is slow', { delayMs: 20 * SECOND }],
  ['breaks the connection', { lostAnswer: true }],
  ['breaks the connection before it has read the request', { lostAnswer: true, processed: false }],
  ['answers with a page of HTML', { html: true }],
]

const UNIT = { ...ALL_RIGHT, masteredUnits: 1 }

/** All of one run is at Timeback, and nothing of it twice. */
async function expectToldOnce(world: World, mode: 'platform' | 'direct') {
  expect(sumTimes(world)).toEqual({ active: 240, inactive: 0, waste: 0 })
  expect(readCompletions(world)).toMatchObject([
    { attempt: 1, values: { xpEarned: 5, masteredUnits: 1 } },
  ])
  expect(readResults(world)).toMatchObject([{ score: 100, metadata: { attempt: 1 } }])
  const written = mode === 'direct' ? { gradebook: ['delivered'] } : {}
  expect(await readStates(world)).toEqual({
    caliper: ['delivered'],
    readback: ['delivered'],
    ...written,
  })
}

describe.each(SERVICES)('while the service of %s', (on) => {
  for (const mode of ['platform', 'direct'] as const) {
    it.each(ANSWERS)(
      `%s, nothing is lost, and once it is back all is told (${mode})`,
      async (_, answer) => {
        const world = await openSchool({ options: { gradebook: { mode } } })
        await finish(world, { result: UNIT })
        world.sandbox.faults.add({ on, count: 4, ...answer })
        await world.run(20 * MINUTE)
        await expectToldOnce(world, mode)
      },
    )
  }
})

describe('a token that Timeback takes back', () => {
  it.each([
    ['after the learner was looked up', '/ims/oneroster/rostering/'],
    ['after the enrolments', '/edubridge/enrollments/'],
    ['after the attempts', '/ims/oneroster/gradebook/'],
    ['after the events', '/caliper/event'],
  ])('in the middle, %s, is renewed, and the run told once', async (_, path) => {
    const world = await openSchool({ options: { gradebook: { mode: 'direct' } } })
    await finish(world, { result: UNIT })
    let isTaken = false
    const relay = await world.startRelay({}, async (input, init) => {
      const answer = await world.sandbox.fetch(new Request(input, init))
      if (!isTaken && new URL(String(input)).pathname.startsWith(path)) {
        isTaken = true
        world.sandbox.revokeTokens()
      }
      return answer
    })
    await world.run(5 * MINUTE, relay)
    expect(isTaken).toBe(true)
    await expectToldOnce(world, 'direct')
  })

  it('every few seconds only costs time', async () => {
    const world = await openSchool({ sandbox: { tokenLifeSeconds: 2 } })
    await finish(world, { result: UNIT })
    await world.run(2 * MINUTE)
    await expectToldOnce(world, 'platform')
  })
})

describe('Caliper and the gradebook', () => {
  const openDirect = () => openSchool({ options: { gradebook: { mode: 'direct' } } })

  it.each([
    ['fails', { status: 503, count: 50 }],
    ['is unclear', { status: 500, count: 1 }],
    ['refuses', { status: 403, count: 1 }],
  ])(
    'don’t wait for each other: the result is written and seen while Caliper %s',
    async (_, fault) => {
      const world = await openDirect()
      await finish(world)
      world.sandbox.faults.add({ on: 'event', ...fault })
      await world.run(30 * SECOND)
      const { caliper, ...others } = await readStates(world)
      expect(others).toEqual({ gradebook: ['delivered'], readback: ['delivered'] })
      expect(caliper).not.toEqual(['delivered'])
      expect(readResults(world)).toHaveLength(1)
    },
  )

  it.each([
    ['fails', { status: 503, count: 50 }],
    ['refuses', { status: 422, count: 1 }],
  ])('don’t wait for each other: the events are told while the gradebook %s', async (_, fault) => {
    const world = await openDirect()
    await finish(world)
    // The attempts are looked up before.
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', ...fault })
    await world.run(30 * SECOND)
    expect(readCompletions(world)).toHaveLength(1)
    expect(await readStates(world)).toMatchObject({ caliper: ['delivered'], readback: ['waiting'] })
    expect((await readStates(world))['gradebook']).not.toEqual(['delivered'])
  })

  it('don’t wait for each other: the events are told while the gradebook hangs', async () => {
    const world = await openDirect()
    await finish(world, { runId: 'r1' })
    await finish(world, { runId: 'r2' })
    let go = () => {}
    const hanging = new Promise<void>((resolve) => (go = resolve))
    const relay = await world.startRelay({}, async (input, init) => {
      if (init?.method === 'PUT') await hanging
      return world.sandbox.fetch(new Request(input, init))
    })
    const told = new Promise<void>((resolve) => {
      world.sandbox.subscribe(() => world.sandbox.events().length === 4 && resolve())
    })
    const round = relay.deliver()
    await told
    expect(readResults(world)).toEqual([])
    go()
    await round
    await world.run(MINUTE)
    expect(readResults(world)).toHaveLength(2)
  })

  it('a parked result holds up the reading back of no later one', async () => {
    const world = await openDirect()
    await finish(world, { runId: 'r1' })
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status: 422 })
    await world.run(MINUTE)
    expect(await readStates(world, 'r1')).toMatchObject({
      gradebook: ['parked'],
      readback: ['waiting'],
    })
    await finish(world, { runId: 'r2' })
    await world.run(MINUTE)
    expect(await readStates(world, 'r2')).toMatchObject({
      gradebook: ['delivered'],
      readback: ['delivered'],
    })
  })

  it('a parked result costs no request until a person has seen to it', async () => {
    const world = await openDirect()
    await finish(world)
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status: 422 })
    await world.run(MINUTE)
    const before = world.calls.length
    await world.run(60 * MINUTE)
    expect(world.calls).toHaveLength(before)

    await world.db
      .updateTable('outbox')
      .set({ state: 'waiting', next_at: world.clock.now() })
      .where('state', '=', 'parked')
      .execute()
    await world.run(15 * MINUTE)
    expect(await readStates(world)).toEqual({
      caliper: ['delivered'],
      gradebook: ['delivered'],
      readback: ['delivered'],
    })
  })
})

describe('a round', () => {
  it('ends while Timeback is down, whatever is due', async () => {
    const world = await openSchool()
    for (const runId of ['r1', 'r2', 'r3']) await finish(world, { runId })
    await finish(world, { runId: 'r4', learner: 'learner-2' })
    for (const on of SERVICES) world.sandbox.faults.add({ on, status: 503, count: 1_000 })
    await world.relay.deliver()
    // One learner's three runs cost no more than one.
    expect(countCalls(world, '/oauth2/token')).toBeLessThan(6)
    world.sandbox.faults.clear()
    await world.run(3 * MINUTE)
    expect(
      readCompletions(world)
        .map(({ run }) => run)
        .toSorted(),
    ).toEqual(['r1', 'r2', 'r3', 'r4'])
    expect(readResults(world, MIRA)).toHaveLength(3)
  })
})
