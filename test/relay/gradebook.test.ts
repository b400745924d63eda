import { describe, expect, it } from 'vitest'
import { FRACTIONS, MINUTE, MONDAY, SECOND } from './entries.ts'
import { readReport, type World, type WorldSetUp } from './relay-world.ts'
import {
  changeSeed,
  countCalls,
  finish,
  finishAndTell,
  GRADEBOOK,
  MATH,
  MIRA,
  openSchool,
  readBackOf,
  readResults,
  readStates,
} from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const openDirect = (setUp: WorldSetUp = {}, gradebook = {}) =>
  openSchool({
    ...setUp,
    options: { ...setUp.options, gradebook: { mode: 'direct', ...gradebook } },
  })

const readProcess = (world: World) =>
  world.sandbox
    .events()
    .filter(({ type }) => type === 'ActivityEvent')
    .map(({ object }) => (object as { process?: boolean }).process)

const readPuts = (world: World) =>
  world.calls.filter(({ method }) => method === 'PUT').map(({ path, body }) => ({ path, body }))

const END = MONDAY + 4 * MINUTE

describe('the gradebook by the platform', () => {
  it('gets exactly two events of a run, and nothing from us beside', async () => {
    const world = await openSchool()
    await finishAndTell(world)
    expect(world.sandbox.events().map(({ type }) => type)).toEqual([
      'TimeSpentEvent',
      'ActivityEvent',
    ])
    expect(readProcess(world)).toEqual([true])
    expect(sumTimes(world)).toEqual({ active: 240, inactive: 0, waste: 0 })
    expect(readPuts(world)).toEqual([])
  })

  it('shows its own result, which is read back with its score, its XP and its attempt', async () => {
    const world = await openSchool()
    await finishAndTell(world)
    const [result, ...others] = readResults(world)
    expect(others).toEqual([])
    expect(result?.sourcedId).toMatch(/^caliper_urn:uuid:/)
    expect(result).toMatchObject({ score: 100, metadata: { xp: 5, attempt: 1 } })
    expect(readBackOf(await readReport(world, 'r', { learner: MIRA }))).toMatchObject({
      state: 'delivered',
      answer: JSON.stringify({ score: 100, xp: 5, attempt: 1 }),
    })
  })

  it('may show it late: it is looked for until it is there', async () => {
    const world = await openSchool({ sandbox: { readLagMs: 100 * SECOND } })
    await finishAndTell(world)
    expect(await readStates(world)).toEqual({ caliper: ['delivered'], readback: ['waiting'] })
    await world.run(3 * MINUTE)
    expect(await readStates(world)).toEqual({ caliper: ['delivered'], readback: ['delivered'] })
  })

  it('may never show it: then the row says so, a log line too, and nothing is sent again', async () => {
    const world = await openSchool({ sandbox: { readLagMs: 24 * 60 * MINUTE } })
    await finishAndTell(world)
    await world.run(20 * MINUTE)
    expect(readBackOf(await readReport(world, 'r', { learner: MIRA }))).toMatchObject({
      state: 'unseen',
      answer: 'not in the gradebook',
    })
    expect(world.logged.join('\n')).toContain('the gradebook does not show it')
    const asked = countCalls(world, GRADEBOOK)
    await world.run(60 * MINUTE)
    expect(countCalls(world, GRADEBOOK)).toBe(asked)
    expect(world.sends()).toHaveLength(1)
  })

  it('may be closed to us: then we do without its attempts, and say that we could not look', async () => {
    const world = await openSchool()
    world.sandbox.faults.add({ on: 'gradebook', status: 403, count: 50 })
    await finishAndTell(world)
    await world.run(20 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ attempt: 1 }])
    expect(readBackOf(await readReport(world, 'r', { learner: MIRA }))).toMatchObject({
      state: 'unseen',
      answer: 'refused',
    })
  })

  it('is not read at all where the relay asks nothing of Timeback', async () => {
    const world = await openSchool({
      options: {
        context: 'host',
        courses: [{ sourcedId: MATH, subject: 'Math', grade: 5 }],
      },
    })
    await finishAndTell(world)
    expect(await readStates(world)).toEqual({ caliper: ['delivered'] })
    expect(new Set(world.calls.map(({ path }) => path))).toEqual(
      new Set(['/oauth2/token', '/caliper/event']),
    )
  })
})

