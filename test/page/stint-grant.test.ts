// @vitest-environment happy-dom
// A grant that is good no more: the relay's secret has changed, the page slept for weeks, or a sitting ran out unseen.

import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/contract/entry.ts'
import type { GrantRequest } from '../../src/contract/grant.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

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

describe('a sitting that ran out while there was no network', () => {
  /** The page works for 20 s, sleeps through the night, and works on without a network. */
  async function openNextDay(next: { learnerKey?: string } = {}) {
    const tab = openTab()
    tab.relay.grant = { opensAt: 0, closesAt: 12 * 3_600_000 }
    const { stint, run } = await tab.start()
    await tab.pass(20_000)
    tab.relay.isUp = false
    await tab.pass(20_000)
    tab.sleep(14 * 3_600_000)
    const wokeAt = tab.clock.wall() - run.startedAt.getTime()
    for (let minute = 0; minute < 5; minute += 1) {
      tab.interact()
      await tab.pass(60_000)
    }
    tab.relay.grant = { id: 'g2', token: 'token-g2', ...next }
    const from = tab.relay.sent.length
    const spansOf = (token: string) => {
      const sent = tab.relay.sent.slice(from).filter(({ body }) => body.grant === token)
      return toSpans(sent.flatMap(({ body }) => body.entries as Entry[]))
    }
    return { tab, stint, run, wokeAt, spansOf }
  }

  it('costs no time: what was seen since goes out with the next grant, which covers it', async () => {
    const { tab, stint, run, wokeAt, spansOf } = await openNextDay()
    tab.relay.isUp = true
    await stint.flush()
    const { body } = tab.relay.sent.findLast(({ path }) => path === '/v1/grants')!
    const { startedAt } = body as unknown as GrantRequest
    expect(startedAt - run.startedAt.getTime()).toBeLessThanOrEqual(wokeAt)
    // What was before the night stays with the grant of that day.
    expect(spansOf('token-g1')).toEqual([['active', 0, 40_000, 0]])
    expect(spansOf('token-g2').at(-1)?.[2]).toBe(wokeAt + 300_000)
  })

  it('keeps what had closed before, with the grant that covers that', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    tab.relay.isUp = false
    await tab.pass(50_000)
    tab.interact()
    await tab.pass(40_000)
    tab.sleep(14 * 3_600_000)
    await tab.pass(5_000)
    tab.relay.grant = { id: 'g2', token: 'token-g2' }
    tab.relay.isUp = true
    await stint.flush()
    const sent = tab.relay.sent.filter(({ body }) => body.grant === 'token-g1')
    expect(toSpans(sent.flatMap(({ body }) => body.entries as Entry[]))).toEqual([
      ['active', 0, 60_000, 0],
      ['active', 60_000, 90_000, 0],
    ])
  })

  it('reaches the relay though the page dies before the next grant', async () => {
    const { tab, run, wokeAt } = await openNextDay()
    tab.crash()
    tab.relay.isUp = true
    tab.load().start({ ...ACTIVITY, id: 'decimals' })
    await tab.pass(1_000)
    const all = [...tab.relay.entries.values()].filter(({ id }) => id.startsWith(run.runId))
    expect(toSpans(all).at(-1)?.[2]).toBeGreaterThanOrEqual(wokeAt + 299_000)
  })

  it('gives nothing of it to another learner who comes then', async () => {
    const { tab, stint, run, wokeAt, spansOf } = await openNextDay({ learnerKey: 'ben' })
    tab.relay.isUp = true
    await stint.flush()
    await tab.pass(16_000)
    const bens = tab.relay.sent.filter(({ body }) => body.grant === 'token-g2')
    const ids = bens.flatMap(({ body }) => (body.entries as Entry[]).map(({ id }) => id))
    expect(ids.filter((id) => id.startsWith(run.runId))).toEqual([])
    expect(spansOf('token-g1').at(-1)?.[2]).toBe(wokeAt + 300_000)
  })
})
