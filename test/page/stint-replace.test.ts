// @vitest-environment happy-dom
// An app whose route changes: the next activity takes the place of the one before.

import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import type { Entry, StartEntry } from '../../src/contract/entry.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

type Tab = ReturnType<typeof openTab>

const NEXT: Activity = { ...ACTIVITY, id: 'decimals', name: 'Decimals' }
const RESULT = { totalQuestions: 5, correctQuestions: 4 }

const entriesOf = ({ relay }: Tab, runId: string): Entry[] =>
  [...relay.entries.values()].filter(({ id }) => id.startsWith(runId))

/** From when to when a run of one leg says that it lasted, on the page's monotonic clock. */
function toExtent(tab: Tab, runId: string): [from: number, to: number] {
  const own = entriesOf(tab, runId)
  const { monoAt } = own.find((entry): entry is StartEntry => entry.type === 'start')!
  return [monoAt, monoAt + toSpans(own).at(-1)![2]]
}

describe('start with replace', () => {
  it('ends the former run’s time at the instant at which the next begins, though each look at the clock takes a while', async () => {
    const tab = openTab()
    const { clock } = tab
    const { mono, wall } = clock
    let looked = 0
    Object.assign(clock, { mono: () => mono() + (looked += 3), wall: () => wall() + looked })
    const { stint, run } = await tab.start()
    await tab.pass(2_345)
    const next = stint.start({ ...NEXT, replace: true })
    await tab.pass(1_000)
    await next.end()
    const [, to] = toExtent(tab, run.runId)
    const [from] = toExtent(tab, next.runId)
    expect(from).toBe(to)
  })

  it('tells the former run’s time, and completes nothing', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_345)
    const next = stint.start({ ...NEXT, replace: true })
    await idle()
    expect(stint.current).toBe(next)
    expect(run.isEnded).toBe(true)
    expect(entriesOf(tab, run.runId).map(({ type }) => type)).toEqual(['start', 'slice'])
    expect(toSpans(entriesOf(tab, run.runId))).toEqual([['active', 0, 2_345, 0]])
    expect(next.totalActiveMs).toBe(0)
  })

  it('goes on with the same run when the activity is the same', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_000)
    const next = stint.start({ ...ACTIVITY, replace: true })
    await tab.pass(1_000)
    expect(next.runId).toBe(run.runId)
    expect(next.totalActiveMs).toBe(3_000)
  })

  it('still takes the former run’s result, which the learner may have given a moment before', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_000)
    stint.start({ ...NEXT, replace: true })
    await tab.pass(1_000)
    await run.end(RESULT)
    expect(entriesOf(tab, run.runId).find(({ type }) => type === 'end')).toMatchObject({
      at: 2_000,
      result: RESULT,
    })
  })

  it('leaves the former run going when the next activity is not right', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    expect(() => stint.start({ ...NEXT, name: '', replace: true })).toThrow(
      expect.objectContaining({ code: 'activity_invalid' }),
    )
    await tab.pass(1_000)
    expect(stint.current).toBe(run)
    expect(run.totalActiveMs).toBe(1_000)
  })

  it('still hears what the relay says of the former run: a result that it refused is not said to be there', async () => {
    const tab = openTab()
    tab.relay.refuse = ({ type }) =>
      type === 'end'
        ? { index: 0, id: '', verdict: 'refused', code: 'field_range', path: 'result', message: '' }
        : undefined
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    const ending = run.end(RESULT)
    stint.start({ ...NEXT, replace: true })
    expect(await ending).toEqual({ saved: 'device' })
  })

  it('tells onFlush each ms of both runs once', async () => {
    const flushed: number[] = []
    const tab = openTab()
    const { stint } = await tab.start({ onFlush: (ms) => flushed.push(ms) })
    await tab.pass(20_000)
    const next = stint.start({ ...NEXT, replace: true })
    await tab.pass(20_000)
    await next.end()
    expect(flushed.reduce((sum, ms) => sum + ms, 0)).toBe(40_000)
    expect(Math.min(...flushed)).toBeGreaterThanOrEqual(0)
  })

  it('only starts where nothing is open', async () => {
    const tab = openTab()
    const stint = tab.load()
    const run = stint.start({ ...NEXT, replace: true })
    expect(stint.current).toBe(run)
  })
})

it('end without a result, as an app’s cleanup calls it, never completes a run, however often it is called', async () => {
  const tab = openTab()
  const { stint, run } = await tab.start()
  await tab.pass(1_000)
  await run.end()
  await run.end()
  stint.close()
  await tab.pass(30_000)
  expect(entriesOf(tab, run.runId).map(({ type }) => type)).toEqual(['start', 'slice'])
})
