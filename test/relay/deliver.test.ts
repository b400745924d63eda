import { describe, expect, it } from 'vitest'
import type { Fault } from '../../src/sandbox/sandbox.ts'
import { ALL_RIGHT, HOUR, MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, openWorld, readReport, type World, type WorldSetUp } from './relay-world.ts'
import { readCompletions } from './told-view.ts'

/** A minute's run, whole, received and not yet told. */
async function finishRun(world: World, learner = 'ada', runId = 'r') {
  const page = await openPage(world, learner, { sinceMs: MINUTE })
  const leg = `${runId}/a`
  await page.flush(
    toStart(leg, page.wall() - MINUTE),
    toSlice(leg, 0, ['active', 0, MINUTE, 0]),
    toEnd(leg, MINUTE, ALL_RIGHT),
  )
}

async function finishRunBefore(faults: Fault[], setUp: WorldSetUp = {}) {
  const world = await openWorld(setUp)
  await finishRun(world)
  for (const fault of faults) world.sandbox.faults.add(fault)
  return world
}

/** How often each event is at Timeback. */
const countEvents = (world: World) => world.sandbox.events().length

const readDelivery = async (world: World, runId = 'r', learner = 'ada') =>
  (await readReport(world, runId, { learner })).deliveries[0]

/** When, in seconds since the beginning, the relay asked for what. */
const readCalls = (world: World, since: number) =>
  world.calls
    .filter(({ path }) => path.startsWith('/caliper'))
    .map(({ method, at }) => [method, (at - since) / SECOND])

describe('a send that Timeback has surely not acted on', () => {
  it.each([429, 503, 408])('by status %i is repeated with the same bytes', async (status) => {
    const world = await finishRunBefore([{ on: 'event', status, count: 3 }])
    await world.run(MINUTE)
    expect(countEvents(world)).toBe(2)
    expect(world.sends()).toHaveLength(4)
    expect(new Set(world.sends()).size).toBe(1)
    expect(world.calls.filter(({ method }) => method === 'GET')).toEqual([])
    expect(await readDelivery(world)).toMatchObject({ state: 'delivered', tries: 3 })
  })

  it('is not repeated sooner than Timeback asks', async () => {
    const world = await finishRunBefore([{ on: 'event', status: 429, retryAfterSeconds: 90 }])
    const since = world.clock.now()
    await world.relay.deliver()
    await world.run(90 * SECOND)
    expect(world.sends()).toHaveLength(1)
    await world.run(10 * SECOND)
    expect(readCalls(world, since)).toEqual([
      ['POST', 0],
      ['POST', 91],
    ])
  })

  it('is repeated ever later, up to five minutes apart, and never given up', async () => {
    const world = await finishRunBefore([{ on: 'event', status: 503, count: 12 }], {
      random: () => 0.999,
    })
    for (let minute = 0; minute < 45; minute += 1) await world.run(MINUTE)
    const times = world.calls.filter(({ path }) => path === '/caliper/event').map(({ at }) => at)
    const waits = times.slice(1).map((at, index) => Math.round((at - times[index]!) / SECOND))
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    expect(countEvents(world)).toBe(2)
  })

  it('because there is no token waits, and asks for no event', async () => {
    const world = await finishRunBefore([{ on: 'token', status: 503, count: 2 }])
    await world.relay.deliver()
    expect(world.sends()).toEqual([])
    expect(await readDelivery(world)).toMatchObject({
      state: 'waiting',
      answer: 'token_unreachable',
    })
    await world.run(MINUTE)
    expect(countEvents(world)).toBe(2)
  })
})

