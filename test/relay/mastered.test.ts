// The row of a course that is mastered: best-effort, and before nobody's result.

import { describe, expect, it } from 'vitest'
import { MINUTE, MONDAY, SECOND } from './entries.ts'
import { readReport, type World } from './relay-world.ts'
import {
  changeSeed,
  finish,
  finishAndTell,
  MATH,
  MIRA,
  openSchool,
  readResults,
  readStates,
} from './school-world.ts'

const readPuts = (world: World) =>
  world.calls.filter(({ method }) => method === 'PUT').map(({ path, body }) => ({ path, body }))

const END = MONDAY + 4 * MINUTE

describe('a course that is mastered', () => {
  const DONE = { totalQuestions: 10, correctQuestions: 10, masteredUnits: 1, pctComplete: 100 }

  it.each(['platform', 'direct'] as const)(
    'has the official SDK’s row, in %s mode, beside its result',
    async (mode) => {
      const world = await openSchool({ options: { gradebook: { mode } } })
      await finishAndTell(world, { result: DONE })
      const mastery = readResults(world).filter(
        ({ metadata }) => (metadata as { isMasteryCompletion?: boolean }).isMasteryCompletion,
      )
      expect(mastery).toMatchObject([
        {
          score: 100,
          scoreStatus: 'fully graded',
          metadata: { completedAt: new Date(END).toISOString(), appName: 'Example App' },
        },
      ])
      expect(mastery[0]?.sourcedId).toMatch(/^timeback_sdk_[0-9a-f]{64}$/)
      expect(readResults(world)).toHaveLength(2)
      const lineItem = world.sandbox
        .rows('assessmentLineItems')
        .find(({ sourcedId }) => sourcedId.startsWith('timeback_sdk_'))
      expect(lineItem).toMatchObject({
        title: 'Example App: Complete',
        course: { sourcedId: MATH },
        componentResource: { sourcedId: `${MATH}-cr` },
      })
    },
  )

  it('has one such row, however often it is mastered', async () => {
    const world = await openSchool()
    await finishAndTell(world, { runId: 'r1', result: DONE })
    await finishAndTell(world, { runId: 'r2', result: DONE })
    const ids = readResults(world).map(({ sourcedId }) => sourcedId)
    expect(ids.filter((id) => id.startsWith('timeback_sdk_'))).toHaveLength(1)
  })

  it.each([
    ['progress is less', {}, { ...DONE, pctComplete: 99 }],
    ['the operator does not want it', { gradebook: { mastery: false } }, DONE],
  ])('has none where %s', async (_, options, result) => {
    const world = await openSchool({ options })
    await finishAndTell(world, { result })
    expect(readPuts(world)).toEqual([])
  })

  it.each(['platform', 'direct'] as const)(
    'may have no lesson for it: that row is parked, and the result is read back all the same (%s)',
    async (mode) => {
      const sandbox = changeSeed((seed) => {
        seed.componentResources = seed.componentResources!.filter(
          ({ sourcedId }) => sourcedId !== `${MATH}-cr`,
        )
      })
      const world = await openSchool({ sandbox, options: { gradebook: { mode } } })
      await finishAndTell(world, { result: DONE })
      const states = await readStates(world)
      expect(states['gradebook']?.at(-1)).toBe('parked')
      expect(states['readback']).toEqual(['delivered'])
    },
  )

  it.each(['platform', 'direct'] as const)(
    'may have a lesson that is a 500 for ever: its row holds up no result, and is parked (%s)',
    async (mode) => {
      const world = await openSchool({ options: { gradebook: { mode } } })
      let tries = 0
      const relay = await world.startRelay({}, async (input, init) => {
        const request = new Request(input, init)
        const isMastery = (await request.clone().text()).includes('componentResource')
        if (!isMastery) return world.sandbox.fetch(request)
        tries += 1
        return Response.json({ imsx_codeMajor: 'failure' }, { status: 500 })
      })
      await finish(world, { runId: 'r1', relay, result: DONE })
      await world.run(SECOND, relay)
      await finish(world, { runId: 'r2', relay })
      await relay.deliver()
      expect(await readStates(world, 'r1')).toMatchObject({ caliper: ['delivered'] })
      expect((await readStates(world, 'r1'))['gradebook']?.at(-1)).toBe('waiting')
      expect(readResults(world)).toHaveLength(2)
      await world.run(20 * MINUTE, relay)
      const { deliveries } = await readReport(world, 'r1', { learner: MIRA })
      expect(deliveries.filter(({ state }) => state === 'parked')).toMatchObject([
        { kind: 'gradebook', answer: '500 lineItem: server_error' },
      ])
      expect(tries).toBe(9)
      expect(await readStates(world, 'r2')).toMatchObject({ readback: ['delivered'] })
    },
  )

  it('is not given up over a server that is away', async () => {
    const world = await openSchool({ options: { gradebook: { mode: 'platform' } } })
    await finish(world, { result: DONE })
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status: 503, count: 20 })
    await world.run(30 * MINUTE)
    expect(world.sandbox.faults.pending()).toEqual([])
    expect(await readStates(world)).toMatchObject({ gradebook: ['delivered'] })
  })
})
