import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/contract/result.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { ALL_RIGHT, DAY, FRACTIONS, MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { createClock, openPage, readReport, type World } from './relay-world.ts'
import {
  changeSeed,
  countCalls,
  finish,
  finishAndTell,
  GRADEBOOK,
  MATH,
  MIRA,
  openSchool,
  readHeld,
  readResults,
} from './school-world.ts'
import { readCompletions } from './told-view.ts'

type Mode = 'platform' | 'direct'
const MODES: Mode[] = ['platform', 'direct']

const openMode = (mode: Mode, sandbox: SandboxOptions = {}) =>
  openSchool({ sandbox, options: { gradebook: { mode } } })

const readAttempts = (world: World, learner = MIRA) =>
  readResults(world, learner).map(({ metadata }) => (metadata as { attempt?: number }).attempt)

const TABLES = ['runs', 'legs', 'slices', 'told', 'settlements', 'attempts', 'outbox'] as const

/** A relay that knows nothing of what another one told: its storage is empty, Timeback is the same. */
async function forgetAll(world: World) {
  for (const table of TABLES) await world.db.deleteFrom(table).execute()
  return world.startRelay()
}

describe('an attempt', () => {
  it.each(MODES)('is the second at the second go, and both results stay (%s)', async (mode) => {
    const world = await openMode(mode)
    await finishAndTell(world, { runId: 'r1' })
    await finishAndTell(world, { runId: 'r2', result: { totalQuestions: 10, correctQuestions: 9 } })
    expect(readCompletions(world).map(({ run, attempt }) => [run, attempt])).toEqual([
      ['r1', 1],
      ['r2', 2],
    ])
    expect(readResults(world).map(({ score }) => score)).toEqual([100, 90])
    expect(readAttempts(world)).toEqual([1, 2])
    expect((await readReport(world, 'r2', { learner: MIRA })).attempt).toBe(2)
  })

  it.each(MODES)('gives less XP than the one before it (%s)', async (mode) => {
    const world = await openMode(mode)
    for (const runId of ['r1', 'r2', 'r3', 'r4']) await finishAndTell(world, { runId })
    expect(readCompletions(world).map(({ values }) => values['xpEarned'])).toEqual([5, 2.5, 1.3, 0])
  })

  it.each(MODES)('goes on from the gradebook where the ledger knows less (%s)', async (mode) => {
    const world = await openMode(mode)
    await finishAndTell(world, { runId: 'r1' })
    await finishAndTell(world, { runId: 'r2' })
    const fresh = await forgetAll(world)
    await finish(world, { runId: 'r3', relay: fresh })
    await world.run(MINUTE, fresh)
    expect(readCompletions(world).at(-1)).toMatchObject({ run: 'r3', attempt: 3 })
    expect(readAttempts(world)).toEqual([1, 2, 3])
  })

  it.each(MODES)('goes on from the ledger where the gradebook lags behind (%s)', async (mode) => {
    const world = await openMode(mode, { readLagMs: 10 * MINUTE })
    await finish(world, { runId: 'r1' })
    await world.relay.deliver()
    await finish(world, { runId: 'r2' })
    await world.relay.deliver()
    expect(readCompletions(world).map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('waits for the gradebook: its number can’t be taken back', async () => {
    const world = await openSchool()
    world.sandbox.faults.add({ on: 'gradebook', status: 503, count: 1 })
    await finish(world)
    await world.relay.deliver()
    expect(await readHeld(world)).toEqual(['timeback_unreachable'])
    expect(world.sends()).toEqual([])
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ attempt: 1 }])
  })

  it.each([
    ['a firewall’s page', 403, '<html>Request blocked</html>'],
    ['a filter that is refused', 400, '{"imsx_codeMajor":"failure"}'],
  ])(
    'waits where the gradebook can’t be asked: it does not begin again after %s',
    async (...said) => {
      const [, status, body] = said
      const world = await openSchool()
      await finishAndTell(world, { runId: 'r1' })
      await world.db.deleteFrom('attempts').execute()
      let isBlocked = true
      const relay = await world.startRelay({}, async (input, init) => {
        const request = new Request(input, init)
        if (!isBlocked || !request.url.includes(GRADEBOOK)) return world.sandbox.fetch(request)
        return new Response(body, { status })
      })
      await finish(world, { runId: 'r2', relay })
      await relay.deliver()
      expect(await readHeld(world, 'r2')).toEqual(['timeback_unreachable'])
      isBlocked = false
      await world.run(2 * MINUTE, relay)
      expect(readCompletions(world).at(-1)).toMatchObject({ run: 'r2', attempt: 2 })
    },
  )

  it('is counted for each learner and each activity alone', async () => {
    const world = await openSchool()
    await finishAndTell(world, { runId: 'r1' })
    await finishAndTell(world, { runId: 'r2', learner: 'learner-2' })
    await finishAndTell(world, { runId: 'r3', activity: { ...FRACTIONS, id: 'volume' } })
    expect(readCompletions(world).map(({ attempt }) => attempt)).toEqual([1, 1, 1])
  })

  it('of runs that come in one flush goes by when they were worked, not by their ids', async () => {
    for (const ids of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ]) {
      const world = await openSchool()
      const page = await openPage(world, MIRA, { sinceMs: 10 * MINUTE })
      // A page sends what it kept in the order of the ids.
      const entries = ids.toSorted().flatMap((id) => {
        const wallAt = page.wall() - (9 - ids.indexOf(id)) * MINUTE
        const leg = `${id}/a`
        const slice = toSlice(leg, 0, ['active', 0, 30 * SECOND, 0])
        return [toStart(leg, wallAt), slice, toEnd(leg, 30 * SECOND)]
      })
      await page.flush(...entries)
      await world.run(MINUTE)
      expect(readCompletions(world).map(({ run, attempt }) => [run, attempt])).toEqual(
        ids.map((id, index) => [id, index + 1]),
      )
    }
  })

  it('that waits is not overtaken by a later one', async () => {
    const world = await openSchool()
    await finish(world, { runId: 'r1' })
    await finish(world, { runId: 'r2' })
    world.sandbox.faults.add({ on: 'gradebook', status: 503 })
    await world.relay.deliver()
    expect(world.sends()).toEqual([])
    await world.run(2 * MINUTE)
    expect(readCompletions(world).map(({ run, attempt }) => [run, attempt])).toEqual([
      ['r1', 1],
      ['r2', 2],
    ])
  })

  it('is asked for once in a round of a learner, while the gradebook does not answer', async () => {
    const world = await openSchool()
    for (const runId of ['r1', 'r2', 'r3']) await finish(world, { runId })
    world.sandbox.faults.add({ on: 'gradebook', status: 503, count: 50 })
    await world.relay.deliver()
    expect(countCalls(world, GRADEBOOK)).toBe(1)
    for (const runId of ['r1', 'r2', 'r3'])
      expect(await readHeld(world, runId)).toEqual(['timeback_unreachable'])
  })
})