describe('a send whose fate is unclear', () => {
  it('is not repeated where Timeback turns out to have it', async () => {
    const world = await finishRunBefore([{ on: 'event', lostAnswer: true }])
    const since = world.clock.now()
    await world.relay.deliver()
    expect(await readDelivery(world)).toMatchObject({ state: 'unclear', answer: 'no_answer' })
    await world.run(MINUTE)
    expect(readCalls(world, since)).toEqual([
      ['POST', 0],
      ['GET', 5],
    ])
    expect(countEvents(world)).toBe(2)
    expect(await readDelivery(world)).toMatchObject({ state: 'delivered', maybeTwice: false })
  })

  it('is not repeated where Timeback shows it late', async () => {
    const world = await finishRunBefore([{ on: 'event', lostAnswer: true }], {
      sandbox: { readLagMs: 100 * SECOND },
    })
    await world.run(10 * MINUTE)
    expect(world.sends()).toHaveLength(1)
    expect(countEvents(world)).toBe(2)
  })

  it.each([
    ['a lost request', { on: 'event', lostAnswer: true, processed: false }],
    ['a 500', { on: 'event', status: 500 }],
    ['a 502', { on: 'event', status: 502 }],
    ['a 504', { on: 'event', status: 504 }],
  ] as const)(
    'by %s is repeated with the same bytes, but only after five fruitless questions, and says so for good',
    async (_, fault) => {
      const world = await finishRunBefore([fault])
      await world.relay.deliver()
      const since = world.clock.now()
      for (let second = 0; second < 300; second += 1) await world.run(SECOND)
      expect(readCalls(world, since)).toEqual([
        ['POST', 0],
        ['GET', 5],
        ['GET', 20],
        ['GET', 50],
        ['GET', 110],
        ['GET', 230],
        ['POST', 230],
      ])
      expect(new Set(world.sends()).size).toBe(1)
      expect(countEvents(world)).toBe(2)
      expect(await readDelivery(world)).toMatchObject({
        state: 'delivered',
        tries: 1,
        maybeTwice: true,
      })
    },
  )

  it('by a timeout is asked for, too', async () => {
    const world = await openWorld()
    await finishRun(world)
    let late = true
    const relay = await world.startRelay({}, async (input, init) => {
      const answer = await world.sandbox.fetch(new Request(input, init))
      if (!late || !String(input).endsWith('/caliper/event')) return answer
      late = false
      throw new DOMException('too late', 'TimeoutError')
    })
    await relay.deliver()
    expect(await readDelivery(world)).toMatchObject({ state: 'unclear' })
    await world.run(10 * MINUTE, relay)
    expect(countEvents(world)).toBe(2)
  })

  it('says for good that it may be there twice, where Timeback could not be asked', async () => {
    const world = await finishRunBefore([
      { on: 'event', status: 500 },
      { on: 'read', status: 403, count: 5 },
    ])
    await world.run(10 * MINUTE)
    expect(countEvents(world)).toBe(2)
    expect(await readDelivery(world)).toMatchObject({ state: 'delivered', maybeTwice: true })
  })

  it('is asked for until an outage is over, and not sent again blindly', async () => {
    const world = await finishRunBefore([
      { on: 'event', lostAnswer: true },
      { on: 'read', status: 502, count: 12 },
    ])
    await world.run(30 * MINUTE)
    expect(world.sends()).toHaveLength(1)
    expect(await readDelivery(world)).toMatchObject({ state: 'delivered', maybeTwice: false })
  })

  it('is sent again where the reading alone is out for more than half an hour', async () => {
    const world = await finishRunBefore([
      { on: 'event', lostAnswer: true, processed: false },
      { on: 'read', status: 502, count: 1_000 },
    ])
    await world.run(2 * HOUR)
    expect(world.sends()).toHaveLength(2)
    expect(await readDelivery(world)).toMatchObject({ state: 'delivered', maybeTwice: true })
  })

  it('does not say so where one question failed and the next found it', async () => {
    const world = await finishRunBefore([
      { on: 'event', lostAnswer: true },
      { on: 'read', status: 502 },
    ])
    await world.run(10 * MINUTE)
    expect(world.sends()).toHaveLength(1)
    expect(await readDelivery(world)).toMatchObject({ state: 'delivered', maybeTwice: false })
  })
})

describe('a send that Timeback refuses', () => {
  it.each([403, 422])(
    'by status %i is parked with the answer, and not repeated',
    async (status) => {
      const world = await finishRunBefore([{ on: 'event', status }])
      await world.run(HOUR)
      expect(world.sends()).toHaveLength(1)
      const { state, answer } = (await readDelivery(world)) ?? {}
      expect(state).toBe('parked')
      expect(answer).toMatch(new RegExp(`^${status} .*a fault was asked for`))
    },
  )

  it('by our own check is parked without being sent', async () => {
    const other = { id: 'x', name: 'X', course: { code: 'MISC' } }
    const world = await openWorld({
      options: { courses: [{ sourcedId: 'misc', subject: 'Other', code: 'MISC' }] },
    })
    const page = await openPage(world)
    await page.flush(toStart('r/a', page.wall(), other), toEnd('r/a', 0, ALL_RIGHT, {}))
    await world.run(MINUTE)
    expect(world.calls).toEqual([])
    const { state, answer } = (await readDelivery(world)) ?? {}
    expect(state).toBe('parked')
    expect(answer).toContain('data.0.object.subject')
  })
})

