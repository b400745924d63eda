// @vitest-environment happy-dom
// A run over several pages: what it reads, that it adds up, and whether it says that it goes on.

import { describe, expect, it, vi } from 'vitest'
import { NO_TIME, type Totals } from '../../src/core/measure.ts'
import type { Stint } from '../../src/page/host.ts'
import { keepTabRun } from '../../src/page/tab-run.ts'
import { ACTIVITY, idle, openTab, toSpans, toSum } from './tab.ts'

type Tab = ReturnType<typeof openTab>

/** Brings the run up to now, and reads it. */
async function read(stint: Stint) {
  await stint.flush()
  return stint.getSnapshot().run!
}

/** The page goes as a browser lets it go; the next one is there after a while. */
async function reload(tab: Tab, stint: Stint, tookMs = 0) {
  tab.leave()
  stint.close()
  await tab.pass(tookMs)
  return tab.start()
}

describe('the kinds of time and what is not counted', () => {
  it('add up to the time on the wall since the run began, over reloads too', async () => {
    const tab = openTab()
    let { stint, run } = await tab.start()
    const { startedAt } = run
    const readings: Totals[] = []
    const check = async () => {
      const reading = await read(stint)
      expect(reading.startedAt).toBe(startedAt.getTime())
      expect(toSum(reading)).toBe(tab.clock.wall() - reading.startedAt)
      readings.push(reading.totals)
    }
    await check()
    await tab.pass(3_300)
    await check()
    ;({ stint, run } = await reload(tab, stint, 2_345))
    await check()
    run.pause()
    await tab.pass(1_250)
    run.resume()
    run.flag('waste', 'guessing')
    await tab.pass(777)
    run.unflag()
    await check()
    tab.sleep(90_000, { standsStill: true })
    await tab.pass(1_000)
    await check()
    ;({ stint, run } = await reload(tab, stint, 60_000))
    await check()
    await tab.pass(70_000)
    run.claim('on-paper')
    await check()
    expect(readings.at(-1)).toEqual({
      ...NO_TIME,
      active: 3_300 + 1_000 + 60_000,
      inactive: 1_250,
      waste: 777,
      unknown: 10_000,
      uncounted: 2_345 + 90_000 + 60_000,
    })
    for (const [index, { active, waste, uncounted }] of readings.entries()) {
      const before = readings[index - 1] ?? NO_TIME
      expect(active).toBeGreaterThanOrEqual(before.active)
      expect(waste).toBeGreaterThanOrEqual(before.waste)
      expect(uncounted).toBeGreaterThanOrEqual(before.uncounted)
    }
  })

  it('add up at each change that a subscriber hears of', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    let changes = 0
    stint.subscribe(() => {
      changes += 1
      const shown = stint.getSnapshot().run!
      expect(tab.clock.wall() - shown.startedAt - toSum(shown)).toBeLessThanOrEqual(250)
      expect(tab.clock.wall() - shown.startedAt).toBeGreaterThanOrEqual(toSum(shown))
    })
    await tab.pass(70_100)
    run.pause()
    tab.show('hidden')
    await tab.pass(10_000)
    expect(changes).toBeGreaterThan(80)
  })

  it('add up though the page crashed: what nobody kept is not counted', async () => {
    const tab = openTab()
    await tab.start()
    await tab.pass(3_700)
    tab.crash()
    tab.sleep(5_000)
    const { stint } = await tab.start()
    const reading = await read(stint)
    expect(reading.totals).toEqual({ ...NO_TIME, active: 3_200, uncounted: 5_500 })
    expect(toSum(reading)).toBe(tab.clock.wall() - reading.startedAt)
  })

  it('add up over an end without a result: the time until the next start is not counted', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_500)
    await run.end()
    await tab.pass(4_000)
    stint.start(ACTIVITY)
    await tab.pass(1_000)
    const reading = await read(stint)
    expect(reading.totals).toEqual({ ...NO_TIME, active: 3_500, uncounted: 4_000 })
    expect(reading.startedAt).toBe(run.startedAt.getTime())
  })

  it('reach back further than a grant does: that is dated by the page’s own leg, not by the run', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(2_000)
    tab.leave()
    stint.close()
    await idle()
    tab.sleep(11 * 3_600_000)
    const { run } = await tab.start()
    const { body } = tab.relay.sent.findLast(({ path }) => path === '/v1/grants')!
    expect((body as unknown as { startedAt: number }).startedAt).toBe(tab.clock.wall())
    expect(tab.clock.wall() - run.startedAt.getTime()).toBeGreaterThan(11 * 3_600_000)
  })

  it('do not fall where another page went on with the run while this one was kept for the way back', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(5_000)
    tab.leave(true)
    const { startedAt } = stint.getSnapshot().run!
    const totals = { ...NO_TIME, active: 15_000 }
    keepTabRun(ACTIVITY, { runId: run.runId, totals, startedAt })
    tab.comeBack()
    expect(run.totalActiveMs).toBe(15_000)
    await tab.pass(1_000)
    expect(run.totalActiveMs).toBe(16_000)
  })

  it('add up where a run of another tab goes on here, since it knows when that began', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(4_000)
    stint.close()
    await idle()
    sessionStorage.clear()
    await tab.pass(6_000)
    const next = tab.load()
    next.start({ ...ACTIVITY, runId: run.runId })
    await idle()
    await tab.pass(1_000)
    const reading = await read(next)
    expect(reading.totals.active).toBe(5_000)
    expect(toSum(reading)).toBe(tab.clock.wall() - reading.startedAt)
  })
})