describe('an activity that Timeback can’t answer for', () => {
  it('waits alone: what else the learner did is told', async () => {
    const world = await openSchool({
      options: { activities: [{ id: 'fractions', resource: 'broken' }] },
    })
    await finish(world, { runId: 'r1' })
    await finish(world, { runId: 'r2', activity: { ...FRACTIONS, id: 'volume' } })
    await finish(world, {
      runId: 'r3',
      learner: 'learner-2',
      activity: { ...FRACTIONS, id: 'volume' },
    })
    const relay = await world.startRelay({}, async (input, init) =>
      String(input).endsWith('/broken')
        ? Response.json({}, { status: 500 })
        : world.sandbox.fetch(new Request(input, init)),
    )
    await world.run(5 * MINUTE, relay)
    expect(
      readCompletions(world)
        .map(({ run }) => run)
        .toSorted(),
    ).toEqual(['r2', 'r3'])
    expect(await readHeld(world, 'r1')).toEqual(['timeback_unreachable'])
  })
})

/** As on the wire: an increment on the event, a progress beside it. */
const readProgress = (world: World) =>
  world.sandbox
    .events()
    .filter(({ type }) => type === 'ActivityEvent')
    .map(({ generated }) => {
      const { items, extensions } = generated as unknown as {
        items: { type: string; value: number }[]
        extensions?: { pctCompleteApp?: number }
      }
      const units = items.find(({ type }) => type === 'masteredUnits')?.value
      return [units, extensions?.pctCompleteApp]
    })

