import { describe, expect, it } from 'vitest'
import type { Course } from '../../src/contract/activity.ts'
import { FRACTIONS, MINUTE, toSlice, toStart } from './entries.ts'
import { openPage, type World } from './relay-world.ts'
import {
  changeSeed,
  finish,
  finishAndTell,
  GRADEBOOK,
  MATH,
  MIRA,
  openSchool,
  readHeld,
  readResults,
  readStates,
} from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const in5 = (course: Course) => ({ ...FRACTIONS, course })

/** Under which course, subject and address the events are. */
const readPlaces = (world: World) => [
  ...new Set(
    world.sandbox.events().map(({ object }) => {
      const { id, subject, course } = object as {
        id: string
        subject: string
        course: { id: string; name: string }
      }
      return JSON.stringify([id, subject, course.id.split('/').at(-1), course.name])
    }),
  ),
]

const MATH_5 = JSON.stringify([
  'https://app.example/activities/Math/g5/fractions',
  'Math',
  MATH,
  'Math 5',
])

describe('the course of an activity', () => {
  it.each<[string, Course]>([
    ['subject and grade', { subject: 'Math', grade: 5 }],
    ['code', { code: 'MATH-5' }],
    ['id', { id: MATH }],
  ])('is told as Timeback has it, when it is named by %s', async (_, course) => {
    const world = await openSchool()
    await finishAndTell(world, { activity: in5(course) })
    expect(readPlaces(world)).toEqual([MATH_5])
    expect(await readStates(world)).toMatchObject({ readback: ['delivered'] })
  })

  it('is one, however it is named: the second go by another name is attempt 2', async () => {
    const world = await openSchool()
    await finishAndTell(world, { runId: 'r1', activity: in5({ code: 'MATH-5' }) })
    await finishAndTell(world, { runId: 'r2', activity: in5({ subject: 'Math', grade: 5 }) })
    expect(readCompletions(world).map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(readPlaces(world)).toEqual([MATH_5])
  })

  it('of several grades is told with the grade that was worked at', async () => {
    const sandbox = changeSeed((seed) => {
      seed.courses = seed.courses!.map((row) =>
        row['sourcedId'] === MATH ? { ...row, grades: ['4', '5', '6'] } : row,
      )
    })
    const world = await openSchool({ sandbox })
    await finishAndTell(world)
    expect(readPlaces(world)).toEqual([MATH_5])
  })

  it('that is found nowhere holds the run, and says why', async () => {
    const world = await openSchool()
    await finishAndTell(world, { activity: in5({ code: 'NONE' }) })
    expect(await readHeld(world)).toEqual(['course_unknown'])
    expect(world.sends()).toEqual([])
  })
})

describe('a client that may not read the roster', () => {
  it('holds the run, and says why, until it may', async () => {
    const world = await openSchool()
    world.sandbox.faults.add({ on: 'roster', status: 403, count: 2 })
    await finishAndTell(world)
    expect(await readHeld(world)).toEqual(['timeback_refused'])
    await world.run(4 * MINUTE)
    expect(readCompletions(world)).toHaveLength(1)
  })
})

describe('a run that nobody ended', () => {
  it('has its time told after the lease, and asks nothing of the gradebook', async () => {
    const world = await openSchool({ options: { gradebook: { mode: 'direct' } } })
    const page = await openPage(world, MIRA, { sinceMs: MINUTE })
    const slice = toSlice('r/a', 0, ['active', 0, MINUTE, 0])
    await page.flush(toStart('r/a', page.wall() - MINUTE), slice)
    await world.run(20 * MINUTE)
    expect(sumTimes(world)).toMatchObject({ active: 60 })
    expect(await readStates(world)).toEqual({ caliper: ['delivered'] })
    expect(world.calls.filter(({ path }) => path.startsWith(GRADEBOOK))).toEqual([])
    expect(readResults(world)).toEqual([])
  })
})

describe('a teacher', () => {
  it('is told of nowhere, and nothing is looked up', async () => {
    const world = await openSchool()
    await finish(world, { learner: 'demo-teacher' })
    await world.run(20 * MINUTE)
    expect(world.calls).toEqual([])
  })
})
