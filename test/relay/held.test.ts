import { describe, expect, it } from 'vitest'
import {
  ALL_RIGHT,
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toEnd,
  toSlice,
  toSpans,
  toStart,
} from './entries.ts'
import { COURSES, openPage, openWorld, post, readReport } from './relay-world.ts'
import { readCompletions, readTimes } from './told-view.ts'
import { work } from './work.ts'

async function openPageInWorld(options = {}) {
  const world = await openWorld({ options })
  return { world, page: await openPage(world) }
}

describe('a preview', () => {
  it('is kept and shown, and nothing of it is ever told', async () => {
    const world = await openWorld()
    const page = await openPage(world, 'teacher')
    await work(world, page, 'r', toSpans(['active', MINUTE]))
    await world.run(2 * MINUTE)
    world.clock.pass(30 * MINUTE)
    await world.relay.deliver()
    expect(world.calls).toEqual([])
    expect(await readReport(world, 'r', { learner: 'teacher' })).toMatchObject({
      preview: true,
      state: 'ended',
      seen: { active: MINUTE },
      settlements: [],
      deliveries: [],
    })
  })
})

describe('a course that the relay does not know', () => {
  it('holds the run, says why, and lets it go once the course is configured', async () => {
    const { world, page } = await openPageInWorld()
    const history = { ...FRACTIONS, course: { subject: 'Social Studies', grade: 5 } } as const
    world.clock.pass(4 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY, history),
      toSlice('r/a', 0, ['active', 0, 4 * MINUTE, 0]),
      toEnd('r/a', 4 * MINUTE),
    )
    await world.run(5 * MINUTE)
    expect(world.calls).toEqual([])
    const held = await readReport(world, 'r')
    expect(held.settlements).toEqual([
      { state: 'reserved', completes: true, held: 'course_unknown' },
    ])

    const courses = [
      ...COURSES,
      { sourcedId: 'history-5', subject: 'Social Studies', grade: 5 } as const,
    ]
    const configured = await world.startRelay({ courses })
    await world.run(61 * SECOND, configured)
    expect(readTimes(world)).toMatchObject([{ seconds: { active: 240 } }])
    expect(readCompletions(world)).toMatchObject([
      { at: MONDAY + 4 * MINUTE, values: { xpEarned: 5 } },
    ])
    expect((await readReport(world, 'r')).settlements).toEqual([
      { state: 'frozen', completes: true, held: null },
    ])
  })
})

describe('an activity that no address can name', () => {
  it.each([
    ['a dot', '.'],
    ['two dots', '..'],
    ['half a character', '\ud83d'],
  ])('is refused by name, and stops nobody else’s run: %s', async (_, id) => {
    const { world, page } = await openPageInWorld()
    const verdicts = await page.flush(
      toStart('bad/a', MONDAY, { ...FRACTIONS, id }),
      toEnd('bad/a', 0, ALL_RIGHT, {}),
    )
    expect(verdicts[0]).toMatchObject({ code: 'field_format', path: 'activity.id' })
    await world.relay.deliver()
    await work(world, page, 'good', toSpans(['active', MINUTE]))
    expect(readCompletions(world)).toMatchObject([{ run: 'good', attempt: 1 }])
  })
})

describe('a row that can’t be read', () => {
  it('puts off its own learner, is logged, and stops nobody else', async () => {
    const { world, page } = await openPageInWorld()
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
      toEnd('r/a', MINUTE),
    )
    await world.db.updateTable('slices').set({ spans: 'torn' }).execute()
    await work(world, await openPage(world, 'ben'), 'good', toSpans(['active', MINUTE]))
    expect(readCompletions(world)).toMatchObject([{ run: 'good' }])
    expect(world.logged.join()).toContain('a run could not be settled')

    await world.db.updateTable('slices').set({ spans: '[["active",0,60000,0]]' }).execute()
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ run: 'good' }, { run: 'r' }])
  })
})

describe('an instant that the page made up', () => {
  const HONEST = MONDAY + MINUTE

  it.each([
    ['in 1970', 0, HONEST],
    ['before all time', 0, 2 ** 53 - 1],
    ['in the future', MONDAY + 999 * HOUR, HONEST],
    ['after all time', 2 ** 53 - 1, 0],
  ])('%s neither dates a completion nor stops it', async (_, wallAt, sentAt) => {
    const { world, page } = await openPageInWorld()
    world.clock.pass(MINUTE)
    const slice = toSlice('r/a', 0, ['active', 0, MINUTE, 0])
    const entries = [toStart('r/a', wallAt), slice, toEnd('r/a', MINUTE)]
    await post(world.relay, '/v1/entries', { v: 1, grant: page.grant.token, sentAt, entries })
    await world.relay.deliver()
    const [completion] = readCompletions(world)
    expect(completion?.at).toBeGreaterThanOrEqual(page.grant.opensAt)
    expect(completion?.at).toBeLessThanOrEqual(HONEST)
  })
})
