import { describe, expect, it } from 'vitest'
import { ALL_RIGHT, MINUTE, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, openWorld, readReport, type World } from './relay-world.ts'
import { readCompletions, readTimes, sumTimes } from './told-view.ts'

/** A Timeback that answers 400 to every envelope with a completion in it, and a relay before it. */
async function openPicky() {
  const world = await openWorld()
  let isPicky = true
  const relay = await world.startRelay({}, async (input, init) => {
    const request = new Request(input, init)
    const body = await request.clone().text()
    const isRefused = isPicky && request.url.endsWith('/event') && body.includes('ActivityEvent')
    if (isRefused) return Response.json({ message: 'a completion is wrong' }, { status: 400 })
    return world.sandbox.fetch(request)
  })
  return { world, relay, relent: () => void (isPicky = false) }
}

async function finishRun(world: World, runId = 'r') {
  const page = await openPage(world, 'ada', { sinceMs: MINUTE })
  world.clock.pass(MINUTE)
  const leg = `${runId}/a`
  await page.flush(
    toStart(leg, page.wall() - MINUTE),
    toSlice(leg, 0, ['active', 0, MINUTE, 0]),
    toEnd(leg, MINUTE, ALL_RIGHT),
  )
}

const readDeliveries = async (world: World) => (await readReport(world, 'r')).deliveries

describe('an envelope that Timeback refuses as a whole', () => {
  it('is taken apart: its time is told, and only the refused event parks, with the answer', async () => {
    const { world, relay } = await openPicky()
    await finishRun(world)
    await relay.deliver()
    expect(sumTimes(world)).toEqual({ active: 60, inactive: 0, waste: 0 })
    expect(readCompletions(world)).toEqual([])
    const [time, completion, ...others] = await readDeliveries(world)
    expect(others).toEqual([])
    expect(time).toMatchObject({ state: 'delivered', eventIds: [expect.any(String)] })
    expect(completion).toMatchObject({ state: 'parked', eventIds: [expect.any(String)] })
    expect(completion?.answer).toMatch(/^400 .*a completion is wrong/)
  })

  it('keeps the ids that its events were frozen with', async () => {
    const { world, relay, relent } = await openPicky()
    await finishRun(world)
    const frozen: string[][] = []
    const spying = await world.startRelay({}, async (input, init) => {
      const request = new Request(input, init)
      if (!request.url.endsWith('/event')) return world.sandbox.fetch(request)
      const { data } = (await request.json()) as { data: { id: string }[] }
      frozen.push(data.map(({ id }) => id))
      return Response.json({}, { status: frozen.length === 1 ? 503 : 500 })
    })
    await spying.deliver()
    world.clock.pass(MINUTE)
    await relay.deliver()
    relent()
    await world.db
      .updateTable('outbox')
      .set({ state: 'waiting' })
      .where('state', '=', 'parked')
      .execute()
    await relay.deliver()
    const told = world.sandbox.events().map(({ externalId }) => externalId)
    expect(frozen[0]).toHaveLength(2)
    expect(told).toEqual(frozen[0])
  })

  it('is told before what the learner did later', async () => {
    const world = await openWorld()
    const sent: string[] = []
    let refused = 0
    const relay = await world.startRelay({}, async (input, init) => {
      const request = new Request(input, init)
      if (!request.url.endsWith('/event')) return world.sandbox.fetch(request)
      const { data } = (await request.clone().json()) as { data: { type: string }[] }
      sent.push(data.map(({ type }) => type).join(' + '))
      // So that the later run waits behind it when it is taken apart.
      if (sent.length === 1) return Response.json({}, { status: 503 })
      if (sent.length === 2) return Response.json({ message: 'as a whole' }, { status: 400 })
      // Its last part has to wait: by now it could be overtaken.
      const isLastPart = sent.at(-1) === 'ActivityEvent' && refused++ === 0
      if (isLastPart) return Response.json({}, { status: 503 })
      return world.sandbox.fetch(request)
    })
    await finishRun(world)
    await finishRun(world, 'later')
    await world.run(MINUTE, relay)
    const both = 'TimeSpentEvent + ActivityEvent'
    expect(sent).toEqual([both, both, 'TimeSpentEvent', 'ActivityEvent', 'ActivityEvent', both])
    expect(readTimes(world).map(({ run }) => run)).toEqual(['r', 'later'])
  })

  it('parks as it is where it has one event only', async () => {
    const { world, relay } = await openPicky()
    const page = await openPage(world)
    await page.flush(toStart('r/a', page.wall()), toEnd('r/a', 0, ALL_RIGHT, {}))
    await relay.deliver()
    expect(await readDeliveries(world)).toMatchObject([{ state: 'parked' }])
    expect(world.sandbox.events()).toEqual([])
  })

  it('is not taken apart by a 403, which is about the client and not about an event', async () => {
    const world = await openWorld()
    await finishRun(world)
    world.sandbox.faults.add({ on: 'event', status: 403 })
    await world.relay.deliver()
    expect(await readDeliveries(world)).toMatchObject([{ state: 'parked' }])
  })
})
