// @vitest-environment happy-dom
// What a page leaves to its browser each time it writes, for the case that it ends without a word.

import { expect, it, onTestFinished, vi } from 'vitest'
import type { Entry } from '../../src/contract/entry.ts'
import type { Flush } from '../../src/contract/flush.ts'
import { createStint } from '../../src/page/stint.ts'
import { ACTIVITY, idle, openTab, toSpans } from './tab.ts'

/** A tab whose relay took the start and is away now. */
async function openAway() {
  const tab = openTab()
  const kept: Flush[] = []
  const stint = createStint(
    { relay: 'https://relay.example' },
    {
      fetch: tab.relay.fetch,
      clock: tab.clock,
      fetchLater: (_, { body }) => kept.push(JSON.parse(String(body)) as Flush),
    },
  )
  onTestFinished(() => stint.close())
  const run = stint.start(ACTIVITY)
  await idle()
  tab.relay.isUp = false
  return {
    tab,
    run,
    kept,
    toReach: () => toSpans((kept.at(-1)?.entries ?? []) as Entry[]).at(-1)?.[2],
  }
}

/** Up to the tick that writes, and not to the task after it. */
const untilTick = ({ clock }: ReturnType<typeof openTab>) => {
  const at = clock.mono() + 200
  while (clock.mono() < at) vi.advanceTimersToNextTimer()
}

const untilTaskIsOver = async () => {
  for (let step = 0; step < 50; step += 1) await Promise.resolve()
}

it('reaches as far as what was kept, one task later', async () => {
  const { tab, kept, toReach } = await openAway()
  await tab.pass(600)
  const before = kept.length
  untilTick(tab)
  await untilTaskIsOver()
  expect(kept).toHaveLength(before)
  vi.advanceTimersByTime(1)
  await untilTaskIsOver()
  expect(toReach()).toBe(800)
})

it('does not wait for a task that a hidden page may not have', async () => {
  const { tab, toReach } = await openAway()
  await tab.pass(1_300)
  tab.show('hidden')
  await untilTaskIsOver()
  expect(toReach()).toBe(1_300)
})

it('nor does it where the page goes without having been hidden', async () => {
  const { tab, toReach } = await openAway()
  await tab.pass(1_300)
  tab.leave()
  await untilTaskIsOver()
  expect(toReach()).toBe(1_300)
})

it('does not bring back what the tab forgot when the run ended', async () => {
  const { tab, run } = await openAway()
  await tab.pass(600)
  untilTick(tab)
  void run.end({ totalQuestions: 1, correctQuestions: 1 })
  await tab.pass(100)
  expect(sessionStorage).toHaveLength(0)
})
