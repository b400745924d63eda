// @vitest-environment happy-dom
// A learner who has left: so long after the last active instant nothing counts any more, until they are back.

import { describe, expect, it } from 'vitest'
import type { Presence, StartEntry } from '../../src/contract/entry.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import { openTab, toSpans, toSum } from './tab.ts'

const IDLE_AT = 60_000
const LEAVE_AFTER_MS = 60_000
const LEFT_AT = IDLE_AT + LEAVE_AFTER_MS

/** Sooner than by default, so that the tests are quick. */
const POLICY = { ...DEFAULT_POLICY, leaveAfterMs: LEAVE_AFTER_MS, idleWasteAfterMs: 30_000 }

function open() {
  const tab = openTab()
  tab.relay.grant = { policy: POLICY }
  return tab
}

const toStarts = ({ relay }: ReturnType<typeof openTab>) =>
  [...relay.entries.values()].filter((entry): entry is StartEntry => entry.type === 'start')

/** A page whose learner has been gone for 20 s, so that all there was to send is sent. */
async function leave() {
  const told: [Presence, string?][] = []
  const tab = open()
  const { stint, run } = await tab.start({
    onPresence: (presence, reason) => told.push(reason ? [presence, reason] : [presence]),
  })
  await tab.pass(LEFT_AT + 20_000)
  return { tab, stint, run, told, shown: () => stint.getSnapshot().run! }
}

describe('a learner who has left', () => {
  it('is one who was not active for ten minutes, if nobody says otherwise', async () => {
    const tab = openTab()
    const { stint } = await tab.start()
    await tab.pass(659_000)
    expect(stint.getSnapshot().run?.presence).toBe('idle')
    await tab.pass(1_000)
    expect(stint.getSnapshot().run?.presence).toBe('left')
  })

  it('is told of once, and from that very instant nothing counts', async () => {
    const { run, told, shown } = await leave()
    expect(told).toEqual([['active'], ['idle', 'idle'], ['left', 'left']])
    expect(shown().presence).toBe('left')
    expect(run.spans().at(-1)).toEqual({
      presence: 'left',
      metric: undefined,
      reason: 'left',
      from: run.startedAt.getTime() + LEFT_AT,
      to: run.startedAt.getTime() + LEFT_AT + 20_000,
    })
  })

  it('costs nothing: no write, no request, no word to a subscriber', async () => {
    const { tab, stint } = await leave()
    const [stored, sent] = [await tab.stored(), tab.relay.sent.length]
    const kept = JSON.stringify({ ...sessionStorage })
    let changes = 0
    stint.subscribe(() => (changes += 1))
    await tab.pass(120_000)
    expect(changes).toBe(0)
    expect(tab.relay.sent).toHaveLength(sent)
    expect(await tab.stored()).toEqual(stored)
    expect(JSON.stringify({ ...sessionStorage })).toBe(kept)
  })

  it('is shown the same time for as long as they are gone', async () => {
    const { tab, run, shown } = await leave()
    const before = shown()
    await tab.pass(120_000)
    expect(shown()).toBe(before)
    expect(run.totalActiveMs).toBe(IDLE_AT)
  })

  it.each([0, 300, 999])(
    'has all of the time before that with the relay, to the ms (%i ms past a second)',
    async (ms) => {
      const tab = open()
      await tab.start()
      await tab.pass(1_000 + ms)
      tab.interact()
      await tab.pass(LEFT_AT + 20_000)
      const told = toSpans(tab.relay.entries.values()).filter(([presence]) => presence !== 'left')
      const [presence, , to, since] = told.at(-1)!
      expect([presence, since, to]).toEqual(['idle', IDLE_AT + 1_000 + ms, LEFT_AT + 1_000 + ms])
    },
  )

  it('goes on in the same leg when they are back, and was gone for one span', async () => {
    const { tab, stint, shown, told } = await leave()
    await tab.pass(300_000)
    tab.interact()
    await tab.pass(2_000)
    await stint.flush()
    const backAt = LEFT_AT + 320_000
    expect(toSpans(tab.relay.entries.values()).slice(-2)).toEqual([
      ['left', LEFT_AT, backAt, LEFT_AT],
      ['active', backAt, backAt + 2_000, backAt],
    ])
    expect(toStarts(tab)).toHaveLength(1)
    expect(shown()).toMatchObject({
      presence: 'active',
      totals: {
        ...NO_TIME,
        active: 62_000,
        inactive: 30_000,
        waste: 30_000,
        uncounted: 320_000,
      },
    })
    expect(toSum(shown())).toBe(tab.clock.wall() - shown().startedAt)
    expect(told.at(-1)).toEqual(['active'])
  })

  it('leaves a hidden page as well as one that can be seen', async () => {
    const tab = open()
    const { stint } = await tab.start()
    await tab.pass(1_000)
    tab.show('hidden')
    await tab.pass(80_000)
    tab.show('visible')
    await tab.pass(1_000)
    await stint.flush()
    const spans = toSpans(tab.relay.entries.values())
    expect(spans.slice(-2)).toEqual([
      ['left', 61_000, 81_000, 61_000],
      ['active', 81_000, 82_000, 81_000],
    ])
  })

  it('leaves a paused page too, which is still paused when they are back', async () => {
    const tab = open()
    const { stint, run } = await tab.start()
    await tab.pass(1_000)
    run.pause()
    await tab.pass(80_000)
    expect(stint.getSnapshot().run).toMatchObject({ presence: 'left', isPaused: true })
    tab.interact()
    await tab.pass(1_000)
    run.resume()
    await tab.pass(1_000)
    await stint.flush()
    expect(toSpans(tab.relay.entries.values()).slice(-2)).toEqual([
      ['left', 61_000, 82_000, 61_000],
      ['active', 82_000, 83_000, 82_000],
    ])
  })

  it('does not leave while they do something, whatever the host says of it', async () => {
    const tab = open()
    const { stint, run } = await tab.start()
    run.flag('unknown', 'offline-task')
    for (let minute = 0; minute < 4; minute += 1) {
      tab.interact()
      await tab.pass(60_000)
    }
    expect(stint.getSnapshot().run?.totals).toEqual({ ...NO_TIME, unknown: 240_000 })
  })

  it('may end the run from there: it reaches as far as they were there, and says when it ended', async () => {
    const { tab, run } = await leave()
    expect(await run.end({})).toEqual({ saved: 'relay' })
    const end = tab.relay.entries.get(`${run.runId}/end`)
    expect(end).toMatchObject({ at: LEFT_AT + 20_000 })
    expect(toSpans(tab.relay.entries.values()).at(-1)).toEqual([
      'left',
      LEFT_AT,
      LEFT_AT + 20_000,
      LEFT_AT,
    ])
  })
})
