import { describe, expect, it } from 'vitest'
import { FRACTIONS, MINUTE } from './entries.ts'
import type { World } from './relay-world.ts'
import {
  finish,
  finishAndTell,
  MATH,
  openSchool,
  readHeld,
  readResults,
  readStates,
} from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const readProcess = (world: World) =>
  world.sandbox
    .events()
    .filter(({ type }) => type === 'ActivityEvent')
    .map(({ object }) => (object as { process?: boolean }).process)

describe('a lesson of PowerPath', () => {
  it.each(['platform', 'direct'] as const)(
    'is told of by events alone, in %s mode: PowerPath writes its result and its XP',
    async (mode) => {
      const world = await openSchool({
        options: { activities: [{ id: 'fractions', powerPath: true }], gradebook: { mode } },
      })
      await finishAndTell(world)
      await world.run(20 * MINUTE)
      expect(readProcess(world)).toEqual([false])
      expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 0 } }])
      expect(sumTimes(world)).toMatchObject({ active: 240 })
      expect(readResults(world)).toEqual([])
      expect(world.calls.filter(({ method }) => method === 'PUT')).toEqual([])
      expect(await readStates(world)).toEqual({ caliper: ['delivered'] })
    },
  )

  const BY_ID = { id: MATH }
  const BY_CODE = { code: 'M5' }
  const BY_GRADE = { subject: 'Math', grade: 5 } as const
  const COURSES = [{ sourcedId: MATH, subject: 'Math' as const, grade: 5, code: 'M5' }]

  it.each([
    ['its id', BY_GRADE, BY_ID],
    ['subject and grade', BY_ID, BY_GRADE],
  ])(
    'is one where the page names its course by %s, and the operator does not',
    async (_, named, course) => {
      const activities = [{ id: 'fractions', course: named, powerPath: true }]
      const world = await openSchool({ options: { activities } })
      await finishAndTell(world, { activity: { ...FRACTIONS, course } })
      expect(readProcess(world)).toEqual([false])
      expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 0 } }])
    },
  )

  it.each(['timeback', 'host'] as const)(
    'is one by whatever STINT_COURSES says of its course, with context: %s',
    async (context) => {
      const activities = [{ id: 'fractions', course: BY_CODE, powerPath: true }]
      const world = await openSchool({ options: { activities, courses: COURSES, context } })
      await finishAndTell(world, { activity: { ...FRACTIONS, course: BY_GRADE } })
      expect(readProcess(world)).toEqual([false])
    },
  )

  it('waits while Timeback can’t say which course the operator means', async () => {
    const world = await openSchool()
    let isAway = true
    const relay = await world.startRelay(
      { activities: [{ id: 'fractions', course: { code: 'X' }, powerPath: true }] },
      async (input, init) =>
        isAway && String(input).includes('courseCode')
          ? Response.json({}, { status: 500 })
          : world.sandbox.fetch(new Request(input, init)),
    )
    await finish(world, { relay })
    await relay.deliver()
    expect(world.sandbox.events()).toEqual([])
    expect(await readHeld({ ...world, relay })).toEqual(['timeback_unreachable'])
    isAway = false
    await world.run(5 * MINUTE, relay)
    expect(readProcess(world)).toEqual([true])
  })

  it('is meant in one course alone, where the operator says so', async () => {
    const world = await openSchool({
      options: {
        activities: [
          { id: 'fractions', course: { subject: 'Reading', grade: 5 }, powerPath: true },
        ],
      },
    })
    await finishAndTell(world)
    expect(readProcess(world)).toEqual([true])
  })
})