describe('course progress', () => {
  /** Six minutes to the end of Timeback's week. */
  const SATURDAY_NIGHT = Date.UTC(2026, 0, 31, 23, 54)
  const UNIT: Result = { ...ALL_RIGHT, masteredUnits: 1 }
  const toActivity = (id: string) => ({ ...FRACTIONS, id })

  it('is the official SDK’s: units mastered so far and now, of all lessons', async () => {
    const world = await openSchool()
    for (const runId of ['r1', 'r2', 'r3', 'r4']) {
      await finishAndTell(world, { runId, activity: toActivity(runId), result: UNIT })
    }
    expect(readProgress(world)).toEqual([
      [1, 33],
      [1, 67],
      [1, 100],
      [1, 100],
    ])
    const ids = readResults(world).map(({ sourcedId }) => sourcedId)
    expect(ids.filter((id) => id.startsWith('timeback_sdk_'))).toHaveLength(1)
  })

  it('grows no further by an activity that is done again in the week', async () => {
    const world = await openSchool()
    for (const runId of ['r1', 'r2']) await finishAndTell(world, { runId, result: UNIT })
    expect(readProgress(world)).toEqual([
      [1, 33],
      [1, 33],
    ])
  })

  it.each([
    ['shows it later', 5 * MINUTE, 0],
    ['takes no events for now', 0, 3],
  ])('counts lessons that are told together, where Timeback %s', async (_, readLagMs, count) => {
    const world = await openSchool({ sandbox: { readLagMs } })
    for (const runId of ['r1', 'r2', 'r3'])
      await finish(world, { runId, activity: toActivity(runId), result: UNIT })
    if (count > 0) world.sandbox.faults.add({ on: 'event', status: 503, count })
    await world.run(MINUTE)
    expect(world.sandbox.faults.pending()).toEqual([])
    expect(readProgress(world)).toEqual([
      [1, 33],
      [1, 67],
      [1, 100],
    ])
    const ids = readResults(world).map(({ sourcedId }) => sourcedId)
    expect(ids.filter((id) => id.startsWith('timeback_sdk_'))).toHaveLength(1)
  })

  it('counts an activity once, though two goes at it are told together', async () => {
    const world = await openSchool()
    for (const runId of ['r1', 'r2']) await finish(world, { runId, result: UNIT })
    await world.run(MINUTE)
    expect(readProgress(world)).toEqual([
      [1, 33],
      [1, 33],
    ])
  })

  it('counts nothing twice where a week has ended between two lessons', async () => {
    const world = await openSchool({ clock: createClock(SATURDAY_NIGHT) })
    for (const runId of ['r1', 'r2'])
      await finishAndTell(world, { runId, activity: toActivity(runId), result: UNIT })
    expect(readProgress(world)).toEqual([
      [1, 33],
      [1, 67],
    ])
  })

  it('does not count for long what Timeback was told and never shows', async () => {
    const world = await openSchool({ sandbox: { readLagMs: DAY } })
    for (const runId of ['r1', 'r2']) {
      await finishAndTell(world, { runId, activity: toActivity(runId), result: UNIT })
      await world.run(20 * MINUTE)
    }
    expect(readProgress(world)).toEqual([
      [1, 33],
      [1, 33],
    ])
  })

  it('grows by an activity that is mastered at the second go of the week', async () => {
    const world = await openSchool()
    await finishAndTell(world, { runId: 'r1', result: { ...UNIT, masteredUnits: 0 } })
    await finishAndTell(world, { runId: 'r2', result: UNIT })
    expect(readProgress(world)).toEqual([
      [0, undefined],
      [1, 33],
    ])
  })

  it('does not count the units of now where nobody can say whether they are new', async () => {
    const world = await openSchool()
    await finish(world, { result: UNIT })
    // The learner's enrolments and what is known of one come first.
    world.sandbox.faults.add({ on: 'edubridge', delayMs: 0, count: 2 })
    world.sandbox.faults.add({ on: 'edubridge', status: 500 })
    await world.run(MINUTE)
    expect(readProgress(world)).toEqual([[1, 0]])
  })

  it('is a string on a result of ours', async () => {
    const world = await openMode('direct')
    await finishAndTell(world, { result: UNIT })
    expect(readResults(world)).toMatchObject([
      { metadata: { masteredUnits: 1, pctCompleteApp: '33' } },
    ])
  })

  it.each([
    ['nothing was mastered', ALL_RIGHT, [undefined, undefined]],
    ['no unit was', { ...ALL_RIGHT, masteredUnits: 0 }, [0, undefined]],
    ['the page states it', { ...UNIT, pctComplete: 42 }, [1, 42]],
  ] as const)('is not computed where %s', async (_, result, told) => {
    const world = await openSchool()
    await finishAndTell(world, { result })
    expect(readProgress(world)).toEqual([told])
  })

  it('is left out where the course says nothing of its lessons', async () => {
    const world = await openSchool({
      sandbox: changeSeed((seed) => {
        const courses = seed.courses!.map((row) =>
          row['sourcedId'] === MATH ? { ...row, metadata: {} } : row,
        )
        seed.courses = courses
      }),
    })
    await finishAndTell(world, { result: UNIT })
    expect(readProgress(world)).toEqual([[1, undefined]])
  })

  it('is left out where it can’t be read, and holds nothing up', async () => {
    const world = await openSchool()
    await finish(world, { result: UNIT })
    // The learner's enrolments come first.
    world.sandbox.faults.add({ on: 'edubridge', delayMs: 0 })
    world.sandbox.faults.add({ on: 'edubridge', status: 500 })
    await world.run(MINUTE)
    expect(readProgress(world)).toEqual([[1, undefined]])
    expect(world.logged.join('\n')).toContain('the course progress could not be read')
  })
})
