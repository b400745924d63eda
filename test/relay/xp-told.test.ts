import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/contract/result.ts'
import type { RelayOptions, XpFacts } from '../../src/relay/relay.ts'
import { ALL_RIGHT, FRACTIONS, MINUTE } from './entries.ts'
import type { World } from './relay-world.ts'
import { finish, finishAndTell, MATH, openSchool, readHeld, readResults } from './school-world.ts'
import { readCompletions } from './told-view.ts'

const NINE = { totalQuestions: 10, correctQuestions: 9 }
/** Worth 10 in the example school. */
const LESSON = `${MATH}-lesson-1-resource`

const readXp = (world: World) => readCompletions(world).map(({ values }) => values['xpEarned'])

async function tell(options: Partial<RelayOptions>, ...results: Result[]) {
  const world = await openSchool({ options })
  for (const [n, result] of results.entries())
    await finishAndTell(world, { runId: `r${n}`, result })
  return world
}

describe('XP that are told, by minutes', () => {
  it('are a point a minute, by accuracy and by attempt', async () => {
    expect(readXp(await tell({}, ALL_RIGHT, NINE, NINE))).toEqual([5, 2, 1])
  })

  it('are no more than what the activity is worth, where the operator says so', async () => {
    const activities = [{ id: 'fractions', xp: 2 }]
    expect(readXp(await tell({ activities }, ALL_RIGHT))).toEqual([2.5])
  })

  it('are no more than what its resource is worth, where Timeback says so', async () => {
    const world = await openSchool({
      options: { activities: [{ id: 'fractions', resource: LESSON }] },
    })
    await finishAndTell(world, { ms: 30 * MINUTE })
    expect(readXp(world)).toEqual([12.5])
  })

  it('are not what the page states, and it is told so', async () => {
    const world = await openSchool()
    const verdicts = await finish(world, { result: { ...NINE, xpEarned: 500 } })
    await world.run(MINUTE)
    expect(readXp(world)).toEqual([4])
    expect(verdicts.at(-1)).toMatchObject({ ignored: ['result.xpEarned'] })
  })

  it('are the same in the gradebook as on the event', async () => {
    const world = await tell({}, NINE)
    expect(readResults(world)).toMatchObject([{ metadata: { xp: 4 } }])
  })
})

describe('XP that are told, by the resource', () => {
  const ofLesson = { xp: 'resource' as const, activities: [{ id: 'fractions', resource: LESSON }] }

  it('are what it is worth at Timeback, by accuracy and by attempt', async () => {
    expect(readXp(await tell(ofLesson, ALL_RIGHT, ALL_RIGHT, NINE))).toEqual([12.5, 10, 5])
  })

  it('are what the operator says, before what Timeback does', async () => {
    const activities = [{ id: 'fractions', resource: LESSON, xp: 40 }]
    const world = await tell({ ...ofLesson, activities }, NINE)
    expect(readXp(world)).toEqual([40])
    expect(world.calls.filter(({ path }) => path.includes('/resources/'))).toEqual([])
  })

  it('are of the activity’s own course, where two courses have one of its name', async () => {
    const activities = [
      { id: 'fractions', xp: 7 },
      { id: 'fractions', xp: 9, course: FRACTIONS.course },
    ]
    expect(readXp(await tell({ ...ofLesson, activities }, NINE))).toEqual([9])
  })

  it('wait for Timeback to say what it is worth', async () => {
    const world = await openSchool({ options: ofLesson })
    await finish(world, { result: NINE })
    const relay = await world.startRelay({}, async (input, init) =>
      String(input).includes('/resources/')
        ? Response.json({}, { status: 503 })
        : world.sandbox.fetch(new Request(input, init)),
    )
    await relay.deliver()
    expect(await readHeld(world)).toEqual(['timeback_unreachable'])
    await world.run(2 * MINUTE)
    expect(readXp(world)).toEqual([10])
  })

  it('are none where there is no such resource, and the log says so', async () => {
    const activities = [{ id: 'fractions', resource: 'none' }]
    const world = await tell({ ...ofLesson, activities }, NINE)
    expect(readXp(world)).toEqual([0])
    expect(world.logged.join('\n')).toContain('does not say what the resource is worth')
  })
})

describe('XP that are told, by the page', () => {
  const byPage = { xp: 'page' as const, maxPageXp: 20 }

  it('are what it states, up to the limit, and it is not told that they count for nothing', async () => {
    const world = await openSchool({ options: byPage })
    const verdicts = await finish(world, { runId: 'r1', result: { xpEarned: 7 } })
    await finish(world, { runId: 'r2', result: { xpEarned: 500 } })
    await world.run(MINUTE)
    expect(readXp(world)).toEqual([7, 20])
    expect(verdicts.at(-1)).not.toHaveProperty('ignored')
  })
})

describe('XP that are told, by a function', () => {
  it('are what it makes of all that is known', async () => {
    const seen: XpFacts[] = []
    const world = await tell(
      {
        activities: [{ id: 'fractions', resource: LESSON }],
        xp: (facts: XpFacts) => {
          seen.push(facts)
          return 3.14
        },
      },
      NINE,
      NINE,
    )
    expect(readXp(world)).toEqual([3.1, 3.1])
    expect(seen).toEqual([
      { activity: FRACTIONS, result: NINE, attempt: 1, activeMs: 4 * MINUTE, resourceXp: 10 },
      { activity: FRACTIONS, result: NINE, attempt: 2, activeMs: 4 * MINUTE, resourceXp: 10 },
    ])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['answers no number', () => Number.NaN],
  ])('hold the run while it %s, and take no attempt', async (_, xp) => {
    const world = await openSchool({ options: { xp } })
    await finishAndTell(world, { result: NINE })
    expect(await readHeld(world)).toEqual(['failed'])
    expect(world.sends()).toEqual([])
    const mended = await world.startRelay({ xp: 'minutes' })
    await world.run(2 * MINUTE, mended)
    expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 4 } }])
  })
})
