// @vitest-environment happy-dom
// A page that the browser prepares before anybody asked for it: its time starts when it is shown.

import { describe, expect, it, onTestFinished } from 'vitest'
import type { StartEntry } from '../../src/contract/entry.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import { dispatch, setPrerendering } from './signals.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

/** What a page hears when it is shown; it takes either for the first. */
type Telling = 'prerenderingchange' | 'visibilitychange'

function openPrerendered() {
  const tab = openTab()
  setPrerendering(true)
  onTestFinished(() => setPrerendering(false))
  return {
    ...tab,
    /** The learner follows the link. */
    async activate(order: readonly Telling[] = ['prerenderingchange', 'visibilitychange']) {
      setPrerendering(false)
      for (const type of order) {
        dispatch(type, { at: tab.clock.mono(), target: document, bubbles: false })
        await idle()
      }
    },
    startHidden() {
      const stint = tab.load()
      return { stint, run: stint.start(ACTIVITY) }
    },
  }
}

describe('a prerendered page', () => {
  it('times, keeps and sends nothing, for as long as nobody sees it', async () => {
    const tab = openPrerendered()
    const { stint, run } = tab.startHidden()
    await tab.pass(20_000)
    expect(run.totalActiveMs).toBe(0)
    expect(run.spans()).toEqual([])
    expect(stint.getSnapshot().run?.totals).toEqual(NO_TIME)
    expect(tab.relay.sent).toEqual([])
    expect(await tab.stored()).toEqual({})
    expect(sessionStorage).toHaveLength(0)
  })

  it('starts when it is shown, and its leg carries that instant on both clocks', async () => {
    const tab = openPrerendered()
    const { stint, run } = tab.startHidden()
    await tab.pass(20_000)
    const [wallAt, monoAt] = [tab.clock.wall(), tab.clock.mono()]
    await tab.activate()
    await tab.pass(2_500)
    await stint.flush()
    const [start] = tab.relay.entries.values() as Iterable<StartEntry>
    expect(start).toMatchObject({ type: 'start', wallAt, monoAt })
    expect(run.startedAt.getTime()).toBe(wallAt)
    expect(stint.getSnapshot().run?.startedAt).toBe(wallAt)
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_500, 0]])
  })

  it.each<Telling[]>([
    ['prerenderingchange', 'visibilitychange'],
    ['visibilitychange', 'prerenderingchange'],
  ])(
    'tells the relay of its leg as soon as it is shown, as any page does (%s first)',
    async (...order) => {
      const tab = openPrerendered()
      tab.startHidden()
      await tab.pass(20_000)
      await tab.activate(order)
      expect([...tab.relay.entries.values()].map(({ type }) => type)).toEqual(['start'])
    },
  )

  it('is paused from its start if it was paused before', async () => {
    const tab = openPrerendered()
    const { stint, run } = tab.startHidden()
    await tab.pass(5_000)
    run.pause()
    await tab.pass(5_000)
    await tab.activate()
    await tab.pass(1_000)
    await stint.flush()
    expect(run.isPaused).toBe(true)
    expect(toSpans(tab.relay.entries.values())).toEqual([['paused', 0, 1_000, 0]])
  })

  it('goes on from what the page before it had come to when it was left', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(3_000)
    setPrerendering(true)
    onTestFinished(() => setPrerendering(false))
    const next = tab.load()
    const again = next.start(ACTIVITY)
    setPrerendering(false)
    await tab.pass(2_000)
    stint.close()
    dispatch('prerenderingchange', { at: tab.clock.mono(), target: document, bubbles: false })
    expect(again.runId).toBe(run.runId)
    expect(again.totalActiveMs).toBe(5_000)
    expect(next.getSnapshot().run).toMatchObject({
      isContinued: true,
      startedAt: run.startedAt.getTime(),
    })
  })

  it('that is shown after the run was completed begins another, with its own time alone', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(3_000)
    setPrerendering(true)
    onTestFinished(() => setPrerendering(false))
    const next = tab.load()
    const other = next.start(ACTIVITY)
    await idle()
    dispatch('pageshow')
    setPrerendering(false)
    await run.end({ totalQuestions: 5, correctQuestions: 5 })
    stint.close()
    dispatch('prerenderingchange', { at: tab.clock.mono(), target: document, bubbles: false })
    await tab.pass(2_000)
    expect(other.runId).not.toBe(run.runId)
    expect(next.getSnapshot().run).toMatchObject({ isContinued: false, totals: { active: 2_000 } })
    expect(await other.end({ totalQuestions: 5, correctQuestions: 4 })).toEqual({ saved: 'relay' })
    const ends = [...tab.relay.entries.values()].filter(({ type }) => type === 'end')
    expect(ends.map(({ id }) => id.split('/')[0])).toEqual([run.runId, other.runId])
  })

  it('that is shown after another page began a run goes on with that', async () => {
    const tab = openPrerendered()
    const { run } = tab.startHidden()
    await idle()
    setPrerendering(false)
    const first = await tab.start()
    await tab.pass(3_000)
    first.stint.close()
    await tab.activate()
    await tab.pass(2_000)
    expect(run.runId).toBe(first.run.runId)
    expect(run.totalActiveMs).toBe(5_000)
  })

  it('that is closed unseen has no time', async () => {
    const tab = openPrerendered()
    const { stint, run } = tab.startHidden()
    await tab.pass(5_000)
    stint.close()
    await idle()
    await tab.activate()
    await tab.pass(5_000)
    expect(run.totalActiveMs).toBe(0)
    expect(toSpans(tab.relay.entries.values())).toEqual([])
  })
})
