// @vitest-environment happy-dom
// Runs that a learner ended before the relay could say that they are not the one for whom this tab had kept them.

import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/contract/entry.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

type Tab = ReturnType<typeof openTab>

const ADA = { id: 'g1', token: 'token-g1', learnerKey: 'ada' }
const BEN = { id: 'g2', token: 'token-g2', learnerKey: 'ben' }
const RESULT = { totalQuestions: 5, correctQuestions: 4 }

/** What was sent with Ben's grant, the furthest copy of each entry. */
function sentAsBens(tab: Tab): Entry[] {
  const all = tab.relay.sent
    .filter(({ path, body }) => path === '/v1/entries' && body.grant === BEN.token)
    .flatMap(({ body }) => body.entries as Entry[])
  return [...new Map(all.map((entry) => [entry.id, entry])).values()]
}

const toRunIds = (entries: Entry[]) => new Set(entries.map(({ id }) => id.split('/')[0]))

/** Ada works for 5 s, and her page goes; then Ben works for 5 s without a network, and goes on with what her tab kept. */
async function openBens() {
  const tab = openTab()
  tab.relay.grant = ADA
  const before = await tab.start()
  await tab.pass(5_000)
  tab.leave()
  before.stint.close()
  await idle()
  tab.relay.isUp = false
  tab.relay.grant = BEN
  const { stint, run } = await tab.start()
  const adas = run.runId
  expect(adas).toBe(before.run.runId)
  await tab.pass(5_000)
  const goOnline = () => {
    tab.relay.isUp = true
    return stint.flush()
  }
  return { tab, stint, run, adas, goOnline }
}

describe('before the relay says that somebody else is signed in', () => {
  it('a run that they completed is theirs, with its result and without the legs of the former', async () => {
    const { tab, stint, run, adas, goOnline } = await openBens()
    void run.end(RESULT)
    await tab.pass(5_000)
    await goOnline()
    expect(run.runId).not.toBe(adas)
    const bens = sentAsBens(tab)
    expect(toRunIds(bens)).toEqual(new Set([run.runId]))
    expect(bens.map(({ type }) => type).toSorted()).toEqual(['end', 'slice', 'start'])
    expect(toSpans(bens)).toEqual([['active', 0, 5_000, 0]])
    const legs = bens.flatMap((entry) => (entry.type === 'end' ? [entry.legs] : []))
    expect(legs).toEqual([{ [bens[0]!.id.split('/')[1]!]: { slices: 1, reach: 5_000 } }])
    expect(stint.getSnapshot().run).toMatchObject({ runId: run.runId, isContinued: false })
  })

  it('a run that they left open is theirs to go on with', async () => {
    const { tab, stint, run, adas, goOnline } = await openBens()
    void run.end()
    await tab.pass(5_000)
    await goOnline()
    const next = stint.start(ACTIVITY)
    await tab.pass(2_000)
    expect(next.runId).toBe(run.runId)
    expect(next.totalActiveMs).toBe(7_000)
    await stint.flush()
    expect(toRunIds(sentAsBens(tab))).toEqual(new Set([run.runId]))
    expect(run.runId).not.toBe(adas)
  })

  it('a run that another one took the place of is theirs', async () => {
    const { tab, stint, run, adas, goOnline } = await openBens()
    const next = stint.start({ ...ACTIVITY, id: 'decimals', replace: true })
    await tab.pass(5_000)
    await goOnline()
    expect(toRunIds(sentAsBens(tab))).toEqual(new Set([run.runId, next.runId]))
    expect(run.runId).not.toBe(adas)
  })

  it('a run that they ended and went on with is one run of theirs', async () => {
    const { tab, stint, run, adas, goOnline } = await openBens()
    void run.end()
    await tab.pass(1_000)
    const again = stint.start(ACTIVITY)
    await tab.pass(5_000)
    await goOnline()
    await again.end(RESULT)
    const bens = sentAsBens(tab)
    expect(toRunIds(bens)).toEqual(new Set([again.runId]))
    expect(run.runId).toBe(again.runId)
    expect(run.runId).not.toBe(adas)
    expect(toSpans(bens)).toEqual([
      ['active', 0, 5_000, 0],
      ['active', 0, 5_000, 0],
    ])
  })
})
