import { describe, expect, it } from 'vitest'
import {
  ALL_RIGHT,
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  toEnd,
  toSlice,
  toSpans,
  toStart,
} from './entries.ts'
import { openPage, openWorld } from './relay-world.ts'
import { readCompletions, readTimes } from './told-view.ts'
import { work } from './work.ts'

async function openPageInWorld(options = {}) {
  const world = await openWorld({ options })
  return { world, page: await openPage(world) }
}

describe('a whole run', () => {
  it('is told at once, in one envelope with one TimeSpentEvent and one ActivityEvent', async () => {
    const { world, page } = await openPageInWorld()
    const spans = toSpans(
      ['active', 150_250],
      ['idle', 20_500],
      ['hidden', 9_000],
      ['active', 30_000],
    )
    await work(world, page, 'r', spans, { ...ALL_RIGHT, masteredUnits: 2, pctComplete: 40 })

    expect(world.sends()).toHaveLength(1)
    const at = MONDAY + 209_750
    expect(readTimes(world)).toEqual([
      {
        run: 'r',
        at,
        seconds: { active: 180.25, inactive: 29.5, waste: 0 },
        because: { inactive: 'idle' },
        splitMs: { active: 180_250, 'inactive:idle': 20_500, 'inactive:tab-hidden': 9_000 },
      },
    ])
    // 180.25 s are 3.0 minutes; all right gives 1.25 of them.
    const values = { xpEarned: 3.8, totalQuestions: 10, correctQuestions: 10, masteredUnits: 2 }
    expect(readCompletions(world)).toEqual([{ run: 'r', at, attempt: 1, values }])
  })

  it('names learner, course and activity as Timeback does', async () => {
    const { world, page } = await openPageInWorld()
    await work(world, page, 'r', toSpans(['active', MINUTE]))
    const [time, completion] = world.sandbox.events()
    expect(completion).toMatchObject({
      sensor: 'https://app.example',
      actor: {
        id: 'https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/users/ada',
        email: 'ada@school.example',
      },
      object: {
        id: 'https://app.example/activities/Math/g5/fractions',
        subject: 'Math',
        course: { name: 'Math G5' },
        activity: { name: 'Fractions' },
        process: true,
      },
      generated: { attempt: 1 },
      extensions: { runId: 'r', courseId: 'math-5' },
    })
    expect(time?.object).not.toHaveProperty('process')
  })

  it('is told once, however long the relay goes on', async () => {
    const { world, page } = await openPageInWorld()
    await work(world, page, 'r', toSpans(['active', MINUTE]))
    for (let hour = 0; hour < 48; hour += 1) {
      world.clock.pass(HOUR)
      await world.relay.deliver()
    }
    expect(world.sends()).toHaveLength(1)
    expect(world.sandbox.events()).toHaveLength(2)
  })

  it('without a second of time is told as a completion alone', async () => {
    const { world, page } = await openPageInWorld()
    await page.flush(toStart('r/a', MONDAY), toEnd('r/a', 0, ALL_RIGHT, {}))
    await world.relay.deliver()
    expect(readTimes(world)).toEqual([])
    expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 0 } }])
  })

  it('of a course by its code has the code in its id', async () => {
    const { world, page } = await openPageInWorld()
    const reading = { ...FRACTIONS, id: 'chapter 1', course: { code: 'READ-X' } }
    await page.flush(toStart('r/a', MONDAY, reading), toEnd('r/a', 0, ALL_RIGHT, {}))
    await world.relay.deliver()
    expect(world.sandbox.events()[0]?.object).toMatchObject({
      id: 'https://app.example/activities/READ-X/chapter%201',
      subject: 'Reading',
      course: { name: 'Reading, extended' },
    })
  })
})

describe('attempts', () => {
  it('count up for each run of one activity, and halve its XP', async () => {
    const { world, page } = await openPageInWorld()
    for (const run of ['r1', 'r2', 'r3', 'r4']) {
      await work(world, page, run, toSpans(['active', 8 * MINUTE]))
    }
    expect(readCompletions(world).map(({ attempt, values }) => [attempt, values.xpEarned])).toEqual(
      [
        [1, 10],
        [2, 5],
        [3, 2.5],
        [4, 0],
      ],
    )
  })

  it('are each learner’s and each activity’s own', async () => {
    const { world, page } = await openPageInWorld()
    await work(world, page, 'r1', toSpans(['active', MINUTE]))
    await work(world, await openPage(world, 'ben'), 'r2', toSpans(['active', MINUTE]))
    const decimals = { ...FRACTIONS, id: 'decimals' }
    await page.flush(toStart('r3/a', page.wall(), decimals), toEnd('r3/a', 0, ALL_RIGHT, {}))
    await world.relay.deliver()
    expect(readCompletions(world).map(({ attempt }) => attempt)).toEqual([1, 1, 1])
  })

  it('follow the order in which runs came, also where two came in one flush', async () => {
    const { world, page } = await openPageInWorld()
    const runs = Array.from({ length: 9 }, (_, n) => `r${9 - n}`)
    await page.flush(
      ...runs.flatMap((run) => [toStart(`${run}/a`, MONDAY), toEnd(`${run}/a`, 0, ALL_RIGHT, {})]),
    )
    await world.relay.deliver()
    expect(readCompletions(world).map(({ run, attempt }) => [run, attempt])).toEqual(
      runs.map((run, index) => [run, index + 1]),
    )
  })
})