describe('the access token', () => {
  it('is renewed once when Timeback has revoked it, and the event goes out', async () => {
    const world = await openWorld()
    await finishRun(world, 'ada', 'r1')
    await world.relay.deliver()
    world.sandbox.revokeTokens()
    await finishRun(world, 'ada', 'r2')
    await world.relay.deliver()
    expect(readCompletions(world).map(({ run }) => run)).toEqual(['r1', 'r2'])
    expect(world.calls.map(({ path }) => path)).toEqual([
      '/oauth2/token',
      '/caliper/event',
      '/caliper/event',
      '/oauth2/token',
      '/caliper/event',
    ])
  })

  it('is renewed before it expires', async () => {
    const world = await openWorld({ sandbox: { tokenLifeSeconds: 600 } })
    await finishRun(world, 'ada', 'r1')
    await world.relay.deliver()
    world.clock.pass(10 * MINUTE)
    await finishRun(world, 'ada', 'r2')
    await world.relay.deliver()
    const paths = world.calls.map(({ path }) => path)
    expect(paths).toEqual(['/oauth2/token', '/caliper/event', '/oauth2/token', '/caliper/event'])
  })

  it('is not asked for a third time where a new one is refused as well', async () => {
    const world = await finishRunBefore([{ on: 'event', status: 401, count: 2 }])
    await world.relay.deliver()
    expect(world.sends()).toHaveLength(2)
    expect(await readDelivery(world)).toMatchObject({ state: 'waiting', answer: 'unauthorized' })
    await world.run(MINUTE)
    expect(countEvents(world)).toBe(2)
  })
})

describe('learners', () => {
  it.each([
    ['fails', { on: 'event', status: 503, count: 1 }],
    ['is parked', { on: 'event', status: 403, count: 1 }],
    ['is unclear', { on: 'event', status: 500, count: 1 }],
  ] as const)('don’t wait for another whose row %s', async (_, fault) => {
    const world = await finishRunBefore([fault])
    await world.relay.deliver()
    await finishRun(world, 'ben')
    await world.relay.deliver()
    expect(await readDelivery(world, 'r', 'ben')).toMatchObject({ state: 'delivered' })
    expect(await readDelivery(world)).not.toMatchObject({ state: 'delivered' })
  })

  it('are told of in the order of their runs: a later row does not overtake one that failed', async () => {
    const world = await openWorld()
    await finishRun(world, 'ada', 'r1')
    world.sandbox.faults.add({ on: 'event', status: 503, retryAfterSeconds: 60 })
    await world.relay.deliver()
    await finishRun(world, 'ada', 'r2')
    await world.run(30 * SECOND)
    expect(countEvents(world)).toBe(0)
    await world.run(MINUTE)
    expect(readCompletions(world).map(({ run }) => run)).toEqual(['r1', 'r2'])
  })

  it('don’t wait behind their own parked row', async () => {
    const world = await finishRunBefore([{ on: 'event', status: 403 }])
    await world.relay.deliver()
    await finishRun(world, 'ada', 'r2')
    await world.relay.deliver()
    expect(readCompletions(world).map(({ run }) => run)).toEqual(['r2'])
  })
})

describe('the log', () => {
  it('names learners by id alone, whatever happens', async () => {
    const world = await finishRunBefore([
      { on: 'event', status: 503 },
      { on: 'event', status: 500 },
      { on: 'event', status: 400 },
    ])
    await world.run(10 * MINUTE)
    await finishRun(world, 'ben')
    await world.run(MINUTE)
    const log = world.logged.join('\n')
    expect(log).toContain('"learner":"ada"')
    expect(log).toContain('"learner":"ben"')
    expect(log).not.toContain('@school.example')
    expect(log).not.toContain('Fractions')
  })
})
