// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import type { EndEntry } from '../../src/contract/entry.ts'
import { endSchema } from '../../src/contract/entry.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

const RESULT = { totalQuestions: 10, correctQuestions: 8 }

type Tab = ReturnType<typeof openTab>

const toEnds = ({ relay }: Tab) =>
  [...relay.entries.values()].filter((entry): entry is EndEntry => entry.type === 'end')

describe('end with a result', () => {
  it('completes the run: the relay has all of its time and what it came to', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_345)
    expect(await run.end(RESULT)).toEqual({ saved: 'relay' })
    const [end] = toEnds(tab)
    expect(endSchema.safeParse(end).success).toBe(true)
    expect(end).toMatchObject({
      id: `${run.runId}/end`,
      at: 2_345,
      result: RESULT,
      legs: { [end!.legId]: { slices: 1, reach: 2_345 } },
    })
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_345, 0]])
    expect(run.isEnded).toBe(true)
    expect(stint.current).toBe(null)
  })

  it('leaves nothing on this device', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(2_000)
    await run.end(RESULT)
    await idle()
    expect(Object.keys(await tab.stored())).toEqual(['grant:g1'])
    expect(sessionStorage).toHaveLength(0)
  })

  it('counts nothing of what comes after it', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_000)
    await run.end(RESULT)
    tab.interact()
    run.pause()
    await tab.pass(30_000)
    expect(run.totalActiveMs).toBe(2_000)
    expect(stint.getSnapshot().run).toMatchObject({ isEnded: true, totals: { active: 2_000 } })
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_000, 0]])
  })

  it('completes it once: the first call wins, and each is answered', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(1_000)
    const answers = await Promise.all([run.end(RESULT), run.end({ totalQuestions: 1 }), run.end()])
    expect(answers.slice(0, 1)).toEqual([{ saved: 'relay' }])
    await run.end({ totalQuestions: 5, correctQuestions: 5 })
    await run.end()
    await tab.pass(30_000)
    expect(sessionStorage).toHaveLength(0)
    expect(toEnds(tab).map(({ result }) => result)).toEqual([RESULT])
  })

  it.each([
    ['refused', 'field_range'],
    // Another page's came first.
    ['conflict', 'not_the_same'],
  ] as const)(
    'does not say that the relay has a result if the verdict is %s',
    async (verdict, code) => {
      const tab = openTab()
      tab.relay.refuse = ({ type }) =>
        type === 'end'
          ? { index: 0, id: '', verdict, code, path: 'result', message: '' }
          : undefined
      const { run } = await tab.start()
      await tab.pass(1_000)
      expect(await run.end(RESULT)).toEqual({ saved: 'device' })
    },
  )

  it('says on this device when there is no network, and arrives when there is one', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(1_500)
    tab.relay.isUp = false
    expect(await run.end(RESULT)).toEqual({ saved: 'device' })
    expect(Object.keys(await tab.stored())).toContain(`entry:${run.runId}/end`)
    tab.relay.isUp = true
    await tab.pass(20_000)
    expect(toEnds(tab)).toHaveLength(1)
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 1_500, 0]])
    expect(Object.keys(await tab.stored())).toEqual(['grant:g1'])
  })

  it('says in memory when nothing could be kept or sent: there is no grant yet', async () => {
    const tab = openTab()
    tab.relay.isUp = false
    const { run } = await tab.start()
    expect(await run.end(RESULT)).toEqual({ saved: 'memory' })
    tab.relay.isUp = true
    await tab.pass(20_000)
    expect(toEnds(tab)).toHaveLength(1)
  })

  it('waits for a grant that is on its way, and arrives with it', async () => {
    const tab = openTab()
    const stint = tab.load()
    const run = stint.start(ACTIVITY)
    expect(await run.end(RESULT)).toEqual({ saved: 'relay' })
    expect(toEnds(tab)).toHaveLength(1)
  })

  it('is not thought refused because another run’s rows were', async () => {
    const tab = openTab()
    tab.relay.refuse = ({ id }) =>
      id.startsWith('another/')
        ? { index: 0, id, verdict: 'refused', code: 'field_range', path: '', message: '' }
        : undefined
    const stint = tab.load()
    const another = stint.start({ ...ACTIVITY, runId: 'another' })
    expect(await another.end()).toEqual({ saved: 'device' })
    const run = stint.start({ ...ACTIVITY, runId: 'this' })
    await idle()
    expect(await run.end(RESULT)).toEqual({ saved: 'relay' })
  })

  it('does not wait longer than 3 s for a relay that does not answer', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    tab.relay.isHanging = true
    let ended: unknown
    void run.end(RESULT).then((answer) => (ended = answer))
    await tab.pass(2_900)
    expect(ended).toBeUndefined()
    await tab.pass(200)
    expect(ended).toEqual({ saved: 'device' })
  })
})

