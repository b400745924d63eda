// @vitest-environment happy-dom
// The learner's own word after an idle stretch, and a timeline that says why each second is what it is.

import { describe, expect, it } from 'vitest'
import { sliceSchema, type OnPaper } from '../../src/contract/entry.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import type { Stretch } from '../../src/page/run.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

type Tab = ReturnType<typeof openTab>

/** All that was said to be paper, as the relay has it. */
function toClaims({ relay }: Tab): OnPaper[] {
  const slices = [...relay.entries.values()].filter((entry) => entry.type === 'slice')
  for (const slice of slices) expect(sliceSchema.safeParse(slice).error).toBeUndefined()
  return slices.flatMap(({ onPaper }) => onPaper ?? [])
}

/** A learner who was idle from 1:00 to 1:40, and is back. */
async function comeBack() {
  const tab = openTab()
  const { stint, run } = await tab.start()
  await tab.pass(100_000)
  tab.interact()
  await tab.pass(1_000)
  return { tab, stint, run, totals: () => stint.getSnapshot().run?.totals }
}

describe('claim', () => {
  it('is false while there is no idle stretch, and nothing changes', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(30_000)
    expect(run.claim('on-paper')).toBe(false)
    await stint.flush()
    expect(stint.getSnapshot().run?.totals).toEqual({ ...NO_TIME, active: 30_000 })
    expect(toClaims(tab)).toEqual([])
  })

  it('is true once for a stretch: its time is unknown from then on, and no longer inactive', async () => {
    const { run, totals } = await comeBack()
    expect(totals()).toEqual({ ...NO_TIME, active: 61_000, inactive: 40_000 })
    expect(run.claim('on-paper')).toBe(true)
    expect(totals()).toEqual({ ...NO_TIME, active: 61_000, unknown: 40_000 })
    expect(run.claim('on-paper')).toBe(false)
    expect(totals()).toEqual({ ...NO_TIME, active: 61_000, unknown: 40_000 })
  })

  it('is on the disk at once, and reaches the relay', async () => {
    const { tab, stint, run } = await comeBack()
    run.claim('on-paper')
    await idle()
    expect(JSON.stringify(await tab.stored())).toContain('"onPaper":[[60000,100000]]')
    await stint.flush()
    expect(toClaims(tab)).toEqual([[60_000, 100_000]])
    await tab.pass(30_000)
    expect(toClaims(tab)).toEqual([[60_000, 100_000]])
  })

  it('takes what was waste too', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(480_000)
    tab.interact()
    await tab.pass(1_000)
    const totals = () => stint.getSnapshot().run?.totals
    expect(totals()).toMatchObject({ inactive: 300_000, waste: 120_000, unknown: 0 })
    run.claim('on-paper')
    expect(totals()).toMatchObject({ inactive: 0, waste: 0, unknown: 420_000 })
  })

  it('can be made while the stretch goes on, and again further on, with no ms of it counted twice', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(80_000)
    expect(run.claim('on-paper')).toBe(true)
    expect(run.claim('on-paper')).toBe(false)
    await tab.pass(20_000)
    expect(stint.getSnapshot().run?.totals).toMatchObject({ inactive: 20_000, unknown: 20_000 })
    expect(run.claim('on-paper')).toBe(true)
    await stint.flush()
    expect(stint.getSnapshot().run?.totals).toEqual({
      ...NO_TIME,
      active: 60_000,
      unknown: 40_000,
    })
    expect(Math.max(...toClaims(tab).map(([, to]) => to))).toBe(100_000)
  })

  it('is about the last stretch alone', async () => {
    const { tab, run, totals } = await comeBack()
    await tab.pass(69_000)
    tab.interact()
    await tab.pass(1_000)
    run.claim('on-paper')
    expect(totals()).toMatchObject({ inactive: 40_000, unknown: 10_000 })
  })

  it('does not take time that was counted by nobody: the learner had left', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(700_000)
    tab.interact()
    expect(run.claim('on-paper')).toBe(true)
    expect(stint.getSnapshot().run?.totals).toEqual({
      ...NO_TIME,
      active: 60_000,
      unknown: 600_000,
      uncounted: 40_000,
    })
  })

  it('leaves no kind below zero where the terms changed after the stretch', async () => {
    const tab = openTab()
    tab.relay.isUp = false
    tab.relay.grant = { policy: { ...DEFAULT_POLICY, idleWasteAfterMs: 10_000 } }
    const { stint, run } = await tab.start()
    await tab.pass(100_000)
    tab.interact()
    tab.relay.isUp = true
    await stint.flush()
    await tab.pass(1_000)
    expect(stint.getSnapshot().learner).toBe('known')
    run.claim('on-paper')
    expect(stint.getSnapshot().run?.totals).toEqual({
      ...NO_TIME,
      active: 61_000,
      unknown: 40_000,
    })
  })

  it('is not taken back by a reload: no ms of the stretch is idle again', async () => {
    const { tab, stint, run, totals } = await comeBack()
    run.claim('on-paper')
    await tab.pass(1_000)
    const before = totals()
    tab.leave()
    stint.close()
    await idle()
    const next = await tab.start()
    expect(next.run.runId).toBe(run.runId)
    expect(next.stint.getSnapshot().run?.totals).toEqual(before)
    await tab.pass(1_000)
    expect(next.stint.getSnapshot().run?.totals).toEqual({ ...before, active: 63_000 })
  })

  it('comes too late after the end: it brings nothing back, and writes nothing', async () => {
    const { tab, stint, run, totals } = await comeBack()
    await run.end({})
    const before = totals()
    expect(run.claim('on-paper')).toBe(false)
    await idle()
    expect(totals()).toEqual(before)
    expect(sessionStorage).toHaveLength(0)
    expect(Object.keys(await tab.stored())).toEqual(['grant:g1'])
    expect(stint.start(ACTIVITY).runId).not.toBe(run.runId)
  })
})

