// @vitest-environment happy-dom
// What a host hears of its Stint: flushes, errors, and the problem that is shown.

import { describe, expect, it, vi } from 'vitest'
import { createOutbox } from '../../src/page/outbox.ts'
import { RELAY, RUN_ID, toGrant, toIds, toRunRow, toStartRow } from './rows.ts'
import { ACTIVITY, openTab } from './tab.ts'

describe('onFlush', () => {
  it('tells the active time that the relay has taken, and each ms of it once', async () => {
    const flushed: number[] = []
    const tab = openTab()
    const { run } = await tab.start({ onFlush: (ms) => flushed.push(ms) })
    await tab.pass(40_000)
    await run.end()
    expect(flushed.reduce((sum, ms) => sum + ms, 0)).toBe(40_000)
    expect(Math.min(...flushed)).toBeGreaterThanOrEqual(0)
  })
})

describe('onError', () => {
  it('names what the relay will not take of an entry, and the run goes on', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const tab = openTab()
    tab.relay.refuse = ({ type, id }) =>
      type === 'start'
        ? {
            index: 0,
            id,
            verdict: 'refused',
            code: 'field_value',
            path: 'activity.course.subject',
            message: 'no such subject',
          }
        : undefined
    const { stint, run } = await tab.start({ onError })
    await tab.pass(16_000)
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        code: 'entry_refused',
        path: 'activity.course.subject',
        cause: 'field_value',
      }),
    )
    expect(stint.getSnapshot().problem).toMatchObject({ code: 'entry_refused' })
    expect(run.isEnded).toBe(false)
  })
})

describe('a listener of a run', () => {
  it('is called in the place of the page’s own, and one that is undefined leaves that in its place', async () => {
    const tab = openTab()
    const [own, other] = [vi.fn<(error?: unknown) => void>(), vi.fn<() => void>()]
    const stint = tab.load({ onError: own, onPause: own })
    // As a host without types may write it.
    const more: object = { onError: undefined, onPause: other }
    const run = stint.start({ ...ACTIVITY, ...more })
    await run.end({ totalQuestions: -1 })
    expect(own).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'result_invalid' }))
    run.pause()
    expect(own).toHaveBeenCalledOnce()
    expect(other).toHaveBeenCalledOnce()
  })
})

describe('a problem that is shown', () => {
  it('goes with the first receipt after somebody has signed in, and not before', async () => {
    const tab = openTab()
    tab.relay.isSignedIn = false
    const { stint } = await tab.start()
    // What another page left is taken all the same, by the grant that it had.
    const other = createOutbox(RELAY, () => undefined)
    await other.adopt(toGrant())
    await other.write([toStartRow()], RUN_ID, toRunRow())
    await tab.pass(15_000)
    expect([...tab.relay.entries.keys()]).toEqual(toIds([toStartRow()]))
    expect(stint.getSnapshot()).toMatchObject({
      learner: 'unknown',
      problem: { code: 'relay_refused' },
    })
    tab.relay.isSignedIn = true
    await tab.pass(30_000)
    expect(stint.getSnapshot()).toMatchObject({ learner: 'known', sync: 'saved', problem: null })
  })

  it('stays where it is what the relay will never take', async () => {
    const tab = openTab()
    tab.relay.refuse = ({ type, id }) =>
      type === 'start'
        ? { index: 0, id, verdict: 'refused', code: 'field_value', path: '', message: 'why' }
        : undefined
    const { stint } = await tab.start()
    await tab.pass(40_000)
    expect(stint.getSnapshot()).toMatchObject({ sync: 'saved', problem: { code: 'entry_refused' } })
  })

  it('goes after a result that could not be right, with the next receipt', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await run.end({ totalQuestions: -1 })
    const heard = vi.fn<() => void>()
    stint.subscribe(() => stint.getSnapshot().problem ?? heard())
    expect(stint.getSnapshot().problem).toMatchObject({ code: 'result_invalid' })
    await tab.pass(15_000)
    expect(stint.getSnapshot().problem).toBe(null)
    expect(heard).toHaveBeenCalled()
  })
})
