// @vitest-environment happy-dom
// Whose time it is: known, asked for, nobody's, or a preview that is not told on.

import { describe, expect, it, vi } from 'vitest'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

describe('while the relay has not said who is there', () => {
  it('nothing is stored, and nothing is lost: it goes to the grant that comes', async () => {
    const tab = openTab()
    tab.relay.isUp = false
    const { stint } = await tab.start()
    await tab.pass(3_000)
    expect(stint.getSnapshot().learner).toBe('asking')
    expect(Object.keys(await tab.stored()).filter((key) => !key.startsWith('run:'))).toEqual([])
    tab.relay.isUp = true
    await stint.flush()
    await idle()
    expect(stint.getSnapshot().learner).toBe('known')
    const [start, ...rest] = tab.relay.entries.values()
    expect(start?.type).toBe('start')
    expect(toSpans(rest)).toEqual([['active', 0, 3_000, 0]])
  })

  it('the time of the first of two runs is inside the sitting that is asked for', async () => {
    const tab = openTab()
    const startedAt = tab.clock.wall()
    tab.relay.isUp = false
    const { stint, run } = await tab.start()
    await tab.pass(5_000)
    await run.end({})
    stint.start({ ...ACTIVITY, id: 'decimals' })
    await tab.pass(5_000)
    tab.relay.isUp = true
    await stint.flush()
    const [request] = tab.relay.sent
    expect(request).toMatchObject({ path: '/v1/grants', body: { startedAt } })
    expect([...tab.relay.entries.values()].filter(({ type }) => type === 'start')).toHaveLength(2)
  })

  it('a page that is closed then leaves nothing that the next learner could be given', async () => {
    const tab = openTab()
    tab.relay.isUp = false
    const { stint } = await tab.start()
    await tab.pass(3_000)
    stint.close()
    tab.relay.isUp = true
    sessionStorage.clear()
    tab.relay.grant = { id: 'g2', token: 'token-g2' }
    const next = tab.load()
    const run = next.start({ ...ACTIVITY, id: 'decimals' })
    await tab.pass(16_000)
    const ids = [...tab.relay.entries.keys()]
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.filter((id) => !id.startsWith(run.runId))).toEqual([])
  })
})

describe('when nobody is signed in', () => {
  it('nothing is stored or sent, the host is told once, and the run can be used as ever', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const tab = openTab()
    tab.relay.isSignedIn = false
    const { stint, run } = await tab.start({ onError })
    await tab.pass(40_000)
    run.pause()
    expect(stint.getSnapshot().learner).toBe('unknown')
    expect(await run.end({ totalQuestions: 1, correctQuestions: 1 })).toEqual({ saved: 'memory' })
    const keys = Object.keys(await tab.stored())
    expect(keys.filter((key) => !key.startsWith('run:'))).toEqual([])
    expect(new Set(tab.relay.sent.map(({ path }) => path))).toEqual(new Set(['/v1/grants']))
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'relay_refused', cause: 'not_signed_in' }),
    )
  })

  it('what was seen before is nobody’s: who signs in later does not get it', async () => {
    const tab = openTab()
    tab.relay.isUp = false
    const { stint } = await tab.start()
    await tab.pass(130_000)
    tab.relay.isSignedIn = false
    tab.relay.isUp = true
    await stint.flush()
    expect(stint.getSnapshot().learner).toBe('unknown')
    tab.relay.isSignedIn = true
    await tab.pass(30_000)
    const spans = toSpans(tab.relay.entries.values())
    expect(spans.at(-1)?.[2]).toBeGreaterThanOrEqual(130_000)
    expect(spans[0]?.[1]).toBeGreaterThanOrEqual(120_000)
  })

  it('who signs in later gets what comes from then on, with the leg it belongs to', async () => {
    const tab = openTab()
    tab.relay.isSignedIn = false
    const { stint } = await tab.start()
    await tab.pass(130_000)
    tab.relay.isSignedIn = true
    await tab.pass(15_000)
    await tab.pass(15_000)
    expect(stint.getSnapshot().learner).toBe('known')
    const all = [...tab.relay.entries.values()]
    expect(all.filter(({ type }) => type === 'start')).toHaveLength(1)
    const spans = toSpans(all)
    expect(spans.at(-1)?.[2]).toBeGreaterThan(150_000 - 800)
    // The slice that was open at that moment reaches back a minute at most.
    expect(spans[0]?.[1]).toBeGreaterThanOrEqual(70_000)
  })
})

describe('for a preview', () => {
  it('everything works as for a learner; it is the relay that tells nothing on', async () => {
    const tab = openTab()
    tab.relay.grant = { preview: true }
    const { stint, run } = await tab.start()
    await tab.pass(2_000)
    expect(stint.getSnapshot().learner).toBe('preview')
    expect(await run.end({})).toEqual({ saved: 'relay' })
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_000, 0]])
  })
})
