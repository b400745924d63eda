// @vitest-environment happy-dom
import { clear, createStore } from 'idb-keyval'
import { describe, expect, it, vi } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import type { Entry } from '../../src/contract/entry.ts'
import type { RunRow } from '../../src/page/outbox.ts'
import { ACTIVITY, idle, openTab } from './tab.ts'

describe('createStint', () => {
  it('asks for nothing and stores nothing while nothing is started', async () => {
    const tab = openTab()
    const stint = tab.load()
    await tab.pass(60_000)
    expect(tab.relay.sent).toEqual([])
    expect(await tab.stored()).toEqual({})
    expect({ ...localStorage }).toEqual({})
    expect(stint.current).toBe(null)
    expect(stint.getSnapshot()).toEqual({
      run: null,
      learner: 'asking',
      context: null,
      sync: 'waiting',
      unkept: { rows: 0, ms: 0 },
      lost: { rows: 0, ms: 0 },
      problem: null,
    })
  })

  it('sends what an earlier page left behind, though nothing is started', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    tab.relay.isUp = false
    await tab.pass(3_000)
    stint.close()
    await idle()
    tab.relay.isUp = true
    tab.load()
    await idle()
    expect(tab.relay.sent.at(-1)?.path).toBe('/v1/entries')
    const left = Object.keys(await tab.stored()).filter((key) => key.startsWith('entry:'))
    expect(left).toEqual([])
  })

  it('finds the relay behind an address with slashes at its end', async () => {
    const tab = openTab()
    tab.load({ relay: 'https://relay.example//' }).start(ACTIVITY)
    await idle()
    expect(tab.relay.sent.map(({ path }) => path)).toEqual(['/v1/grants', '/v1/entries'])
  })
})

describe('start', () => {
  it('gives the run that is then the current one', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    expect(stint.current).toBe(run)
    expect(run).toMatchObject({ id: 'fractions', isPaused: false, isEnded: false })
    expect(run.startedAt.getTime()).toBe(tab.clock.wall())
  })

  it('opens one leg, also with a subscriber that looks at the run whenever it hears of it', async () => {
    const tab = openTab()
    const stint = tab.load()
    stint.subscribe(() => void stint.getSnapshot())
    const run = stint.start(ACTIVITY)
    await tab.pass(2_000)
    const rows = Object.entries(await tab.stored()).filter(([key]) => key.startsWith('run:'))
    expect(rows.map(([key]) => key)).toEqual([`run:${run.runId}`])
    expect(Object.keys((rows[0]![1] as RunRow).legs)).toHaveLength(1)
  })

  it('throws while another run is open, which goes on undisturbed', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    expect(() => stint.start({ ...ACTIVITY, id: 'decimals' })).toThrow(
      expect.objectContaining({ code: 'run_open' }),
    )
    expect(stint.current).toBe(run)
    await tab.pass(1_000)
    expect(run.totalActiveMs).toBe(2_000)
  })

  it('throws at an activity that is not right, and starts nothing', async () => {
    const tab = openTab()
    const stint = tab.load()
    expect(() => stint.start({ ...ACTIVITY, name: '' } as Activity)).toThrow(
      expect.objectContaining({ code: 'activity_invalid', path: 'name' }),
    )
    await tab.pass(2_000)
    expect(stint.current).toBe(null)
    expect(tab.relay.sent).toEqual([])
  })
})

describe('the host’s own mistakes', () => {
  const fail = () => {
    throw new Error('the host’s mistake')
  }

  function listenForReports() {
    const reportError = vi.fn<(cause: unknown) => void>()
    vi.stubGlobal('reportError', reportError)
    return reportError
  }

  it('in a callback stop nothing, and are reported', async () => {
    const tab = openTab()
    const reportError = listenForReports()
    const { run } = await tab.start({ onPause: fail, onResume: fail, onFlush: fail, onError: fail })
    run.pause()
    run.resume()
    await run.end({ totalQuestions: 1 })
    await tab.pass(20_000)
    expect(run.totalActiveMs).toBe(20_000)
    expect(await run.end()).toEqual({ saved: 'relay' })
    expect(reportError.mock.calls.length).toBeGreaterThanOrEqual(4)
  })

  it('in a subscriber stop nothing, and other subscribers hear all the same', async () => {
    const tab = openTab()
    const reportError = listenForReports()
    const { stint, run } = await tab.start()
    const heard = vi.fn<() => void>()
    stint.subscribe(fail)
    stint.subscribe(heard)
    await tab.pass(20_000)
    expect(heard).toHaveBeenCalled()
    expect(reportError).toHaveBeenCalled()
    expect(await run.end()).toEqual({ saved: 'relay' })
  })
})

