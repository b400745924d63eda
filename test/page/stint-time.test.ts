// @vitest-environment happy-dom
// When the learner counts as there: what the page asks for, what the relay gives, what it allows.

import { describe, expect, it } from 'vitest'
import type { Grant, Policy, Threshold } from '../../src/contract/grant.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import type { Run } from '../../src/page/run.ts'
import type { StintOptions, TimeOptions } from '../../src/page/host.ts'
import { addForeignFrame, addPlayer, focus } from './elements.ts'
import { ACTIVITY, idle, openTab } from './tab.ts'

type Tab = ReturnType<typeof openTab>

/** Each threshold as a page shows it: after how long something was so, in ms. */
const OBSERVED: Record<keyof TimeOptions, (tab: Tab, run: Run) => Promise<number>> = {
  async idleAfterMs(tab, run) {
    await tab.pass(50_000)
    return run.totalActiveMs
  },
  async mediaIdleAfterMs(tab, run) {
    addPlayer()
    await tab.pass(50_000)
    return run.totalActiveMs
  },
  async frameIdleAfterMs(tab, run) {
    focus(addForeignFrame().element)
    dispatchEvent(new Event('blur'))
    await tab.pass(50_000)
    focus(null)
    return run.totalActiveMs
  },
  async suspendAfterMs(tab, run) {
    for (const stillMs of [9_999, 10_000, 10_001, 20_000, 20_001, 30_000, 30_001]) {
      tab.sleep(stillMs)
      tab.interact()
      await tab.pass(1_000)
      if (run.spans().some(({ presence }) => presence === 'suspended')) return stillMs - 1
    }
    return 50_000
  },
  async leaveAfterMs(tab, run) {
    tab.show('hidden')
    await tab.pass(50_000)
    const { from, to } = run.spans()[0]!
    expect(run.spans().map(({ reason }) => reason)).toEqual(
      to - from < 50_000 ? ['tab-hidden', 'left'] : ['tab-hidden'],
    )
    return to - from
  },
}

const NAMES = Object.keys(OBSERVED) as (keyof TimeOptions)[]

/** All that could end sooner is out of the way of the one that is looked at. */
function toPolicy(name: keyof Policy, threshold: Threshold): Policy {
  const others = name === 'suspendAfterMs' ? { idleAfterMs: 'never' as const } : {}
  return {
    ...DEFAULT_POLICY,
    idleAfterMs: 5_000,
    ...others,
    hiddenWasteAfterMs: 'never',
    [name]: threshold,
  }
}

async function observe(name: keyof TimeOptions, asked: Threshold, grant: Partial<Grant> = {}) {
  const tab = openTab()
  tab.relay.grant = { policy: toPolicy(name, 20_000), ...grant }
  const { stint, run } = await tab.start({ [name]: asked })
  const observed = await OBSERVED[name](tab, run)
  stint.close()
  return observed
}

describe.each(NAMES)('%s', (name) => {
  it('is the relay’s, if the page asks for nothing', async () => {
    const tab = openTab()
    tab.relay.grant = { policy: toPolicy(name, 20_000) }
    const { run } = await tab.start()
    expect(await OBSERVED[name](tab, run)).toBe(20_000)
  })

  it('is the page’s, if that is shorter', async () => {
    expect(await observe(name, 10_000)).toBe(10_000)
  })

  it.each([30_000, 'never'] as const)('is not the page’s %s, which is longer', async (asked) => {
    expect(await observe(name, asked)).toBe(20_000)
  })

  it('is the page’s longer one too where the relay may relax', async () => {
    expect(await observe(name, 30_000, { mayRelax: true })).toBe(30_000)
  })

  it('is switched off by “never” where the relay may relax', async () => {
    expect(await observe(name, 'never', { mayRelax: true })).toBe(50_000)
  })

  it('is switched off where the relay says never, and the page can still ask for it', async () => {
    const policy = toPolicy(name, 'never')
    expect(await observe(name, 'never', { policy })).toBe(50_000)
    expect(await observe(name, 10_000, { policy })).toBe(10_000)
  })

  it.each([0, Number.NaN])('is the relay’s, if the page asks for %d', async (asked) => {
    expect(await observe(name, asked)).toBe(20_000)
    expect(await observe(name, asked, { mayRelax: true })).toBe(20_000)
  })
})

describe('a threshold that was meant in seconds', () => {
  it('is never below one second: every pause would be idle', async () => {
    const tab = openTab()
    const { run } = await tab.start({ idleAfterMs: 60 })
    await tab.pass(10_000)
    expect(run.totalActiveMs).toBe(1_000)
  })
})

