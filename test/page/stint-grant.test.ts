// @vitest-environment happy-dom
// A relay that does not know a grant any more: its secret has changed, or the page slept for weeks.

import { describe, expect, it } from 'vitest'
import { idle, openTab, toSpans } from './tab.ts'

/** A page whose grant the relay forgot in the tenth second. */
async function openStale() {
  const tab = openTab()
  const { stint, run } = await tab.start()
  await tab.pass(10_000)
  tab.relay.stale.add('token-g1')
  tab.relay.grant = { id: 'g2', token: 'token-g2' }
  return { tab, stint, run }
}

const asked = ({ relay }: ReturnType<typeof openTab>) =>
  relay.sent.filter(({ path }) => path === '/v1/grants').length

describe('a grant that the relay knows no more', () => {
  it('is followed by a new one, and the page goes on without losing a ms', async () => {
    const { tab, run } = await openStale()
    await tab.pass(30_000)
    expect(asked(tab)).toBe(2)
    expect(await run.end({})).toEqual({ saved: 'relay' })
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 40_000, 0]])
    const left = Object.keys(await tab.stored()).filter((key) => key.startsWith('entry:'))
    expect(left).toEqual([])
  })

  it('costs no row if the page dies before the new one comes', async () => {
    const { tab, run } = await openStale()
    await tab.pass(6_000)
    tab.crash()
    expect(Object.keys(await tab.stored())).toContainEqual(
      expect.stringContaining(`entry:${run.runId}/`),
    )
    // The operator has put the secret back.
    tab.relay.stale.clear()
    tab.load()
    await idle()
    expect(toSpans(tab.relay.entries.values()).at(-1)?.[2]).toBeGreaterThanOrEqual(15_000)
  })

  it('is asked for ever more seldom by a page whose new ones are not known either', async () => {
    const { tab, stint } = await openStale()
    tab.relay.stale.add('token-g2')
    await tab.pass(600_000)
    expect(asked(tab)).toBeLessThan(30)
    expect(stint.getSnapshot().problem).toMatchObject({ code: 'relay_refused' })
  })

  it('has the page say that what waits is on this device, and not that all is saved', async () => {
    const { tab, stint } = await openStale()
    tab.relay.stale.add('token-g2')
    await tab.pass(300_000)
    expect(stint.getSnapshot().sync).toBe('offline')
    tab.relay.stale.clear()
    tab.relay.grant = { id: 'g3', token: 'token-g3' }
    await tab.pass(300_000)
    expect(stint.getSnapshot().sync).toBe('saved')
  })

  it('does not hand a learner’s rows to the next one', async () => {
    const { tab, run } = await openStale()
    tab.relay.grant = { id: 'g2', token: 'token-g2', learnerKey: 'bob' }
    await tab.pass(60_000)
    const rows = Object.entries(await tab.stored()).filter(([key]) => key.startsWith('entry:'))
    const former = rows.filter(([key]) => key.startsWith(`entry:${run.runId}/`))
    expect(former).not.toEqual([])
    expect(former.every(([, row]) => (row as { grantId: string }).grantId === 'g1')).toBe(true)
  })
})
