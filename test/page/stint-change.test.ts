// @vitest-environment happy-dom
// A computer that several learners use: what is the one's stays the one's, and the other sees nothing of it.

import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/contract/entry.ts'
import { readTabRun } from '../../src/page/tab-run.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

type Tab = ReturnType<typeof openTab>

const ADA = { id: 'g1', token: 'token-g1', learnerKey: 'ada' }
const BEN = { id: 'g2', token: 'token-g2', learnerKey: 'ben' }
const RESULT = { totalQuestions: 5, correctQuestions: 4 }

/** What was sent with a grant, the furthest copy of each entry. */
function sentWith(tab: Tab, token: string): Entry[] {
  const all = tab.relay.sent
    .filter(({ path, body }) => path === '/v1/entries' && body.grant === token)
    .flatMap(({ body }) => body.entries as Entry[])
  return [...new Map(all.map((entry) => [entry.id, entry])).values()]
}

const toRunIds = (entries: Entry[]) => [...new Set(entries.map(({ id }) => id.split('/')[0]))]

/** What the last page asked for a grant with. */
const readLastRequest = (tab: Tab) =>
  tab.relay.sent.findLast(({ path }) => path === '/v1/grants')!.body

/** Ada works for 5 s, and her page goes. */
async function openAfterAda() {
  const tab = openTab()
  tab.relay.grant = ADA
  const { stint, run } = await tab.start()
  await tab.pass(5_000)
  tab.leave()
  stint.close()
  await idle()
  return { tab, adas: run.runId }
}

