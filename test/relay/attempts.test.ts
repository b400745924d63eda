import { describe, expect, it } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { FRACTIONS, MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, readReport, type World } from './relay-world.ts'
import {
  countCalls,
  finish,
  finishAndTell,
  GRADEBOOK,
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
