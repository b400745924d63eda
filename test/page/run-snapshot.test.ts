// @vitest-environment happy-dom
// What a run shows besides its time: for a widget, or a host that draws its own.

import { describe, expect, it } from 'vitest'
import { openTab } from './tab.ts'

/** A run that has gone on for 10 s, and what is to be seen of it. */
async function begin(options = {}) {
  const tab = openTab()
  const { stint, run } = await tab.start(options)
  await tab.pass(10_000)
  return { tab, stint, run, seen: () => stint.getSnapshot().run! }
}

describe('when quiet begins', () => {
  it('is told ahead, as an instant of the page’s own clock', async () => {
    const { seen } = await begin()
    expect(seen().idleAt).toBe(seen().startedAt + 60_000)
  })

  it('moves with each interaction, and is true to the moment', async () => {
    const { tab, seen } = await begin()
    tab.interact()
    await tab.pass(1_000)
    const idleAt = seen().idleAt!
    expect(idleAt).toBe(seen().startedAt + 70_000)
    await tab.pass(58_000)
    expect(seen()).toMatchObject({ presence: 'active', idleAt })
    await tab.pass(2_000)
    expect(seen().presence).toBe('idle')
  })

  it.each(['idle', 'paused', 'hidden', 'ended'])('is not told while %s', async (state) => {
    const { tab, run, seen } = await begin()
    if (state === 'idle') await tab.pass(70_000)
    if (state === 'paused') run.pause()
    if (state === 'hidden') tab.show('hidden')
    if (state === 'ended') await run.end({})
    await tab.pass(1_000)
    expect(seen().idleAt).toBe(null)
  })

  it('is not told where it never begins', async () => {
    const tab = openTab()
    tab.relay.grant = { mayRelax: true }
    const { stint } = await tab.start({ idleAfterMs: 'never' })
    await tab.pass(2_000)
    expect(stint.getSnapshot().run).toMatchObject({ presence: 'active', idleAt: null })
  })
})

describe('what could be claimed as work on paper', () => {
  it('is the length of the last idle stretch, until it is claimed', async () => {
    const { tab, run, seen } = await begin()
    expect(seen().claimableMs).toBe(0)
    await tab.pass(80_000)
    tab.interact()
    await tab.pass(1_000)
    expect(seen().claimableMs).toBe(30_000)
    run.claim('on-paper')
    expect(seen().claimableMs).toBe(0)
  })

  it('is nothing once the run has ended, when a claim would come to nothing', async () => {
    const { tab, run, seen } = await begin()
    await tab.pass(80_000)
    await run.end({})
    expect(seen().claimableMs).toBe(0)
    expect(run.claim('on-paper')).toBe(false)
  })
})

it('each second is shown once it has passed, though the time is written at others', async () => {
  const { tab, stint, seen } = await begin()
  const shown: number[] = []
  stint.subscribe(() => shown.push(seen().totals.active))
  await tab.pass(5_000)
  expect(shown.filter((ms, at) => ms !== shown[at - 1])).toEqual([
    11_000, 12_000, 13_000, 14_000, 15_000,
  ])
})

it('the time that the relay has not acknowledged is told, and shrinks with its receipt', async () => {
  const { tab, stint, seen } = await begin()
  expect(seen().elapsedMs).toBe(10_000)
  await stint.flush()
  expect(seen().elapsedMs).toBe(0)
  await tab.pass(3_000)
  expect(seen()).toMatchObject({ elapsedMs: 3_000, totals: { active: 13_000 } })
})

it('the result is what the run was ended with, and none before', async () => {
  const { run, seen } = await begin()
  expect(seen().result).toBe(null)
  void run.end({ totalQuestions: 5, correctQuestions: 4 })
  expect(seen().result).toEqual({ totalQuestions: 5, correctQuestions: 4 })
})