describe('a reading', () => {
  it('does not fall in the first instant of the next page, before the storage has answered', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(3_333)
    const before = run.totalActiveMs
    tab.leave()
    stint.close()
    const again = tab.load()
    const next = again.start(ACTIVITY)
    expect(next.totalActiveMs).toBe(before)
    const shown = again.getSnapshot().run!
    expect(shown.totals.active).toBe(before)
    expect(shown.startedAt).toBe(run.startedAt.getTime())
  })

  it('does not take time away that was waste before the reload', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    run.flag('waste')
    await tab.pass(3_000)
    const { stint: again } = await reload(tab, stint)
    expect(again.getSnapshot().run).toMatchObject({
      presence: 'active',
      totals: { ...NO_TIME, waste: 3_000 },
    })
  })
})

describe('what the relay has not acknowledged', () => {
  it('is not forgotten because the storage answered late that the run goes on', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(3_000)
    tab.leave()
    stint.close()
    await idle()
    const next = tab.load()
    const run = next.start(ACTIVITY)
    vi.advanceTimersByTime(500)
    expect(run.elapsedMs).toBe(500)
    tab.relay.isUp = false
    await idle()
    expect(run.elapsedMs).toBe(500)
  })

  it('is all that it refused, and no onFlush tells of that', async () => {
    const flushed: number[] = []
    const tab = openTab()
    tab.relay.refuse = refuseSlices
    const { run } = await tab.start({ onFlush: (ms) => flushed.push(ms) })
    await tab.pass(50_000)
    expect([run.totalActiveMs, run.elapsedMs]).toEqual([50_000, 50_000])
    expect(new Set(flushed)).toEqual(new Set([0]))
  })

  it('does not shrink by what another page of the run had left', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    tab.relay.isUp = false
    await tab.pass(3_200)
    tab.crash()
    const next = tab.load().start({ ...ACTIVITY, runId: run.runId })
    await tab.pass(2_000)
    const left = Object.keys(await tab.stored())
    tab.relay.refuse = (entry) =>
      left.includes(`entry:${entry.id}`) ? undefined : refuseSlices(entry)
    tab.relay.isUp = true
    await tab.pass(30_000)
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 3_200, 0]])
    expect(next.elapsedMs).toBe(32_000)
  })
})

/** The relay takes the time of no page. */
const refuseSlices: Tab['relay']['refuse'] = ({ type, id }) =>
  type === 'slice'
    ? { index: 0, id, verdict: 'refused', code: 'field_range', path: 'spans', message: '' }
    : undefined

describe('isContinued', () => {
  const isContinued = (stint: Stint) => stint.getSnapshot().run?.isContinued

  it('is false for a run that is new, whatever the relay has heard of it', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(20_000)
    expect(isContinued(stint)).toBe(false)
  })

  it('is false for a runId of the host’s own that nobody knows', async () => {
    const tab = openTab()
    const stint = tab.load()
    stint.start({ ...ACTIVITY, runId: 'lesson-7' })
    await tab.pass(2_000)
    expect(isContinued(stint)).toBe(false)
  })

  it('is true at once after a reload', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(1_000)
    tab.leave()
    stint.close()
    const again = tab.load()
    again.start(ACTIVITY)
    expect(isContinued(again)).toBe(true)
  })

  it('is true for a runId that another tab of this browser had, without a network', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(4_000)
    stint.close()
    await idle()
    sessionStorage.clear()
    tab.relay.isUp = false
    const next = tab.load()
    next.start({ ...ACTIVITY, runId: run.runId })
    expect(isContinued(next)).toBe(false)
    const heard: unknown[] = []
    next.subscribe(() => heard.push(isContinued(next)))
    await idle()
    expect(heard.at(-1)).toBe(true)
  })

  it('is true for it although the learner was not active there', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    run.flag('unknown', 'video')
    await tab.pass(4_000)
    stint.close()
    await idle()
    sessionStorage.clear()
    tab.relay.isUp = false
    const next = tab.load()
    next.start({ ...ACTIVITY, runId: run.runId })
    await tab.pass(2_000)
    expect(isContinued(next)).toBe(true)
    expect(next.getSnapshot().run?.totals.unknown).toBe(4_000)
  })

  it('is true once the relay says that the run began on another device, and subscribers hear of it', async () => {
    const tab = openTab()
    tab.relay.begunElsewhere.add('lesson-7')
    const stint = tab.load()
    stint.start({ ...ACTIVITY, runId: 'lesson-7' })
    expect(isContinued(stint)).toBe(false)
    const heard: unknown[] = []
    stint.subscribe(() => heard.push(isContinued(stint)))
    await idle()
    expect(heard).toContain(true)
    expect(isContinued(stint)).toBe(true)
  })

  it('is not true because another run of this page was begun elsewhere', async () => {
    const tab = openTab()
    tab.relay.begunElsewhere.add('lesson-7')
    const stint = tab.load()
    const first = stint.start({ ...ACTIVITY, runId: 'lesson-7' })
    tab.relay.isUp = false
    await first.end()
    stint.start({ ...ACTIVITY, runId: 'lesson-8' })
    tab.relay.isUp = true
    await stint.flush()
    await tab.pass(2_000)
    expect(isContinued(stint)).toBe(false)
  })
})