describe('when somebody else is signed in after a reload', () => {
  it('a run of theirs begins, which has their time from the page’s first moment and nothing else', async () => {
    const { tab, adas } = await openAfterAda()
    tab.relay.grant = BEN
    const { stint } = await tab.start()
    await tab.pass(3_000)
    const { runId } = stint.current!
    expect(runId).not.toBe(adas)
    expect(stint.getSnapshot().run).toMatchObject({
      runId,
      isContinued: false,
      startedAt: tab.clock.wall() - 3_000,
      totals: { active: 3_000 },
    })
    await stint.current!.end(RESULT)
    const bens = sentWith(tab, BEN.token)
    expect(toRunIds(bens)).toEqual([runId])
    expect(toSpans(bens)).toEqual([['active', 0, 3_000, 0]])
    expect(bens.find(({ type }) => type === 'end')).toMatchObject({
      legs: { [bens[0]!.id.split('/')[1]!]: { slices: 1, reach: 3_000 } },
    })
  })

  it('the former run is not ended and gets nothing of their time', async () => {
    const { tab, adas } = await openAfterAda()
    tab.relay.grant = BEN
    const { stint } = await tab.start()
    await tab.pass(3_000)
    await stint.current!.end(RESULT)
    const hers = [...tab.relay.entries.values()].filter(({ id }) => id.startsWith(adas))
    expect(hers.map(({ type }) => type)).toEqual(['start', 'slice'])
    expect(toSpans(hers)).toEqual([['active', 0, 5_000, 0]])
    expect(hers).toEqual(sentWith(tab, ADA.token))
  })

  it('all that they did before the relay could say so is theirs, to the ms, by the same handle', async () => {
    const { tab, adas } = await openAfterAda()
    tab.relay.isUp = false
    tab.relay.grant = BEN
    const { stint, run } = await tab.start()
    expect(run.runId).toBe(adas)
    await tab.pass(50_000)
    tab.interact()
    await tab.pass(80_000)
    tab.relay.isUp = true
    await stint.flush()
    await tab.pass(1_000)
    expect(stint.current).toBe(run)
    expect(run.runId).not.toBe(adas)
    expect(run.totalActiveMs).toBe(110_000)
    expect(run.startedAt.getTime()).toBe(tab.clock.wall() - 131_000)
    expect(await run.end(RESULT)).toEqual({ saved: 'relay' })
    const bens = sentWith(tab, BEN.token)
    expect(toRunIds(bens)).toEqual([run.runId])
    expect(bens.map(({ type }) => type).toSorted()).toEqual([
      'end',
      'slice',
      'slice',
      'slice',
      'start',
    ])
    const spans = toSpans(bens.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    expect(spans.reduce((sum, [, from, to]) => sum + to - from, 0)).toBe(131_000)
    expect(toSpans(sentWith(tab, ADA.token))).toEqual([['active', 0, 5_000, 0]])
  })

  it('what waits for the former learner is still sent as theirs', async () => {
    const tab = openTab()
    tab.relay.grant = ADA
    const { stint, run } = await tab.start()
    tab.relay.isUp = false
    await tab.pass(20_000)
    await run.end(RESULT)
    tab.leave()
    stint.close()
    await idle()
    expect(sentWith(tab, ADA.token).map(({ type }) => type)).toEqual(['start'])
    tab.relay.isUp = true
    tab.relay.grant = BEN
    const next = await tab.start()
    await tab.pass(16_000)
    const hers = sentWith(tab, ADA.token)
    expect(toRunIds(hers)).toEqual([run.runId])
    expect(hers.map(({ type }) => type).toSorted()).toEqual(['end', 'slice', 'start'])
    expect(toSpans(hers)).toEqual([['active', 0, 20_000, 0]])
    expect(toRunIds(sentWith(tab, BEN.token))).toEqual([next.stint.current!.runId])
  })

  it('a reload of theirs goes on with their run, not with the former', async () => {
    const { tab } = await openAfterAda()
    tab.relay.grant = BEN
    const { stint } = await tab.start()
    await tab.pass(3_000)
    const { runId } = stint.current!
    stint.close()
    await idle()
    const next = await tab.start()
    expect(next.run.runId).toBe(runId)
    expect(next.run.totalActiveMs).toBe(3_000)
  })

  it('other activities that the former learner left open in the tab are not theirs either', async () => {
    const { tab, adas } = await openAfterAda()
    tab.relay.grant = BEN
    const stint = tab.load()
    const other = stint.start({ ...ACTIVITY, id: 'decimals' })
    await tab.pass(1_000)
    await other.end(RESULT)
    const run = stint.start(ACTIVITY)
    await idle()
    expect(run.runId).not.toBe(adas)
    expect(stint.current).toBe(run)
    expect(run.totalActiveMs).toBe(0)
  })

  it('nothing of it is gone on with when they worked on another page meanwhile, even before the relay says so', async () => {
    const { tab, adas } = await openAfterAda()
    tab.tellOther('ben')
    tab.relay.isUp = false
    const { run } = await tab.start()
    expect(run.runId).not.toBe(adas)
    expect(run.totalActiveMs).toBe(0)
  })

  it('and nobody was in between, what was seen meanwhile is nobody’s', async () => {
    const { tab, adas } = await openAfterAda()
    tab.relay.isSignedIn = false
    const { run } = await tab.start()
    await tab.pass(130_000)
    tab.relay.isSignedIn = true
    tab.relay.grant = BEN
    await tab.pass(30_000)
    expect(run.runId).not.toBe(adas)
    const bens = sentWith(tab, BEN.token)
    expect(toRunIds(bens)).toEqual([run.runId])
    // The slice that was open when they came reaches back a minute at most.
    expect(toSpans(bens)[0]![1]).toBeGreaterThanOrEqual(70_000)
    const hers = sentWith(tab, ADA.token)
    expect(toSpans(hers)).toEqual([['active', 0, 5_000, 0]])
  })
})

describe('when somebody else is signed in at the next grant of an open page', () => {
  async function openTwelveHoursLater() {
    const tab = openTab()
    tab.relay.grant = ADA
    const { stint, run } = await tab.start()
    await tab.pass(5_000)
    tab.relay.grant = BEN
    tab.sleep(12 * 3_600_000)
    await tab.pass(16_000)
    return { tab, stint, run }
  }

  it('the former run is closed with its time, and theirs begins there', async () => {
    const { tab, stint, run } = await openTwelveHoursLater()
    expect(run.isEnded).toBe(true)
    expect(stint.current!.runId).not.toBe(run.runId)
    expect(toRunIds(sentWith(tab, ADA.token))).toEqual([run.runId])
    expect(toRunIds(sentWith(tab, BEN.token))).toEqual([stint.current!.runId])
    expect(toSpans(sentWith(tab, ADA.token))[0]).toEqual(['active', 0, 5_000, 0])
  })

  it('a result that the host gives to the former run is taken for neither', async () => {
    const { tab, run } = await openTwelveHoursLater()
    await run.end(RESULT)
    await tab.pass(16_000)
    expect([...tab.relay.entries.values()].filter(({ type }) => type === 'end')).toEqual([])
  })
})

describe('when somebody else comes on another page of the browser', () => {
  async function openBeside() {
    const tab = openTab()
    tab.relay.grant = ADA
    const { stint, run } = await tab.start()
    await tab.pass(4_500)
    tab.show('hidden')
    await tab.pass(500)
    tab.relay.grant = BEN
    tab.tellOther('ben')
    return { tab, stint, run }
  }

  it('the run is closed at once, with all its time, and nothing of it is shown', async () => {
    const { tab, stint, run } = await openBeside()
    expect(run.isEnded).toBe(true)
    const { learner, run: shown } = stint.getSnapshot()
    expect(learner).toBe('unknown')
    expect(shown!.runId).not.toBe(run.runId)
    expect(shown!.totals.active).toBe(0)
    await idle()
    expect(toSpans(sentWith(tab, ADA.token))).toEqual([
      ['active', 0, 4_500, 0],
      ['hidden', 4_500, 5_000, 4_500],
    ])
  })

  it('nobody is asked for while nobody looks, and nothing is counted', async () => {
    const { tab } = await openBeside()
    await idle()
    const asked = tab.relay.sent.length
    await tab.pass(60_000)
    expect(tab.relay.sent).toHaveLength(asked)
    expect(Object.keys(await tab.stored()).filter((key) => key.startsWith('entry:'))).toEqual([])
  })

  it('the activity is theirs once they come to it, from then on', async () => {
    const { tab, stint } = await openBeside()
    await tab.pass(90_000)
    tab.show('visible')
    await tab.pass(3_000)
    expect(stint.getSnapshot().learner).toBe('known')
    await stint.flush()
    const bens = sentWith(tab, BEN.token)
    expect(toRunIds(bens)).toEqual([stint.current!.runId])
    expect(toSpans(bens).filter(([presence]) => presence === 'active')).toHaveLength(1)
    expect(toSpans(bens).at(-1)).toEqual(['active', 90_000, 93_000, 90_000])
  })

  it('a run that had ended is not shown any more', async () => {
    const tab = openTab()
    tab.relay.grant = ADA
    const { stint, run } = await tab.start()
    await run.end(RESULT)
    expect(stint.getSnapshot().run?.isEnded).toBe(true)
    tab.tellOther('ben')
    expect(stint.getSnapshot().run).toBeNull()
  })

  it('what the tab got for its ticket is forgotten', async () => {
    const tab = openTab()
    tab.relay.grant = { ...ADA, renewal: 'renewal-1' }
    const { stint } = await tab.start({ ticket: 'a-ticket' })
    tab.tellOther('ben')
    await idle()
    stint.close()
    tab.relay.isSignedIn = false
    await tab.start()
    expect(readLastRequest(tab)).not.toHaveProperty('renewal')
  })

  it('also when this tab slept through it', async () => {
    const tab = openTab()
    tab.relay.grant = { ...ADA, renewal: 'renewal-1' }
    const { stint } = await tab.start({ ticket: 'a-ticket' })
    stint.close()
    await idle()
    tab.tellOther('ben')
    await tab.start()
    expect(readLastRequest(tab)).not.toHaveProperty('renewal')
  })

  it('each page says who came, for the others to hear', async () => {
    const tab = openTab()
    tab.relay.grant = ADA
    await tab.start()
    expect(localStorage['stint:learner:https://relay.example']).toBe('ada')
  })

  it('nothing changes when it is the same learner, or nobody was known here', async () => {
    const tab = openTab()
    tab.relay.grant = ADA
    const { stint, run } = await tab.start()
    tab.tellOther('ada')
    expect([stint.current, stint.getSnapshot().learner]).toEqual([run, 'known'])
    stint.close()
    tab.relay.isUp = false
    const next = await tab.start()
    tab.tellOther('ben')
    expect([next.stint.current, next.stint.getSnapshot().learner]).toEqual([next.run, 'asking'])
  })
})

it('the tab remembers whose run it keeps, also through a page that never heard', async () => {
  const { tab } = await openAfterAda()
  expect(readTabRun(ACTIVITY)?.learnerKey).toBe('ada')
  tab.relay.isUp = false
  await tab.start()
  await tab.pass(2_000)
  expect(readTabRun(ACTIVITY)?.learnerKey).toBe('ada')
})
