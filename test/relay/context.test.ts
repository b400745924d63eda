import { describe, expect, it } from 'vitest'
import { gradeLesson, MATH_5, NOT_YET, readContext, ask } from './context-view.ts'
import { DAY, FRACTIONS, HOUR, MINUTE } from './entries.ts'
import { readFailure } from './relay-world.ts'
import { finishAndTell, MATH, MIRA, openSchool } from './school-world.ts'

describe('the context of a learner', () => {
  it('before any work says that they may work, and what a day should come to', async () => {
    const world = await openSchool()
    expect(await readContext(world)).toEqual({
      v: 1,
      asOf: world.clock.now(),
      enrolled: true,
      ifNotEnrolled: 'hold',
      course: { name: 'Math 5', subject: 'Math', grade: 5 },
      progress: { lessonsDone: 0, lessons: 3 },
      today: NOT_YET,
      week: NOT_YET,
      goals: { activeMinutes: 25, xp: 25 },
      missing: [],
    })
  })

  it('has what was told today and this week, in ms and in XP', async () => {
    const world = await openSchool()
    world.clock.pass(-DAY)
    await finishAndTell(world, { runId: 'sunday', ms: 10 * MINUTE })
    world.clock.pass(DAY)
    await finishAndTell(world, { runId: 'monday', activity: { ...FRACTIONS, id: 'volume' } })
    expect(await readContext(world)).toMatchObject({
      today: { activeMs: 4 * MINUTE, xpEarned: 5 },
      week: { activeMs: 14 * MINUTE, xpEarned: 17.5 },
    })
  })

  it('has nothing of last week', async () => {
    const world = await openSchool()
    world.clock.pass(-3 * DAY)
    await finishAndTell(world)
    world.clock.pass(3 * DAY)
    expect(await readContext(world)).toMatchObject({ today: NOT_YET, week: NOT_YET })
  })

  it('has nothing of another course, and nothing of another learner', async () => {
    const world = await openSchool()
    const reading = { ...FRACTIONS, course: { subject: 'Reading' as const, grade: 5 } }
    await finishAndTell(world, { activity: reading })
    await finishAndTell(world, { learner: 'learner-2' })
    expect(await readContext(world)).toMatchObject({ today: NOT_YET, week: NOT_YET })
    expect(await readContext(world, 'subject=Reading&grade=5')).toMatchObject({
      course: { name: 'Reading 5', subject: 'Reading', grade: 5 },
      today: { activeMs: 4 * MINUTE, xpEarned: 5 },
    })
  })

  it('counts a time that Timeback shows twice once', async () => {
    const world = await openSchool({ sandbox: { duplicateTimeRows: true } })
    await finishAndTell(world)
    expect(await readContext(world)).toMatchObject({ today: { activeMs: 4 * MINUTE, xpEarned: 5 } })
  })

  it.each(['ignored', 'counted'] as const)(
    'counts the XP of a result of ours once, where Timeback has them %s',
    async (resultXp) => {
      const inEvent = await openSchool({
        sandbox: { resultXp },
        options: { gradebook: { mode: 'direct' } },
      })
      await finishAndTell(inEvent)
      expect((await readContext(inEvent)).today?.xpEarned).toBe(5)

      const inResult = await openSchool({
        sandbox: { resultXp },
        options: { gradebook: { mode: 'direct', xpIn: 'result' } },
      })
      await finishAndTell(inResult)
      expect((await readContext(inResult)).today?.xpEarned).toBe(resultXp === 'counted' ? 5 : 0)
    },
  )

  it('has today by the school’s zone', async () => {
    // Monday 03:00 in UTC is Sunday evening in Chicago.
    const world = await openSchool({ options: { timezone: 'America/Chicago' } })
    world.clock.pass(-7 * HOUR)
    await finishAndTell(world)
    expect((await readContext(world)).today).toMatchObject({ activeMs: 4 * MINUTE })
    world.clock.pass(4 * HOUR)
    expect(await readContext(world)).toMatchObject({
      today: NOT_YET,
      week: { activeMs: 4 * MINUTE },
    })
  })

  it('has the lessons that are graded to the end, of all that the course has', async () => {
    const world = await openSchool()
    await gradeLesson(world, `${MATH}-lesson-1`)
    await gradeLesson(world, `${MATH}-lesson-2`, { scoreStatus: 'partially graded' })
    expect((await readContext(world)).progress).toEqual({ lessonsDone: 1, lessons: 3 })
  })

  it('has a lesson once, however many apps have graded it', async () => {
    const world = await openSchool()
    await gradeLesson(world, `${MATH}-lesson-1`)
    await gradeLesson(world, `${MATH}-lesson-1`, { app: 'another' })
    expect((await readContext(world)).progress).toEqual({ lessonsDone: 1, lessons: 3 })
  })

  it('has no more lessons done than there are, once the whole course is mastered', async () => {
    const world = await openSchool()
    for (const n of [1, 2, 3]) await gradeLesson(world, `${MATH}-lesson-${n}`)
    await finishAndTell(world, { result: { masteredUnits: 1, pctComplete: 100 } })
    expect((await readContext(world)).progress).toEqual({ lessonsDone: 3, lessons: 3 })
  })

  it('counts the lessons with a line item where nobody says how many there are', async () => {
    const world = await openSchool({
      options: { courses: [{ sourcedId: MATH, subject: 'Math', grade: 5 }] },
    })
    await gradeLesson(world, `${MATH}-lesson-1`)
    const { progress } = await readContext(world, MATH_5, 'learner-unenrolled')
    expect(progress).toEqual({ lessonsDone: 0, lessons: 1 })
  })

  it('has no lesson done by an activity of ours, which is none', async () => {
    const world = await openSchool({ options: { gradebook: { mode: 'direct' } } })
    await finishAndTell(world)
    expect((await readContext(world)).progress).toEqual({ lessonsDone: 0, lessons: 3 })
  })

  it('has nothing in it that is personal, nor any id of Timeback’s', async () => {
    const world = await openSchool()
    await finishAndTell(world)
    await gradeLesson(world, `${MATH}-lesson-1`)
    const text = JSON.stringify(await readContext(world))
    for (const word of ['Mira', 'Halloway', '@', MIRA, MATH, 'enr-', 'org-'])
      expect(text).not.toContain(word)
  })
})

