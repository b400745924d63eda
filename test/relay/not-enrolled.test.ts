import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, readReport, type World } from './relay-world.ts'
import {
  countCalls,
  finish,
  finishAndTell,
  MATH,
  MIRA,
  openSchool,
  readHeld,
  readStates,
} from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'
import { connect } from '../sandbox/client.ts'

const WREN = 'learner-unenrolled'
const CONFIGURED = [{ sourcedId: MATH, subject: 'Math' as const, grade: 5 }]

/** With the course by the operator's word, and as it is found at Timeback. */
const WAYS = [
  ['configured', CONFIGURED],
  ['discovered', []],
] as const

const openWith = (ifNotEnrolled: 'hold' | 'preview' | 'refuse' | 'count', courses: object[] = []) =>
  openSchool({ options: { ifNotEnrolled, courses: courses as typeof CONFIGURED } })

async function enrol(world: World) {
  const { post } = await connect(world.sandbox)
  await post(`/edubridge/enrollments/enroll/${WREN}/${MATH}`, {
    beginDate: '2026-01-01T00:00:00.000Z',
  })
}

describe.each(WAYS)('a learner who is not enrolled in a course that is %s', (_, courses) => {
  it('is told nothing of, and says why, where such runs are held', async () => {
    const world = await openWith('hold', [...courses])
    await finishAndTell(world, { learner: WREN })
    await world.run(20 * MINUTE)
    expect(world.sends()).toEqual([])
    expect(await readHeld(world, 'r', WREN)).toEqual(['not_enrolled'])
    expect(await readStates(world, 'r', WREN)).toEqual({})
  })

  it('is told of once they are enrolled, all of it and once', async () => {
    const world = await openWith('hold', [...courses])
    await finishAndTell(world, { learner: WREN })
    await enrol(world)
    await world.run(15 * MINUTE)
    expect(sumTimes(world)).toEqual({ active: 240, inactive: 0, waste: 0 })
    expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 5 } }])
    expect(await readHeld(world, 'r', WREN)).toEqual([null])
    await world.run(15 * MINUTE)
    expect(world.sends()).toHaveLength(1)
  })

  it.each(['preview', 'refuse'] as const)(
    'is never told of where it is a matter of %s, not even once they are enrolled',
    async (ifNotEnrolled) => {
      const world = await openWith(ifNotEnrolled, [...courses])
      await finishAndTell(world, { learner: WREN })
      await enrol(world)
      await world.run(60 * MINUTE)
      expect(world.sends()).toEqual([])
      expect(await readReport(world, 'r', { learner: WREN })).toMatchObject({
        preview: true,
        settlements: [{ state: 'dropped', held: 'not_enrolled' }],
        told: [],
      })
    },
  )

  it.each(['preview', 'refuse'] as const)(
    'may have been enrolled a moment ago: what is remembered does not make it a matter of %s',
    async (ifNotEnrolled) => {
      const world = await openWith(ifNotEnrolled, [...courses])
      await finishAndTell(world, { learner: WREN, runId: 'before' })
      await enrol(world)
      await finishAndTell(world, { learner: WREN, runId: 'after', ms: MINUTE })
      expect(readCompletions(world).map(({ run }) => run)).toEqual(['after'])
      expect(sumTimes(world)).toMatchObject({ active: 60 })
    },
  )
})

describe('where those who are not enrolled count as well', () => {
  it('the run is told, with the course of the operator', async () => {
    const world = await openWith('count', CONFIGURED)
    await finishAndTell(world, { learner: WREN })
    expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 5 } }])
  })

  it('the run is told even while enrolments can’t be read', async () => {
    const world = await openWith('count', CONFIGURED)
    await finish(world, { learner: WREN })
    world.sandbox.faults.add({ on: 'edubridge', status: 500, count: 9 })
    world.sandbox.faults.add({ on: 'roster', delayMs: 0 })
    world.sandbox.faults.add({ on: 'roster', status: 500, count: 9 })
    await world.relay.deliver()
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('the run waits, and is not dropped, where no course can be found without an enrolment', async () => {
    const world = await openWith('count')
    await finishAndTell(world, { learner: WREN })
    expect(await readHeld(world, 'r', WREN)).toEqual(['not_enrolled'])
    await enrol(world)
    await world.run(15 * MINUTE)
    expect(readCompletions(world)).toHaveLength(1)
  })
})