describe('before the relay has said anything', () => {
  it.each<[string, StintOptions, number]>([
    ['the defaults count', {}, 60_000],
    ['the page may be stricter than they are', { idleAfterMs: 10_000 }, 10_000],
    ['the page may not be laxer than they are', { idleAfterMs: 'never' }, 60_000],
  ])('%s', async (_, options, active) => {
    const tab = openTab()
    tab.relay.isUp = false
    const { run } = await tab.start(options)
    await tab.pass(70_000)
    expect(run.totalActiveMs).toBe(active)
  })
})

describe('what the relay allows', () => {
  const policy = { ...DEFAULT_POLICY, idleWasteAfterMs: 30_000, hiddenWasteAfterMs: 10_000 }

  /** Idle from 1:00 on, for 0:40; then hidden, for 0:15. */
  async function work(grant: Partial<Grant>, id = ACTIVITY.id) {
    const tab = openTab()
    tab.relay.grant = { policy, ...grant }
    const stint = tab.load()
    stint.start({ ...ACTIVITY, id })
    await idle()
    await tab.pass(100_000)
    tab.interact()
    tab.show('hidden')
    await tab.pass(15_000)
    await stint.flush()
    const { inactive, waste } = stint.getSnapshot().run!.totals
    stint.close()
    return { inactive, waste }
  }

  const allowances = [
    { activity: 'fractions', paper: true },
    { activity: 'decimals', otherTabs: true },
  ]

  it('is nothing by default: long idle and hidden times are waste', async () => {
    expect(await work({})).toEqual({ inactive: 40_000, waste: 15_000 })
  })

  it('for one activity is seen in that one: on paper nothing idle is waste', async () => {
    expect(await work({ allowances }, 'fractions')).toEqual({ inactive: 50_000, waste: 5_000 })
  })

  it('for another is seen in the other: in other tabs nothing hidden is waste', async () => {
    expect(await work({ allowances }, 'decimals')).toEqual({ inactive: 45_000, waste: 10_000 })
  })

  it('for these is not seen in a third', async () => {
    expect(await work({ allowances }, 'percent')).toEqual({ inactive: 40_000, waste: 15_000 })
  })

  it('for a course is seen in all of its activities, and in no other course', async () => {
    const both = { paper: true, otherTabs: true }
    const inCourse = [{ course: ACTIVITY.course, ...both }]
    expect(await work({ allowances: inCourse })).toEqual({ inactive: 55_000, waste: 0 })
    const elsewhere = [{ course: { code: 'MATH-4' }, ...both }]
    expect(await work({ allowances: elsewhere })).toEqual({ inactive: 40_000, waste: 15_000 })
  })
})

describe('onPresence', () => {
  it('is heard by the stint’s listener, with the reason that Timeback will be told', async () => {
    const told: unknown[][] = []
    const tab = openTab()
    const { run } = await tab.start({ onPresence: (...one) => told.push(one) })
    await tab.pass(1_000)
    run.flag('waste', 'guessing')
    run.unflag()
    tab.show('hidden')
    await tab.pass(1_000)
    tab.show('visible')
    tab.sleep(30_000)
    await tab.pass(1_000)
    expect(told).toEqual([
      ['active', undefined],
      ['flag', 'guessing'],
      ['active', undefined],
      ['hidden', 'tab-hidden'],
      ['active', undefined],
      ['suspended', 'suspended'],
      ['active', undefined],
    ])
  })

  it('is heard by the listener that start was given, and not by the stint’s too', async () => {
    const told: string[] = []
    const tab = openTab()
    const stint = tab.load({ onPresence: (presence) => told.push(`stint: ${presence}`) })
    const run = stint.start({ ...ACTIVITY, onPresence: (presence) => told.push(presence) })
    run.pause()
    await run.end({})
    expect(told).toEqual(['active', 'paused'])
    stint.start(ACTIVITY)
    await idle()
    expect(told).toEqual(['active', 'paused', 'stint: active'])
  })

  it('is told what the snapshot shows already', async () => {
    const seen: unknown[][] = []
    const stint = openTab().load()
    stint.subscribe(() => stint.getSnapshot())
    const run = stint.start({
      ...ACTIVITY,
      onPresence: (presence) => seen.push([presence, stint.getSnapshot().run?.presence]),
    })
    run.pause()
    run.resume()
    expect(seen.slice(1)).toEqual([
      ['paused', 'paused'],
      ['active', 'active'],
    ])
  })

  it('hears each presence once in a host that pauses as soon as the learner is idle', async () => {
    const told: string[] = []
    const tab = openTab()
    const stint = tab.load()
    const run = stint.start({
      ...ACTIVITY,
      onPresence(presence) {
        told.push(presence)
        if (presence === 'idle') run.pause()
      },
    })
    await tab.pass(1_100)
    tab.interact()
    await tab.pass(70_000)
    expect(told).toEqual(['active', 'idle', 'paused'])
    run.resume()
    expect(told).toEqual(['active', 'idle', 'paused', 'active'])
  })
})