describe('the course that a context is of', () => {
  const configured = [
    { sourcedId: MATH, subject: 'Math' as const, grade: 5, code: 'M5', name: 'Sums' },
  ]

  it.each([
    ['subject and grade', MATH_5],
    ['code', 'code=MATH-5'],
    ['id', `id=${MATH}`],
  ])('is found at Timeback by %s', async (_, query) => {
    const world = await openSchool()
    expect(await readContext(world, query)).toMatchObject({
      enrolled: true,
      course: { name: 'Math 5', subject: 'Math', grade: 5 },
      missing: [],
    })
  })

  it.each([
    ['subject and grade', MATH_5],
    ['code', 'code=M5'],
    ['id', `id=${MATH}`],
  ])('is found in the operator’s list by %s, with their name for it', async (_, query) => {
    const world = await openSchool({ options: { courses: configured } })
    expect(await readContext(world, query)).toMatchObject({
      enrolled: true,
      course: { name: 'Sums', subject: 'Math', grade: 5 },
      missing: [],
    })
  })

  it.each([
    '',
    'subject=Math',
    'subject=Maths&grade=5',
    'grade=5',
    'code=',
    'subject=Math&grade=x',
    'id=a&code=b',
  ])('must be named as an activity names it: not by "%s"', async (query) => {
    const world = await openSchool()
    expect(await readFailure(await ask(world, query))).toMatchObject([
      400,
      { code: 'invalid_request' },
    ])
    expect(world.calls).toEqual([])
  })

  it('is unknown where Timeback has none', async () => {
    const world = await openSchool()
    expect(await readContext(world, 'code=NONE')).toMatchObject({
      enrolled: null,
      course: null,
      progress: null,
      today: null,
      week: null,
      goals: null,
      missing: [{ part: 'course', code: 'course_unknown' }],
    })
  })
})

describe('a learner who is not enrolled', () => {
  it('is said to be so, with what becomes of their work', async () => {
    const world = await openSchool({
      options: {
        ifNotEnrolled: 'refuse',
        courses: [{ sourcedId: MATH, subject: 'Math', grade: 5 }],
      },
    })
    for (const learner of ['learner-unenrolled', 'learner-past']) {
      expect(await readContext(world, MATH_5, learner)).toMatchObject({
        enrolled: false,
        ifNotEnrolled: 'refuse',
        course: { name: 'Math G5', subject: 'Math', grade: 5 },
        goals: null,
        missing: [],
      })
    }
  })

  it('is said to be so where the course is theirs alone to find', async () => {
    const world = await openSchool({ options: { ifNotEnrolled: 'preview' } })
    expect(await readContext(world, MATH_5, 'learner-unenrolled')).toMatchObject({
      enrolled: false,
      ifNotEnrolled: 'preview',
      course: null,
      missing: [{ part: 'course', code: 'not_enrolled' }],
    })
  })
})