describe('an enrolment', () => {
  it('that says it is active, and is over, is none', async () => {
    const world = await openWith('hold', CONFIGURED)
    await finishAndTell(world, { learner: 'learner-past' })
    expect(await readHeld(world, 'r', 'learner-past')).toEqual(['not_enrolled'])
    expect(world.sends()).toEqual([])
  })

  it('that is over is none in OneRoster either, where EduBridge does not answer', async () => {
    const world = await openWith('hold', CONFIGURED)
    await finish(world, { learner: 'learner-past' })
    world.sandbox.faults.add({ on: 'edubridge', status: 500, count: 99 })
    await world.run(MINUTE)
    expect(await readHeld(world, 'r', 'learner-past')).toEqual(['not_enrolled'])
  })

  it('is asked for once in ten minutes, however many runs there are', async () => {
    const world = await openWith('hold')
    await finish(world, { runId: 'r1', learner: WREN })
    await world.run(9 * MINUTE)
    expect(countCalls(world, '/edubridge/enrollments/')).toBe(1)
    await world.run(2 * MINUTE)
    expect(countCalls(world, '/edubridge/enrollments/')).toBe(2)
  })
})

describe('time that was dropped', () => {
  it('is free for another run of the learner', async () => {
    const world = await openWith('preview')
    const page = await openPage(world, WREN)
    await finishAndTell(world, { learner: WREN, runId: 'before' })
    await enrol(world)
    // The same minutes, told by another tab that came late.
    const slice = toSlice('late/a', 0, ['active', 0, 4 * MINUTE, 0])
    const wallAt = page.wall() - 5 * MINUTE
    await page.flush(toStart('late/a', wallAt), slice, toEnd('late/a', 4 * MINUTE))
    await world.run(30 * SECOND)
    expect(sumTimes(world)).toMatchObject({ active: 240 })
  })

  it('goes back to a run that had lost it before: each minute once, and none to nobody', async () => {
    const tales = { sourcedId: 'course-tales', subject: 'Reading', code: 'TALES', name: 'Tales' }
    const world = await openWith('preview', [...CONFIGURED, tales])
    const page = await openPage(world, MIRA)
    const wallAt = page.wall()
    const other = { id: 'tale', name: 'A tale', course: { code: 'TALES' } }
    world.clock.pass(15 * MINUTE)
    await page.flush(
      toStart('other/a', wallAt, other),
      toSlice('other/a', 0, ['active', 0, 10 * MINUTE, 0]),
    )
    await page.flush(
      toStart('own/a', wallAt + MINUTE),
      toSlice('own/a', 0, ['active', 0, 14 * MINUTE, 0]),
      toEnd('own/a', 14 * MINUTE),
    )
    await world.run(MINUTE)
    // The ten minutes of the other run are its own as far as anybody knows.
    expect(sumTimes(world)).toMatchObject({ active: 5 * 60 })
    await world.run(40 * MINUTE)
    expect(await readReport(world, 'other', { learner: MIRA })).toMatchObject({ preview: true })
    expect(sumTimes(world)).toEqual({ active: 14 * 60, inactive: 0, waste: 0 })
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('stays told where another relay knew better in the meantime', async () => {
    const world = await openWith('preview')
    await finish(world)
    const ignorant = await world.startRelay({}, async (input, init) => {
      if (!String(input).includes('/edubridge/enrollments/'))
        return world.sandbox.fetch(new Request(input, init))
      await world.relay.deliver()
      return Response.json({ data: [] })
    })
    await ignorant.deliver()
    expect(await readReport(world, 'r', { learner: MIRA })).toMatchObject({
      preview: false,
      settlements: [{ state: 'frozen' }],
      told: [{ metric: 'active' }],
    })
  })
})
