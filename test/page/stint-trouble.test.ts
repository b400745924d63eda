// @vitest-environment happy-dom
// A browser that keeps nothing: time is counted and sent all the same, and the host is told once.

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