describe('getSnapshot', () => {
  it('is the same object until something changes, and then another', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    const first = stint.getSnapshot()
    tab.interact()
    await tab.pass(500)
    expect(stint.getSnapshot()).toBe(first)
    await tab.pass(500)
    const second = stint.getSnapshot()
    expect(second).not.toBe(first)
    run.pause()
    expect(stint.getSnapshot()).not.toBe(second)
    expect(stint.getSnapshot()).toMatchObject({
      run: { runId: run.runId, activity: ACTIVITY, presence: 'paused', isPaused: true },
      learner: 'known',
      sync: 'saved',
    })
  })

  it('shows the last run after its end', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await run.end()
    expect(stint.getSnapshot().run).toMatchObject({ runId: run.runId, isEnded: true })
  })

  it('tells subscribers of what they see, until they unsubscribe', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    const heard = vi.fn<() => void>()
    const unsubscribe = stint.subscribe(heard)
    run.pause()
    expect(heard).toHaveBeenCalledOnce()
    unsubscribe()
    run.resume()
    expect(heard).toHaveBeenCalledOnce()
  })

  it('tries again at once when the browser is online again, however long it should have waited', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    tab.relay.isUp = false
    await tab.pass(120_000)
    tab.relay.isUp = true
    dispatchEvent(new Event('online'))
    await idle()
    expect(stint.getSnapshot().sync).toBe('saved')
  })

  it('says offline while the relay is away, and saved when it is back', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    tab.relay.isUp = false
    await tab.pass(15_000)
    expect(stint.getSnapshot().sync).toBe('offline')
    tab.relay.isUp = true
    await tab.pass(5_000)
    expect(stint.getSnapshot().sync).toBe('saved')
  })
})

it.each<[string, () => Promise<void>]>([
  ['keeps', async () => {}],
  ['has emptied', () => clear(createStore('stint', 'outbox'))],
])(
  'two relays on one origin, whose storage the browser %s, get no grant of each other’s',
  async (_, act) => {
    const tab = openTab()
    const { run } = await tab.start()
    tab.relay.isUp = false
    // Longer than until the second copy of what was seen is due.
    await tab.pass(70_000)
    tab.crash()
    await act()
    tab.relay.isUp = true
    const from = tab.relay.sent.length
    tab.load({ relay: 'https://other.example' })
    await idle()
    expect(tab.relay.sent.slice(from)).toEqual([])
    tab.load()
    await idle()
    const entries = tab.relay.sent.slice(from).flatMap(({ body }) => body.entries as Entry[])
    expect(entries.filter(({ id }) => id.startsWith(run.runId))).not.toEqual([])
  },
)

describe('close', () => {
  it('keeps the time so far, completes nothing, and leaves neither timer nor listener', async () => {
    const types: string[] = []
    const add = vi.spyOn(globalThis, 'addEventListener')
    const remove = vi.spyOn(globalThis, 'removeEventListener')
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_234)
    stint.close()
    await tab.pass(3_000)
    for (const [type] of add.mock.calls) types.push(type)
    for (const [type] of remove.mock.calls) types.splice(types.indexOf(type), 1)
    expect(add).toHaveBeenCalled()
    expect(types).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
    expect(stint.current).toBe(null)
    expect(run.totalActiveMs).toBe(1_234)
    expect([...tab.relay.entries.values()].map(({ type }) => type)).toEqual(['start', 'slice'])
    vi.restoreAllMocks()
  })

  it('is for good: a later start throws and counts nothing, and another Stint goes on with the run', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    stint.close()
    expect(() => stint.start({ ...ACTIVITY, replace: true })).toThrow(
      expect.objectContaining({ code: 'stint_closed' }),
    )
    expect(stint.current).toBe(null)
    const next = await tab.start()
    await tab.pass(1_000)
    expect(next.run.runId).toBe(run.runId)
    expect(next.run.totalActiveMs).toBe(2_000)
  })

  it('makes no more requests, and tells no subscriber any more', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(1_000)
    const heard = vi.fn<() => void>()
    stint.subscribe(heard)
    // Its last words do not get through, which would be news to a subscriber.
    tab.relay.isUp = false
    stint.close()
    const told = heard.mock.calls.length
    await idle()
    tab.relay.isUp = true
    const before = tab.relay.sent.length
    dispatchEvent(new Event('online'))
    tab.show('hidden')
    tab.show('visible')
    await tab.pass(60_000)
    expect(tab.relay.sent).toHaveLength(before)
    expect(heard).toHaveBeenCalledTimes(told)
  })
})