describe('end with a result that cannot be right', () => {
  it('says so, leaves the run as it was, and can be tried again', async () => {
    const onError = vi.fn<(error: unknown) => void>()
    const tab = openTab()
    const { run } = await tab.start({ onError })
    await tab.pass(1_000)
    const wrong = { totalQuestions: 8, correctQuestions: 10 }
    expect(await run.end(wrong)).toMatchObject({ error: { code: 'result_invalid' } })
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'result_invalid', path: 'correctQuestions' }),
    )
    expect(run.isEnded).toBe(false)
    await tab.pass(1_000)
    expect(run.totalActiveMs).toBe(2_000)
    expect(await run.end(RESULT)).toEqual({ saved: 'relay' })
    expect(toEnds(tab).map(({ result }) => result)).toEqual([RESULT])
  })

  it('sends none that the relay would refuse: the run would never be completed', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(1_000)
    expect(await run.end({ pctComplete: 100.5 })).toMatchObject({
      saved: 'memory',
      error: { code: 'result_invalid', path: 'pctComplete' },
    })
    expect(run.isEnded).toBe(false)
    const scored = { ...RESULT, score: 0.8 }
    expect(await run.end(scored)).toEqual({ saved: 'relay' })
    expect(toEnds(tab).map((end) => endSchema.safeParse(end).success)).toEqual([true])
  })
})

describe('end without a result', () => {
  it('tells the time, completes nothing, and the same run goes on with the next start', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(2_500)
    expect(await run.end()).toEqual({ saved: 'relay' })
    expect(toEnds(tab)).toEqual([])
    expect(stint.current).toBe(null)

    const next = stint.start(ACTIVITY)
    expect(next.runId).toBe(run.runId)
    expect(next.totalActiveMs).toBe(2_500)
    await tab.pass(1_000)
    await next.end(RESULT)
    const [end] = toEnds(tab)
    expect(Object.values(end!.legs)).toEqual([
      { slices: 1, reach: 2_500 },
      { slices: 1, reach: 1_000 },
    ])
  })

  it('can still be completed afterwards, without any more time', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    await tab.pass(2_500)
    await run.end()
    await tab.pass(5_000)
    expect(await run.end(RESULT)).toEqual({ saved: 'relay' })
    expect(toEnds(tab)).toMatchObject([{ at: 2_500, result: RESULT }])
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_500, 0]])
    expect(sessionStorage).toHaveLength(0)
  })
})

describe('a run after a reload', () => {
  it('goes on with its runId in a leg of its own, and its reading does not drop', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(3_000)
    tab.leave()
    stint.close()
    const again = tab.load()
    const next = again.start(ACTIVITY)
    expect(next.runId).toBe(run.runId)
    expect(next.totalActiveMs).toBe(3_000)
    await tab.pass(2_000)
    expect(next.totalActiveMs).toBe(5_000)
    await next.end(RESULT)
    const [end] = toEnds(tab)
    expect(Object.values(end!.legs).map(({ reach }) => reach)).toEqual([3_000, 2_000])
    expect(end!.at).toBe(2_000)
  })

  it('goes on even if the page was reloaded in its first second', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(300)
    tab.leave()
    stint.close()
    expect(tab.load().start(ACTIVITY).runId).toBe(run.runId)
  })

  it('is not gone on with after its end, nor for another activity', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    const other = { ...ACTIVITY, id: 'decimals' }
    await run.end()
    const second = stint.start(other)
    expect(second.runId).not.toBe(run.runId)
    await second.end(RESULT)
    const third = stint.start(other)
    expect(third.runId).not.toBe(second.runId)
    expect(third.totalActiveMs).toBe(0)
  })

  it('is not gone on with, nor its time taken over, when another runId is given', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(3_000)
    await run.end()
    const next = stint.start({ ...ACTIVITY, runId: 'another' })
    await idle()
    expect([next.runId, next.totalActiveMs]).toEqual(['another', 0])
  })

  it('reads its own time beside another page that goes on with the same run', async () => {
    const tab = openTab()
    const { run } = await tab.start()
    run.pause()
    const other = tab.load().start({ ...ACTIVITY, runId: run.runId })
    await tab.pass(5_000)
    expect(other.totalActiveMs).toBe(5_000)
    expect([run.totalActiveMs, run.elapsedMs]).toEqual([0, 0])
  })

  it('knows what another page of this browser counted, when it is told the runId', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(4_000)
    stint.close()
    await idle()
    sessionStorage.clear()
    tab.relay.isUp = false
    const next = tab.load().start({ ...ACTIVITY, runId: run.runId })
    await idle()
    expect(next.totalActiveMs).toBe(4_000)
    expect(next.elapsedMs).toBe(0)
    tab.relay.isUp = true
    await tab.pass(5_000)
    await next.end(RESULT)
    expect(Object.keys(toEnds(tab)[0]!.legs)).toHaveLength(2)
  })
})
