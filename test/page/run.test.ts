// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import type { Row } from '../../src/page/outbox.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

describe('a run', () => {
  it('tells the relay of its leg at once, with both clocks', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    const [start] = tab.relay.entries.values()
    expect(start).toEqual({
      v: 1,
      type: 'start',
      id: expect.stringMatching(new RegExp(`^${run.runId}/[\\w-]+/start$`)),
      activity: ACTIVITY,
      wallAt: tab.clock.wall(),
      monoAt: tab.clock.mono(),
    })
  })

  it('keeps its open slice every 800 ms, and each copy contains the one before', async () => {
    const tab = openTab()
    await tab.start()
    const kept: unknown[] = []
    for (let time = 1; time <= 3; time += 1) {
      await tab.pass(800)
      const rows = Object.values(await tab.stored()) as Row[]
      const slices = rows.filter((row) => row.entry?.type === 'slice')
      expect(slices).toHaveLength(1)
      kept.push(slices[0]?.reach, ...toSpans(slices.map(({ entry }) => entry)))
    }
    expect(kept).toEqual([
      800,
      ['active', 0, 800, 0],
      1_600,
      ['active', 0, 1_600, 0],
      2_400,
      ['active', 0, 2_400, 0],
    ])
  })

  it('keeps it at the tick nearest to 800 ms after the last time, and not at the one after that', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(850)
    await stint.flush()
    // 750 ms later: as late as a tick may be that comes in its time after one that came late.
    await tab.pass(750)
    const rows = Object.values(await tab.stored()) as Row[]
    expect(rows.find(({ entry }) => entry?.type === 'slice')?.reach).toBe(1_600)
  })

  it('sends what it has every 15 s, and does not send more often', async () => {
    const tab = openTab()
    await tab.start()
    const before = tab.relay.sent.length
    await tab.pass(14_000)
    expect(tab.relay.sent).toHaveLength(before)
    await tab.pass(32_000)
    expect(tab.relay.sent).toHaveLength(before + 3)
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 44_800, 0]])
  })

  it('becomes idle exactly a minute after the last interaction, not at a tick', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(4_321)
    tab.interact()
    await tab.pass(70_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values())).toEqual([
      ['active', 0, 60_000, 0],
      ['active', 60_000, 64_321, 0],
      ['idle', 64_321, 74_321, 64_321],
    ])
    expect(run.totalActiveMs).toBe(64_321)
  })

  it('wakes nobody for interactions while active, and is exact about the last one', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    let changes = 0
    await tab.pass(1_500)
    stint.subscribe(() => (changes += 1))
    for (let moved = 0; moved < 40; moved += 1) tab.interact()
    await tab.pass(250)
    tab.interact()
    expect(changes).toBe(0)
    await tab.pass(100_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values()).at(-1)).toEqual(['idle', 61_750, 101_750, 61_750])
  })

  it('is active again from the interaction that ends an idle stretch', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(62_345)
    tab.interact()
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values()).slice(1)).toEqual([
      ['idle', 60_000, 62_345, 60_000],
      ['active', 62_345, 63_345, 62_345],
    ])
  })

  it('does not take events made by scripts for a learner', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    for (let second = 0; second < 65; second += 1) {
      await tab.pass(1_000)
      tab.interact(false)
    }
    expect(run.totalActiveMs).toBe(60_000)
  })

  it('uses the shorter of the relay’s and the page’s idle time, never a longer one', async () => {
    for (const [asked, given] of [
      [5_000, 5_000],
      [5, 1_000],
      [90_000, 30_000],
    ] as const) {
      const tab = openTab()
      tab.relay.grant = { policy: { ...DEFAULT_POLICY, idleAfterMs: 30_000 } }
      const { stint, run } = await tab.start({ idleAfterMs: asked })
      await tab.pass(40_000)
      expect(run.totalActiveMs).toBe(given)
      stint.close()
    }
  })

  it('reads to the millisecond between two ticks, and reading changes nothing', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_345)
    expect(run.totalActiveMs).toBe(2_345)
    expect(run.elapsedMs).toBe(2_345)
    expect(stint.getSnapshot().run?.totals.active).toBe(2_200)
  })

  it('counts as unacknowledged only what the relay has not taken', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(3_000)
    await stint.flush()
    expect([run.totalActiveMs, run.elapsedMs]).toEqual([3_000, 0])
    await tab.pass(500)
    expect([run.totalActiveMs, run.elapsedMs]).toEqual([3_500, 500])
  })
})

describe('a run that is paused', () => {
  it('stops being active at that instant and goes on when resumed, whatever happens between', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_200)
    run.pause()
    expect(run.isPaused).toBe(true)
    tab.interact()
    await tab.pass(2_000)
    run.resume()
    expect(run.isPaused).toBe(false)
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values())).toEqual([
      ['active', 0, 1_200, 0],
      ['paused', 1_200, 3_200, 1_200],
      ['active', 3_200, 4_200, 3_200],
    ])
  })

  it('tells the host of each', async () => {
    const heard: string[] = []
    const stint = openTab().load({ onPause: () => heard.push('stint paused') })
    const run = stint.start({
      ...ACTIVITY,
      onPause: () => heard.push('paused'),
      onResume: () => heard.push('resumed'),
    })
    run.pause()
    run.resume()
    expect(heard).toEqual(['paused', 'resumed'])
  })
})

describe('a page that is left', () => {
  it('sends its own rows at once, without a cookie, in a way that outlives it', async () => {
    const tab = openTab()
    await tab.start()
    await tab.pass(1_500)
    const before = tab.relay.sent.length
    tab.show('hidden')
    await Promise.resolve()
    await Promise.resolve()
    expect(tab.relay.sent).toHaveLength(before + 1)
    expect(tab.relay.sent.at(-1)).toMatchObject({
      path: '/v1/entries',
      init: { keepalive: true, credentials: 'omit' },
    })
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 1_500, 0]])
  })

  it('does so too when it goes without having been hidden', async () => {
    const tab = openTab()
    await tab.start()
    await tab.pass(1_500)
    const before = tab.relay.sent.length
    tab.leave()
    await idle()
    expect(tab.relay.sent.slice(before).map(({ init }) => init.keepalive)).toEqual([true])
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 1_500, 0]])
  })

  it('counts hidden from the instant of the change, and is active from the instant it is seen again', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(1_250)
    tab.show('hidden')
    await tab.pass(2_500)
    tab.show('visible')
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values())).toEqual([
      ['active', 0, 1_250, 0],
      ['hidden', 1_250, 3_750, 1_250],
      ['active', 3_750, 4_750, 3_750],
    ])
  })
})
