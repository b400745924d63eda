import { describe, expect, it } from 'vitest'
import { FRACTIONS, MINUTE, MONDAY, SECOND } from './entries.ts'
import { readReport, type World, type WorldSetUp } from './relay-world.ts'
import {
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