const toLine = ({ presence, metric, reason, from, to }: Stretch) =>
  [presence, metric, reason, to - from] as const

describe('spans', () => {
  it('explains each stretch, without a gap, from the start to this instant of the wall clock', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(1_500)
    run.pause()
    await tab.pass(500)
    run.resume()
    await tab.pass(1_000)
    tab.show('hidden')
    await tab.pass(61_000)
    tab.show('visible')
    await tab.pass(600)
    tab.sleep(5_000, { standsStill: true })
    await tab.pass(1_000)
    run.flag('waste', 'guessing')
    await tab.pass(333)
    const spans = run.spans()
    expect(spans.map(toLine)).toEqual([
      ['active', 'active', undefined, 1_500],
      ['paused', 'inactive', 'paused', 500],
      ['active', 'active', undefined, 1_000],
      ['hidden', 'inactive', 'tab-hidden', 60_000],
      ['hidden', 'waste', 'tab-hidden', 1_000],
      ['active', 'active', undefined, 600],
      ['suspended', undefined, 'suspended', 5_000],
      ['active', 'active', undefined, 1_000],
      ['flag', 'waste', 'guessing', 333],
    ])
    expect(spans[0]?.from).toBe(run.startedAt.getTime())
    expect(spans.at(-1)?.to).toBe(tab.clock.wall())
    expect(spans.slice(1).map(({ from }) => from)).toEqual(spans.slice(0, -1).map(({ to }) => to))
  })

  it('says of idle time when it became waste, and when the learner had left', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(700_000)
    expect(run.spans().map(toLine)).toEqual([
      ['active', 'active', undefined, 60_000],
      ['idle', 'inactive', 'idle', 300_000],
      ['idle', 'waste', 'idle', 300_000],
      ['left', undefined, 'left', 40_000],
    ])
  })

  it('says what the learner said of it', async () => {
    const { run } = await comeBack()
    run.claim('on-paper')
    expect(run.spans().map(toLine)).toEqual([
      ['active', 'active', undefined, 60_000],
      ['idle', 'unknown', 'on-paper', 40_000],
      ['active', 'active', undefined, 1_000],
    ])
  })

  it('has the whole timeline, also of what was sent long ago', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    for (let turn = 0; turn < 6; turn += 1) {
      await tab.pass(40_000)
      tab.interact()
      await tab.pass(10_000)
      await stint.flush()
    }
    expect(run.spans().map(toLine)).toEqual([['active', 'active', undefined, 300_000]])
  })

  it('writes nothing, sends nothing and tells nobody: it only reads', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(10_300)
    const [stored, sent] = [await tab.stored(), tab.relay.sent.length]
    let changes = 0
    stint.subscribe(() => (changes += 1))
    const first = run.spans()
    expect(run.spans()).toEqual(first)
    await idle()
    expect(changes).toBe(0)
    expect(await tab.stored()).toEqual(stored)
    expect(tab.relay.sent).toHaveLength(sent)
  })

  it('ends where the run ended', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(2_500)
    await run.end({})
    await tab.pass(5_000)
    expect(run.spans().map(toLine)).toEqual([['active', 'active', undefined, 2_500]])
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_500, 0]])
  })
})
