// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { sliceSchema, type FlagMetric } from '../../src/contract/entry.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import { openTab, toSpans } from './tab.ts'

describe('a run that is flagged', () => {
  it('counts as the host says from that instant on, until it says so no more', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_200)
    run.flag('waste', 'guessing')
    await tab.pass(2_100)
    run.unflag()
    await tab.pass(700)
    await stint.flush()
    const rows = [...tab.relay.entries.values()].filter(({ type }) => type === 'slice')
    for (const row of rows) expect(sliceSchema.safeParse(row).error).toBeUndefined()
    expect(toSpans(rows)).toEqual([
      ['active', 0, 1_200, 0],
      ['flag', 1_200, 3_300, 1_200, 'waste', 'guessing'],
      ['active', 3_300, 4_000, 3_300],
    ])
    expect(stint.getSnapshot().run?.totals).toEqual({ ...NO_TIME, active: 1_900, waste: 2_100 })
  })

  it.each<FlagMetric>(['waste', 'anti-pattern', 'unknown'])(
    'counts as %s whatever the learner does meanwhile, and needs no reason',
    async (metric) => {
      const tab = openTab()
      const { stint, run } = await tab.start()
      run.flag(metric)
      await tab.pass(1_000)
      tab.interact()
      tab.show('hidden')
      await tab.pass(1_000)
      tab.show('visible')
      await tab.pass(1_000)
      await stint.flush()
      expect(toSpans(tab.relay.entries.values())).toEqual([['flag', 0, 3_000, 0, metric]])
      expect(stint.getSnapshot().run).toMatchObject({
        presence: 'flag',
        totals: { ...NO_TIME, [metric]: 3_000 },
      })
    },
  )

  it('can be flagged as something else in between, and each stretch keeps what was said of it', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    run.flag('waste', 'guessing')
    await tab.pass(1_000)
    run.flag('anti-pattern', 'answer-search')
    await tab.pass(500)
    run.flag('anti-pattern', 'answer-search')
    await tab.pass(500)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values()).map(([, , to, , ...what]) => [to, ...what])).toEqual(
      [
        [1_000, 'waste', 'guessing'],
        [1_500, 'anti-pattern', 'answer-search'],
        [2_000, 'anti-pattern', 'answer-search'],
      ],
    )
    expect(stint.getSnapshot().run?.totals).toEqual({
      ...NO_TIME,
      waste: 1_000,
      'anti-pattern': 1_000,
    })
  })

  it('is paused while it is paused, and flagged again afterwards', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    run.flag('waste', 'guessing')
    await tab.pass(1_000)
    run.pause()
    await tab.pass(1_000)
    run.resume()
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values())).toEqual([
      ['flag', 0, 1_000, 0, 'waste', 'guessing'],
      ['paused', 1_000, 2_000, 1_000],
      ['flag', 2_000, 3_000, 2_000, 'waste', 'guessing'],
    ])
  })

  it('is as it was if there was nothing to take back', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    run.unflag()
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_000, 0]])
  })

  it.each<[path: string, metric: string, reason?: string]>([
    ['metric', 'active'],
    ['metric', 'inactive'],
    ['metric', 'wasted'],
    ['metric', ''],
    ['reason', 'waste', ''],
    ['reason', 'waste', 'x'.repeat(25)],
    ['reason', 'waste', 'he said “no”'],
    ['reason', 'waste', 'a/b'],
    ['reason', 'waste', 'two\nlines'],
  ])('throws and names %s at flag(%j, %j), and nothing is flagged', async (path, ...given) => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    expect(() => run.flag(...(given as [FlagMetric, string?]))).toThrow(
      expect.objectContaining({ code: 'flag_invalid', path }),
    )
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values())).toEqual([['active', 0, 2_000, 0]])
  })

  it('changes nothing of a run that has ended', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    await run.end({})
    run.flag('waste')
    run.unflag()
    await tab.pass(2_000)
    expect(stint.getSnapshot().run?.totals).toEqual({ ...NO_TIME, active: 1_000 })
  })
})