describe('the gradebook by ourselves', () => {
  it('gets the line item of the course alone, then the result on it, both by PUT', async () => {
    const world = await openDirect()
    await finishAndTell(world)
    const [lineItem, result, ...more] = readPuts(world)
    expect(more).toEqual([])
    expect(lineItem?.path).toMatch(/\/assessmentLineItems\/stint_[0-9a-f]{64}$/)
    expect(result?.path).toMatch(/\/assessmentResults\/stint_[0-9a-f]{64}$/)
    const [row] = world.sandbox.rows('assessmentLineItems')
    expect(row).toMatchObject({ course: { sourcedId: MATH }, title: FRACTIONS.name })
    expect(row).not.toHaveProperty('componentResource')
    expect(row).not.toHaveProperty('component')
  })

  it('has Timeback write none: the event says `process: false`', async () => {
    const world = await openDirect()
    await finishAndTell(world)
    expect(readProcess(world)).toEqual([false])
    expect(readResults(world)).toHaveLength(1)
    expect(readResults(world)[0]).toMatchObject({
      score: 100,
      scoreStatus: 'fully graded',
      scoreDate: new Date(END).toISOString(),
      inProgress: 'false',
      metadata: {
        attempt: 1,
        totalQuestions: 10,
        correctQuestions: 10,
        accuracy: 100,
        appName: 'Example App',
        runId: 'r',
        endedAt: new Date(END).toISOString(),
      },
    })
  })

  it('is read back, once it is written', async () => {
    const world = await openDirect()
    await finishAndTell(world)
    expect(await readStates(world)).toEqual({
      caliper: ['delivered'],
      gradebook: ['delivered'],
      readback: ['delivered'],
    })
    expect(readBackOf(await readReport(world, 'r', { learner: MIRA }))?.answer).toBe(
      JSON.stringify({ score: 100, xp: null, attempt: 1 }),
    )
  })

  it.each([
    ['event', 5, undefined],
    ['result', 0, 5],
  ] as const)('has its XP in one place: the %s', async (xpIn, inEvent, inResult) => {
    const world = await openDirect({}, { xpIn })
    await finishAndTell(world)
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: inEvent } }])
    const metadata = readResults(world).map((row) => row['metadata'] as { xp?: number })
    expect(metadata.map(({ xp }) => xp)).toEqual([inResult])
  })

  it('gets no result of work without questions, as nothing was graded', async () => {
    const world = await openDirect()
    await finishAndTell(world, { result: {} })
    expect(readPuts(world)).toEqual([])
    expect(await readStates(world)).toEqual({ caliper: ['delivered'] })
  })

  it('gets one all the same where it gives the XP, and there are some', async () => {
    const world = await openDirect({ options: { xp: () => 3 } }, { xpIn: 'result' })
    await finishAndTell(world, { result: {} })
    expect(readResults(world)).toMatchObject([{ score: null, metadata: { xp: 3 } }])
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 0 } }])
  })

  it('gets none of no XP, however it is told', async () => {
    const world = await openDirect({}, { xpIn: 'result' })
    await finishAndTell(world, { result: {} })
    expect(readPuts(world)).toEqual([])
  })

  it('knows one line item for an activity, whoever works on it', async () => {
    const world = await openDirect()
    await finishAndTell(world, { runId: 'r1' })
    await finishAndTell(world, { runId: 'r2', learner: 'learner-2' })
    expect(world.sandbox.rows('assessmentLineItems')).toHaveLength(1)
    expect(readResults(world)).toHaveLength(1)
    expect(readResults(world, 'learner-2')).toHaveLength(1)
  })

  it.each([
    [404, 'a course that is gone'],
    [422, 'a field that is refused'],
  ])('parks what is refused with %i, for a person to see: %s', async (status) => {
    const world = await openDirect()
    await finish(world)
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status })
    await world.run(MINUTE)
    const { deliveries } = await readReport(world, 'r', { learner: MIRA })
    const parked = deliveries.find(({ kind }) => kind === 'gradebook')
    expect(parked).toMatchObject({ state: 'parked' })
    expect(parked?.answer).toContain(`${status} lineItem: `)
    expect(await readStates(world)).toMatchObject({ caliper: ['delivered'] })
  })

  it.each([
    [3, 'delivered'],
    [9, 'parked'],
  ])(
    'puts a result again whose line item is not there yet: after %i times it is %s',
    async (times, state) => {
      const world = await openDirect()
      await finish(world)
      // The attempts are read first; then each try puts the line item, and is told that there is none.
      world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
      for (let time = 0; time < times; time += 1) {
        world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
        world.sandbox.faults.add({ on: 'gradebook', status: 404 })
      }
      await world.run(10 * MINUTE)
      expect(await readStates(world)).toMatchObject({ gradebook: [state] })
      expect(readResults(world)).toHaveLength(state === 'delivered' ? 1 : 0)
    },
  )

  it('takes a 201 without the row for written, and reads it back', async () => {
    const world = await openDirect()
    const relay = await world.startRelay({}, async (input, init) => {
      const request = new Request(input, init)
      const answer = await world.sandbox.fetch(request)
      return request.method === 'PUT' ? new Response(null, { status: 201 }) : answer
    })
    await finish(world, { relay })
    await world.run(MINUTE, relay)
    expect(await readStates(world)).toMatchObject({
      gradebook: ['delivered'],
      readback: ['delivered'],
    })
  })

  it('has as much patience with that after an outage, however long', async () => {
    const world = await openDirect()
    await finish(world)
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status: 503, count: 20 })
    world.sandbox.faults.add({ on: 'gradebook', delayMs: 0 })
    world.sandbox.faults.add({ on: 'gradebook', status: 404 })
    await world.run(30 * MINUTE)
    expect(world.sandbox.faults.pending()).toEqual([])
    expect(await readStates(world)).toMatchObject({ gradebook: ['delivered'] })
  })
})

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
