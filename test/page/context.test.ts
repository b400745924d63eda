// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/contract/context.ts'
import { ACTIVITY, idle, openTab } from './tab.ts'

const MINUTE = 60_000

const toContext = (context: Partial<Context> = {}): Context => ({
  v: 1,
  asOf: 0,
  enrolled: true,
  ifNotEnrolled: 'hold',
  course: { name: 'Math 3', subject: 'Math', grade: 3 },
  progress: { lessonsDone: 1, lessons: 4 },
  today: { activeMs: 12 * MINUTE, xpEarned: 10 },
  week: { activeMs: 40 * MINUTE, xpEarned: 31 },
  goals: { activeMinutes: 25, xp: 25 },
  missing: [],
  ...context,
})

describe('the context', () => {
  it('is asked for once the run has a grant, with the reading token and the run’s course', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    const stint = tab.load()
    await tab.pass(20_000)
    expect(tab.relay.asked).toEqual([])
    stint.start(ACTIVITY)
    await idle()
    expect(tab.relay.asked).toEqual([
      { query: '?subject=Math&grade=3', authorization: 'Bearer reading' },
    ])
    expect(stint.context).toEqual(tab.relay.context)
    expect(stint.getSnapshot().context).toBe(stint.context)
  })

  it.each([
    [{ code: 'MATH-3' }, '?code=MATH-3'],
    [{ id: 'course math' }, '?id=course+math'],
  ])('is asked for by %j', async (course, query) => {
    const tab = openTab()
    tab.load().start({ ...ACTIVITY, course })
    await idle()
    expect(tab.relay.asked).toMatchObject([{ query }])
  })

  it('is not asked for again while nothing has changed, but after five minutes', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    await tab.start()
    await tab.pass(4 * MINUTE)
    expect(tab.relay.asked).toHaveLength(1)
    await tab.pass(2 * MINUTE)
    expect(tab.relay.asked).toHaveLength(2)
  })

  it('is asked for again after the run has ended, and then shows what has changed', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    const { stint, run } = await tab.start()
    await run.end({ totalQuestions: 1, correctQuestions: 1 })
    tab.relay.context = toContext({ asOf: 1, today: { activeMs: 13 * MINUTE, xpEarned: 11 } })
    await tab.pass(20_000)
    expect(stint.context?.today).toEqual({ activeMs: 13 * MINUTE, xpEarned: 11 })
    await tab.pass(MINUTE)
    expect(tab.relay.asked).toHaveLength(2)
  })

  it('is asked for after the run has ended until the relay has put it together anew, and no longer', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    const { stint, run } = await tab.start()
    await run.end({ totalQuestions: 1, correctQuestions: 1 })
    // Timeback is slow to take it.
    await tab.pass(MINUTE)
    const asked = tab.relay.asked.length
    expect(asked).toBeGreaterThan(3)
    tab.relay.context = toContext({ asOf: 1, today: { activeMs: 13 * MINUTE, xpEarned: 11 } })
    await tab.pass(15_000)
    expect(stint.context?.today?.xpEarned).toBe(11)
    await tab.pass(4 * MINUTE)
    expect(tab.relay.asked).toHaveLength(asked + 1)
  })

  it('of another course is not shown for the next run’s', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    const { stint, run } = await tab.start()
    await run.end({})
    stint.start({ ...ACTIVITY, course: { code: 'READ-3' } })
    expect(stint.context).toBe(null)
  })

  it('is read with the token that the last answer brought', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    await tab.start()
    await tab.pass(11 * MINUTE)
    expect(tab.relay.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer reading',
      'Bearer reading 1',
      'Bearer reading 2',
    ])
  })

  it('is not asked for with a token that is too old: it would leave an error in the console', async () => {
    const tab = openTab()
    tab.relay.context = toContext()
    const { stint, run } = await tab.start()
    tab.relay.isUp = false
    tab.sleep(20 * MINUTE)
    tab.relay.isUp = true
    await run.end({})
    await tab.pass(MINUTE)
    expect(tab.relay.asked).toHaveLength(1)
    expect(stint.context).toEqual(toContext())
  })

  it('is not asked for where the relay looks nothing up', async () => {
    const tab = openTab()
    tab.relay.grant = { looksUp: false }
    await tab.start()
    await tab.pass(MINUTE)
    expect(tab.relay.asked).toEqual([])
  })

  it('holds up nothing and says nothing where the relay looks nothing up or fails', async () => {
    const errors: unknown[] = []
    const tab = openTab()
    const { stint } = await tab.start({ onError: (error) => errors.push(error) })
    await tab.pass(20_000)
    expect(stint.getSnapshot()).toMatchObject({ context: null, learner: 'known', sync: 'saved' })
    expect(errors).toEqual([])
  })
})

