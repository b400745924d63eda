import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { get, openPage, openWorld, readFailure, readReport, type World } from './relay-world.ts'
import { finish, MIRA, openSchool, readStates } from './school-world.ts'
import { readCompletions } from './told-view.ts'

async function finishRun(world: World, runId = 'r') {
  const page = await openPage(world, 'ada', { sinceMs: MINUTE })
  const leg = `${runId}/a`
  await page.flush(
    toStart(leg, page.wall() - MINUTE),
    toSlice(leg, 0, ['active', 0, MINUTE, 0]),
    toEnd(leg, MINUTE),
  )
}

/** A relay whose sends hang: at Timeback already, or before they get there. */
async function startHanging(world: World, { arrives }: { arrives: boolean }) {
  let isAsked = () => {}
  const asked = new Promise<void>((resolve) => (isAsked = resolve))
  const relay = await world.startRelay(
    {},
    async (input, init) => {
      const isSend = String(input).endsWith('/event')
      if (!isSend || arrives) {
        const answer = await world.sandbox.fetch(new Request(input, init))
        if (!isSend) return answer
      }
      isAsked()
      return new Promise<never>(() => {})
    },
    { lastRoundMs: 1 },
  )
  return { relay, asked }
}

function createGate() {
  let open = () => {}
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open, passed }
}

describe('a relay that retires', () => {
  it('is not ready any more, and still gives receipts', async () => {
    const world = await openWorld()
    expect((await get(world.relay, '/readyz')).status).toBe(200)
    await world.relay.retire()
    const [status, { code }] = await readFailure(await get(world.relay, '/readyz'))
    expect([status, code]).toEqual([503, 'not_ready'])
    expect((await get(world.relay, '/healthz')).status).toBe(200)
    const page = await openPage(world)
    expect(await page.flush(toStart('r/a', page.wall()))).toMatchObject([{ verdict: 'stored' }])
  })

  it('begins no round, and leaves what is due to its successor', async () => {
    const world = await openWorld()
    await finishRun(world)
    await world.relay.retire()
    await world.relay.deliver()
    expect(world.calls).toEqual([])
    await (await world.startRelay()).deliver()
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('waits for the round under way', async () => {
    const world = await openWorld()
    await finishRun(world)
    void world.relay.deliver()
    await world.relay.retire()
    const { deliveries, settlements } = await readReport(world, 'r')
    // Whatever the round had begun is done or not begun: nothing is leased.
    expect(settlements.length).toBeLessThanOrEqual(1)
    for (const { state } of deliveries) expect(['waiting', 'delivered']).toContain(state)
    const leased = await world.db
      .selectFrom('outbox')
      .select('outbox_id')
      .where('lease_until', 'is not', null)
      .execute()
    expect(leased).toEqual([])
  })

  it('waits for what is on its way, though another learner was still looked up', async () => {
    const world = await openSchool()
    await finish(world, { learner: MIRA })
    await finish(world, { learner: 'learner-2', runId: 's' })
    const gates = { lookUp: createGate(), answer: createGate(), asked: createGate() }
    const relay = await world.startRelay({}, async (input, init) => {
      const request = new Request(input, init)
      if (request.url.includes('tomas') || request.url.includes('learner-2'))
        await gates.lookUp.passed
      const answer = await world.sandbox.fetch(request)
      if (!request.url.endsWith('/caliper/event')) return answer
      gates.asked.open()
      await gates.answer.passed
      return answer
    })
    void relay.deliver()
    await gates.asked.passed
    let hasRetired = false
    const retired = relay.retire().then(() => (hasRetired = true))
    gates.lookUp.open()
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
    expect(hasRetired).toBe(false)
    gates.answer.open()
    await retired
    expect((await readStates(world, 'r')).caliper).toEqual(['delivered'])
  })

  it.each([
    ['has arrived is told once', true, 0],
    ['has not arrived is sent again', false, 1],
  ])(
    'lets go of a send that hangs, and its successor needs no lease to run out: what %s',
    async (_, arrives, sends) => {
      const world = await openWorld()
      await finishRun(world)
      const { relay, asked } = await startHanging(world, { arrives })
      void relay.deliver()
      await asked
      await relay.retire()
      const { deliveries } = await readReport(world, 'r')
      expect(deliveries).toMatchObject([{ state: 'unclear', answer: 'the relay ended' }])
      await world.run(6 * SECOND)
      expect(world.calls.map(({ method }) => method)).toContain('GET')
      await world.run(10 * MINUTE)
      expect(world.sends()).toHaveLength(sends)
      expect(readCompletions(world)).toHaveLength(1)
    },
  )
})
