import { describe, expect, it } from 'vitest'
import {
  ALL_RIGHT,
  DAY,
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toEnd,
  toSlice,
  toStart,
} from './entries.ts'
import { NINE, OF_ADA, openMet, openWorked, refuse, SEVEN } from './recorded-run.ts'
import { openPage, readReport } from './relay-world.ts'
import { readCompletions, readTimes, sumTimes } from './told-view.ts'

describe('the host’s word on a run of a page', () => {
  it('completes it, by its id alone', async () => {
    const { world } = await openWorked()
    expect(await world.relay.record({ runId: 'r', result: NINE })).toEqual({
      runId: 'r',
      verdict: 'stored',
    })
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([
      { run: 'r', at: MONDAY, attempt: 1, values: { correctQuestions: 9, xpEarned: 4 } },
    ])
    expect(sumTimes(world)).toMatchObject({ active: 240 })
    expect(await readReport(world, 'r')).toMatchObject({
      state: 'ended',
      result: NINE,
      resultBy: 'host',
    })
  })

  it('goes before the page’s, where it comes first', async () => {
    const { world, page } = await openWorked()
    await world.relay.record({ runId: 'r', result: SEVEN })
    await page.flush(toEnd('r/a', 4 * MINUTE, ALL_RIGHT))
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ values: { correctQuestions: 7, xpEarned: 0 } }])
  })

  it('goes before the page’s, where that has not been told yet', async () => {
    const { world } = await openWorked({}, ALL_RIGHT)
    await world.relay.record({ runId: 'r', result: SEVEN })
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ values: { correctQuestions: 7 } }])
  })

  it('comes too late where the page’s has been told', async () => {
    const { world } = await openWorked({}, ALL_RIGHT)
    await world.relay.deliver()
    expect(await refuse(world, { runId: 'r', result: SEVEN })).toMatchObject({
      status: 409,
      code: 'already_told',
      path: 'result',
    })
    await world.run(HOUR)
    expect(readCompletions(world)).toMatchObject([{ values: { correctQuestions: 10 } }])
  })

  it('stands once it is said: the same again is known, another is refused', async () => {
    const { world } = await openWorked()
    await world.relay.record({ runId: 'r', result: NINE })
    const swapped = { correctQuestions: 9, totalQuestions: 10 }
    expect(await world.relay.record({ runId: 'r', result: swapped })).toMatchObject({
      verdict: 'known',
    })
    expect(await refuse(world, { runId: 'r', result: SEVEN })).toMatchObject({
      code: 'result_recorded',
      path: 'result',
    })
    await world.run(2 * MINUTE)
    expect(await world.relay.record({ runId: 'r', result: NINE })).toMatchObject({
      verdict: 'known',
    })
    expect(await refuse(world, { runId: 'r', result: SEVEN })).toMatchObject({
      code: 'result_recorded',
    })
    await world.run(HOUR)
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('can say nothing of its time, which the page knows', async () => {
    const { world } = await openWorked()
    const time = { startedAt: MONDAY - MINUTE, endedAt: MONDAY, activeMs: MINUTE }
    expect(await refuse(world, { runId: 'r', result: NINE, time })).toMatchObject({
      status: 409,
      code: 'time_known',
      path: 'time',
    })
    expect(await readReport(world, 'r')).toMatchObject({ result: null, legs: [{ legId: 'a' }] })
  })

  it('waits for a start, without which nobody knows what was worked on', async () => {
    const { world, page } = await openMet()
    await page.flush(toSlice('r/a', 0, ['active', 0, 4 * MINUTE, 0]))
    await world.relay.record({ runId: 'r', result: NINE })
    await world.run(5 * MINUTE)
    expect(world.sends()).toEqual([])
    await page.flush(toStart('r/a', MONDAY - 4 * MINUTE))
    await world.run(5 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ values: { xpEarned: 4 } }])
  })

  it('is of one learner, where several have that run', async () => {
    const { world } = await openWorked()
    const ben = await openPage(world, 'ben', { sinceMs: MINUTE })
    await ben.flush(
      toStart('r/a', ben.wall() - MINUTE),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
    )
    expect(await refuse(world, { runId: 'r', result: NINE })).toMatchObject({
      status: 409,
      code: 'run_ambiguous',
      path: 'learner',
    })
    await world.relay.record({ runId: 'r', learner: 'ben', result: NINE })
    expect(await readReport(world, 'r', { learner: 'ben' })).toMatchObject({ result: NINE })
    expect(await readReport(world, 'r')).toMatchObject({ result: null })
  })
})

describe('the host’s word where a page’s completes nothing', () => {
  it('is waited for: the page’s end tells the time after the lease, and no result', async () => {
    const { world } = await openWorked({ results: 'host' }, ALL_RIGHT)
    await world.run(14 * MINUTE)
    expect(world.sends()).toEqual([])
    await world.run(2 * MINUTE)
    expect(sumTimes(world)).toMatchObject({ active: 240 })
    expect(readCompletions(world)).toEqual([])
    await world.run(DAY)
    expect(readCompletions(world)).toEqual([])
  })

  it('completes the run later, with the XP of all its time', async () => {
    const { world } = await openWorked({ results: 'host' }, ALL_RIGHT)
    await world.run(20 * MINUTE)
    await world.relay.record({ runId: 'r', result: NINE })
    await world.run(MINUTE)
    expect(readCompletions(world)).toMatchObject([
      { at: MONDAY, attempt: 1, values: { correctQuestions: 9, xpEarned: 4 } },
    ])
    expect(readTimes(world)).toHaveLength(1)
    expect(sumTimes(world)).toMatchObject({ active: 240 })
  })

  it('that comes at once makes two events of the run', async () => {
    const { world } = await openWorked({ results: 'host' }, ALL_RIGHT)
    await world.relay.record({ runId: 'r', result: NINE })
    await world.run(2 * MINUTE)
    expect(world.sandbox.events().map(({ type }) => type)).toEqual([
      'TimeSpentEvent',
      'ActivityEvent',
    ])
  })
})