describe('XP', () => {
  it('is the relay’s, whatever the page states', async () => {
    const { world, page } = await openPageInWorld()
    await work(world, page, 'r', toSpans(['active', 4 * MINUTE]), { ...ALL_RIGHT, xpEarned: 9_999 })
    expect(readCompletions(world)[0]?.values.xpEarned).toBe(5)
    expect(world.sends().join()).not.toContain('9999')
  })
})

describe('waste', () => {
  it('begins at the policy’s threshold, counted from where the presence began', async () => {
    const { world, page } = await openPageInWorld()
    const spans = toSpans(
      ['active', MINUTE],
      ['idle', 7 * MINUTE],
      ['active', MINUTE],
      ['hidden', 2 * MINUTE],
    )
    await work(world, page, 'r', spans)
    expect(readTimes(world)[0]?.splitMs).toEqual({
      active: 2 * MINUTE,
      'inactive:idle': 5 * MINUTE,
      'waste:idle': 2 * MINUTE,
      'inactive:tab-hidden': MINUTE,
      'waste:tab-hidden': MINUTE,
    })
  })

  it('does not begin anew with each slice of one idle stretch', async () => {
    const { world, page } = await openPageInWorld()
    world.clock.pass(8 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['idle', 0, 4 * MINUTE, 0]),
      toSlice('r/a', 1, ['idle', 4 * MINUTE, 8 * MINUTE, 0]),
      toEnd('r/a', 8 * MINUTE, ALL_RIGHT, { a: { slices: 2, reach: 8 * MINUTE } }),
    )
    await world.relay.deliver()
    expect(readTimes(world)[0]?.seconds).toEqual({ active: 0, inactive: 300, waste: 180 })
  })

  it('is not put off by a page that says one idle stretch begins anew with each slice', async () => {
    const { world, page } = await openPageInWorld()
    world.clock.pass(8 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['idle', 0, 4 * MINUTE, 0]),
      toSlice('r/a', 1, ['idle', 4 * MINUTE, 8 * MINUTE, 4 * MINUTE]),
      toEnd('r/a', 8 * MINUTE, ALL_RIGHT, { a: { slices: 2, reach: 8 * MINUTE } }),
    )
    await world.relay.deliver()
    expect(readTimes(world)[0]?.seconds).toEqual({ active: 0, inactive: 300, waste: 180 })
  })

  it('is neither counted nor reported where the policy never measures it', async () => {
    const never = {
      idleWasteAfterMs: 'never',
      hiddenWasteAfterMs: 'never',
      leaveAfterMs: 'never',
    } as const
    const { world, page } = await openPageInWorld({ policy: never })
    await work(world, page, 'r', toSpans(['active', MINUTE], ['idle', 30 * MINUTE]))
    expect(readTimes(world)[0]?.seconds).toEqual({ active: 60, inactive: 1_800 })
  })

  it('is not what a sleeping machine did: that time is not told at all', async () => {
    const { world, page } = await openPageInWorld()
    await work(
      world,
      page,
      'r',
      toSpans(['active', MINUTE], ['suspended', 5 * MINUTE], ['active', MINUTE]),
    )
    expect(readTimes(world)[0]?.seconds).toEqual({ active: 120, inactive: 0, waste: 0 })
  })
})

describe('a long run', () => {
  it('is told in windows of at most an hour, none of its time twice', async () => {
    const { world, page } = await openPageInWorld()
    const spans = toSpans(['active', 100 * MINUTE], ['idle', 4 * MINUTE], ['active', 60 * MINUTE])
    await work(world, page, 'r', spans)
    expect(world.sends()).toHaveLength(1)
    expect(
      readTimes(world).map(({ at, seconds }) => [at - MONDAY, seconds.active, seconds.inactive]),
    ).toEqual([
      [HOUR, 3_600, 0],
      [2 * HOUR, 3_360, 240],
      [164 * MINUTE, 2_640, 0],
    ])
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('with a break between two pages has no window over the break', async () => {
    const { world, page } = await openPageInWorld()
    world.clock.pass(30 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, 5 * MINUTE, 0]),
      toStart('r/b', MONDAY + 20 * MINUTE),
      toSlice('r/b', 0, ['active', 0, 10 * MINUTE, 0]),
      toEnd('r/b', 10 * MINUTE, ALL_RIGHT, {
        a: { slices: 1, reach: 5 * MINUTE },
        b: { slices: 1, reach: 10 * MINUTE },
      }),
    )
    await world.relay.deliver()
    expect(readTimes(world).map(({ at, seconds }) => [at - MONDAY, seconds.active])).toEqual([
      [5 * MINUTE, 300],
      [30 * MINUTE, 600],
    ])
  })
})