describe('a learner who is not enrolled', () => {
  it.each([
    ['hold', 'known'],
    ['count', 'known'],
    ['preview', 'preview'],
  ] as const)('is counted where the operator says %s, and shown as %s', async (rule, learner) => {
    const tab = openTab()
    tab.relay.context = toContext({ enrolled: false, ifNotEnrolled: rule })
    const { stint, run } = await tab.start()
    expect(stint.getSnapshot().learner).toBe(learner)
    await tab.pass(3_000)
    expect(await run.end({})).toEqual({ saved: 'relay' })
  })

  it('is not counted where the operator says refuse: nothing more is kept or sent', async () => {
    const tab = openTab()
    tab.relay.context = toContext({ enrolled: false, ifNotEnrolled: 'refuse' })
    const { stint, run } = await tab.start()
    expect(stint.getSnapshot().learner).toBe('not-enrolled')
    const sent = [...tab.relay.entries.keys()]
    await tab.pass(30_000)
    expect(await run.end({ totalQuestions: 1, correctQuestions: 1 })).toEqual({ saved: 'memory' })
    await tab.pass(30_000)
    expect([...tab.relay.entries.keys()]).toEqual(sent)
  })

  it('is counted in the next course that has a place for them', async () => {
    const tab = openTab()
    tab.relay.context = toContext({ enrolled: false, ifNotEnrolled: 'refuse' })
    const { stint, run } = await tab.start()
    await run.end()
    tab.relay.context = toContext()
    const next = stint.start({ ...ACTIVITY, course: { code: 'READ-3' } })
    await tab.pass(3_000)
    expect(stint.getSnapshot().learner).toBe('known')
    expect(await next.end({})).toEqual({ saved: 'relay' })
  })

  it('is not taken for one where nobody could say', async () => {
    const tab = openTab()
    tab.relay.context = toContext({ enrolled: null, ifNotEnrolled: 'refuse' })
    const { stint } = await tab.start()
    expect(stint.getSnapshot().learner).toBe('known')
  })
})

describe('the context of a learner who has gone', () => {
  const ADA = { id: 'g1', learnerKey: 'ada', reading: { token: 'ada', until: 0 } }
  const BEN = { id: 'g2', learnerKey: 'ben', reading: { token: 'ben', until: 0 } }
  const BENS = toContext({ today: { activeMs: MINUTE, xpEarned: 1 } })

  /** Ada's page waits for her context when Ben comes on another page, and then to this one. */
  async function openWaiting(visibility: DocumentVisibilityState = 'visible') {
    const tab = openTab()
    let answer = () => {}
    tab.relay.grant = ADA
    tab.relay.context = toContext()
    tab.relay.beforeContext = new Promise<void>((resolve) => (answer = resolve))
    const { stint } = await tab.start()
    expect(tab.relay.asked.map(({ authorization }) => authorization)).toEqual(['Bearer ada'])
    tab.relay.beforeContext = undefined
    tab.relay.grant = BEN
    tab.relay.context = BENS
    tab.show(visibility)
    tab.tellOther('ben')
    return { tab, stint, answer }
  }

  it('is shown to nobody, if its answer comes when they are not here any more', async () => {
    const { stint, answer } = await openWaiting('hidden')
    await idle()
    answer()
    await idle()
    expect(stint.getSnapshot()).toMatchObject({ learner: 'unknown', context: null })
  })

  it('is not shown to the next learner either, who reads with a token of their own', async () => {
    const { tab, stint, answer } = await openWaiting()
    await tab.pass(16_000)
    expect(stint.context).toEqual(BENS)
    answer()
    await idle()
    expect(stint.context).toEqual(BENS)
    await tab.pass(6 * MINUTE)
    // Ada's answer brought `reading 1`.
    expect(tab.relay.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer ada',
      'Bearer ben',
      'Bearer reading 2',
    ])
  })

  it('is not shown, nor read again, once nobody is signed in', async () => {
    const tab = openTab()
    tab.relay.grant = { opensAt: 0, closesAt: 4 * MINUTE }
    tab.relay.context = toContext()
    const { stint } = await tab.start()
    expect(stint.context).not.toBe(null)
    tab.relay.isSignedIn = false
    await tab.pass(3 * MINUTE)
    expect(stint.getSnapshot()).toMatchObject({ learner: 'unknown', context: null })
    await tab.pass(6 * MINUTE)
    expect(tab.relay.asked).toHaveLength(1)
  })
})
