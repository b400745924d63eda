// @vitest-environment happy-dom
// A browser that keeps nothing: time is counted and sent all the same, and the host is told once.

import { IDBDatabase } from 'fake-indexeddb'
import { describe, expect, it, vi } from 'vitest'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

/** Fails each opening of the database, as a full disk does: later, through its event. */
const failing = {
  open() {
    const request = { error: new Error('quota'), onerror: () => {} }
    queueMicrotask(() => request.onerror())
    return request
  },
}

/** As in a sandboxed frame. */
const forbidden = {
  open() {
    throw new DOMException('denied', 'SecurityError')
  },
}

const hanging = { open: () => ({}) }

describe.each([
  ['fails', failing],
  ['is forbidden', forbidden],
  ['is not there', undefined],
])('with a storage that %s', (_, indexedDB) => {
  function open() {
    const tab = openTab()
    vi.stubGlobal('indexedDB', indexedDB)
    return tab
  }

  it('the relay gets everything, and the host hears of it once', async () => {
    const tab = open()
    const onError = vi.fn<(error: unknown) => void>()
    const { stint, run } = await tab.start({ onError })
    await tab.pass(20_000)
    expect(stint.getSnapshot().sync).toBe('memory')
    expect(await run.end({})).toEqual({ saved: 'relay' })
    expect([...tab.relay.entries.values()].map(({ type }) => type)).toEqual([
      'start',
      'slice',
      'end',
    ])
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 20_000, 0]])
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'storage_failed' }),
    )
  })

  it('the relay has it within a second or so, since no disk has', async () => {
    const tab = open()
    const { stint } = await tab.start()
    await tab.pass(10_000)
    expect(toSpans(tab.relay.entries.values()).at(-1)?.[2]).toBeGreaterThanOrEqual(9_000)
    // No more than what is under way.
    expect(stint.getSnapshot().unkept.ms).toBeLessThanOrEqual(1_000)
  })

  it('what no disk has and the relay has not either is counted to the ms', async () => {
    const tab = open()
    const { stint } = await tab.start()
    await tab.pass(4_800)
    tab.relay.isUp = false
    await tab.pass(120_000)
    const reached = toSpans(tab.relay.entries.values()).at(-1)![2]
    expect(reached).toBeGreaterThan(3_000)
    const { rows, ms } = stint.getSnapshot().unkept
    expect(rows).toBe(3)
    expect(ms).toBe(124_800 - reached)
    tab.relay.isUp = true
    await tab.pass(300_000)
    expect(stint.getSnapshot().unkept.rows).toBeLessThanOrEqual(1)
  })

  it('a run that ends offline is in memory only, and says so', async () => {
    const tab = open()
    const { run } = await tab.start()
    tab.relay.isUp = false
    expect(await run.end({})).toEqual({ saved: 'memory' })
    tab.relay.isUp = true
    await tab.pass(20_000)
    expect(tab.relay.entries.has(`${run.runId}/end`)).toBe(true)
  })
})

describe('with a storage that hangs', () => {
  it('the page shows within 2 s that it keeps nothing, and sends each second', async () => {
    const tab = openTab()
    vi.stubGlobal('indexedDB', hanging)
    const { stint } = await tab.start()
    await tab.pass(3_000)
    expect(stint.getSnapshot()).toMatchObject({ sync: 'memory', learner: 'known' })
    await tab.pass(7_000)
    expect(toSpans(tab.relay.entries.values()).at(-1)?.[2]).toBeGreaterThanOrEqual(8_000)
  })

  it('end does not hang with it, and what can be sent is sent', async () => {
    const tab = openTab()
    vi.stubGlobal('indexedDB', hanging)
    const stint = tab.load()
    const run = stint.start(ACTIVITY)
    await idle()
    let ended: unknown
    void run.end({}).then((answer) => (ended = answer))
    await tab.pass(3_000)
    expect(ended).toEqual({ saved: 'relay' })
    expect(tab.relay.entries.has(`${run.runId}/end`)).toBe(true)
  })
})

describe('with a storage that fails, works and fails again', () => {
  it('the relay has it within a second or so each time, and the host hears of it once', async () => {
    const tab = openTab()
    const onError = vi.fn<(error: unknown) => void>()
    const { stint } = await tab.start({ onError })
    for (let round = 0; round < 3; round += 1) {
      // Just after a flush: the next one is far.
      const { length } = tab.relay.sent
      while (tab.relay.sent.length === length) await tab.pass(1_000)
      const broken = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
        throw new DOMException('lost', 'InvalidStateError')
      })
      for (let second = 0; second < 10; second += 1) {
        await tab.pass(1_000)
        expect(stint.getSnapshot().unkept.ms).toBeLessThanOrEqual(2_000)
      }
      expect(stint.getSnapshot().sync).toBe('memory')
      expect(stint.getSnapshot().problem?.code).toBe(round ? undefined : 'storage_failed')
      broken.mockRestore()
      await tab.pass(20_000)
      expect(stint.getSnapshot()).toMatchObject({ sync: 'saved', problem: null })
      // In its own time again.
      const before = tab.relay.sent.length
      await tab.pass(30_000)
      expect(tab.relay.sent.length - before).toBe(2)
    }
    expect(onError).toHaveBeenCalledOnce()
  })
})
