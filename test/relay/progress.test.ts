// How far a learner is in a course, as an event says it.

import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/contract/result.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { ALL_RIGHT, DAY, FRACTIONS, MINUTE } from './entries.ts'
import { createClock, type World } from './relay-world.ts'
import { changeSeed, finish, finishAndTell, MATH, openSchool, readResults } from './school-world.ts'

type Mode = 'platform' | 'direct'

const openMode = (mode: Mode, sandbox: SandboxOptions = {}) =>
  openSchool({ sandbox, options: { gradebook: { mode } } })

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