describe('the host’s word on work without a page', () => {
  const TIME = { startedAt: MONDAY - 10 * MINUTE, endedAt: MONDAY, activeMs: 8 * MINUTE }

  it('makes a run of its own, and says which', async () => {
    const { world } = await openMet()
    const { runId, verdict } = await world.relay.record({ ...OF_ADA, result: NINE })
    expect(verdict).toBe('stored')
    await world.run(MINUTE)
    expect(readCompletions(world)).toMatchObject([
      { run: runId, at: MONDAY, attempt: 1, values: { correctQuestions: 9, xpEarned: 0 } },
    ])
    expect(readTimes(world)).toEqual([])
  })

  it('may tell its time: what was not active is as idle as a page’s', async () => {
    const { world } = await openMet()
    await world.relay.record({ ...OF_ADA, result: NINE, time: TIME })
    await world.run(MINUTE)
    expect(sumTimes(world)).toEqual({ active: 480, inactive: 120, waste: 0 })
    expect(readCompletions(world)).toMatchObject([{ at: MONDAY, values: { xpEarned: 8 } }])
  })

  it('may be said again where it names the run, and counts once', async () => {
    const { world } = await openMet()
    const given = { runId: 'mine', ...OF_ADA, result: NINE, time: TIME }
    expect(await world.relay.record(given)).toEqual({ runId: 'mine', verdict: 'stored' })
    expect(await world.relay.record(given)).toEqual({ runId: 'mine', verdict: 'known' })
    await world.run(MINUTE)
    expect(await world.relay.record(given)).toEqual({ runId: 'mine', verdict: 'known' })
    await world.run(HOUR)
    expect(readCompletions(world)).toHaveLength(1)
    expect(sumTimes(world)).toEqual({ active: 480, inactive: 120, waste: 0 })
  })

  it('claims no instant that a page of the learner has', async () => {
    const { world } = await openWorked({}, ALL_RIGHT)
    await world.relay.deliver()
    const time = { startedAt: MONDAY - 4 * MINUTE, endedAt: MONDAY, activeMs: 4 * MINUTE }
    await world.relay.record({ ...OF_ADA, result: NINE, time })
    await world.run(MINUTE)
    expect(sumTimes(world)).toMatchObject({ active: 240 })
    expect(readCompletions(world).map(({ values }) => values['xpEarned'])).toEqual([5, 0])
  })

  it('is told in the order of attempts like any other', async () => {
    const { world } = await openMet()
    await world.relay.record({ runId: 'one', ...OF_ADA, result: NINE })
    await world.run(MINUTE)
    await world.relay.record({ runId: 'two', ...OF_ADA, result: NINE })
    await world.run(MINUTE)
    expect(readCompletions(world).map(({ run, attempt }) => [run, attempt])).toEqual([
      ['one', 1],
      ['two', 2],
    ])
  })

  it('of somebody who is no student is kept, and not told', async () => {
    const { world } = await openMet({}, 'teacher')
    const given = { runId: 'r', learner: 'teacher', activity: FRACTIONS, result: NINE }
    await world.relay.record(given)
    await world.run(HOUR)
    expect(world.sends()).toEqual([])
    expect(await readReport(world, 'r', { learner: 'teacher' })).toMatchObject({ preview: true })
  })

  it.each([
    ['says another result', { result: SEVEN }, 'result_recorded'],
    ['tells another time', { time: { ...TIME, activeMs: MINUTE } }, 'time_known'],
  ])('that %s than before leaves nothing behind', async (_, changes, code) => {
    const { world } = await openMet()
    const given = { runId: 'r', ...OF_ADA, result: NINE, time: TIME }
    await world.relay.record(given)
    expect(await refuse(world, { ...given, ...changes })).toMatchObject({ code })
    await world.run(HOUR)
    expect(sumTimes(world)).toEqual({ active: 480, inactive: 120, waste: 0 })
    expect(readCompletions(world)).toMatchObject([{ values: { correctQuestions: 9 } }])
  })

  it('that is refused for its result keeps no time either', async () => {
    const { world } = await openMet()
    await world.relay.record({ runId: 'r', ...OF_ADA, result: NINE })
    expect(await refuse(world, { runId: 'r', result: SEVEN, time: TIME })).toMatchObject({
      code: 'result_recorded',
    })
    await world.run(HOUR)
    expect(readTimes(world)).toEqual([])
  })

  it('may be a little ahead of the relay’s clock, and is not dated after it', async () => {
    const { world } = await openMet()
    const time = { startedAt: MONDAY, endedAt: MONDAY + 30 * SECOND, activeMs: 30 * SECOND }
    await world.relay.record({ ...OF_ADA, result: NINE, time })
    await world.run(MINUTE)
    expect(readCompletions(world)).toMatchObject([{ at: MONDAY }])
  })
})
