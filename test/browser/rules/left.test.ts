// Left and come back: past `leaveAfterMs` nothing counts, nothing is written and nothing is sent; then the same run goes
// on in the same leg.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  expectNear,
  pass,
  readLast,
  readSpans,
  setStage,
  toPresences,
  untilPresence,
  until,
} from './stage.ts'
import { readStored } from './stored.ts'
import { readRunId } from '../world.ts'

const stage = setStage()

const open = (activity: string, ms = 2_000) =>
  stage.openBeside('', { activity, 'leave-after-ms': `${ms}` })

/** How long after the last active instant the learner has left, and what was between. */
const readLeft = async (page: Page) => {
  await untilPresence(page, 'left')
  const spans = await readSpans(page)
  const left = spans.at(-1)
  expect(left).toMatchObject({ presence: 'left', reason: 'left' })
  expect(left?.metric).toBeUndefined()
  const active = spans.findLast(({ presence }) => presence === 'active')
  return { afterMs: left!.from - active!.to, presences: toPresences(spans) }
}

it('leaves leaveAfterMs after the last active instant, be it idle, hidden or paused', async () => {
  const [hidden, paused, idle] = await Promise.all([open('hidden'), open('paused'), open('idle')])
  // Opening takes as long as it takes: they are there when it happens.
  await hidden.mouse.move(30, 30)
  await stage.browser.minimize(hidden)
  await paused.mouse.move(30, 30)
  await paused.evaluate(() => Stint.current?.pause())
  for (const page of [hidden, paused, idle]) {
    const { afterMs, presences } = await readLeft(page)
    expectNear(afterMs, 2_000, 1)
    // What they were last, before they were gone.
    expect(presences.slice(-2)).toEqual([
      page === hidden ? 'hidden' : page === paused ? 'paused' : 'idle',
      'left',
    ])
  }
})

it('writes and sends nothing while the learner is gone, and goes on in the same leg', async () => {
  const page = await open('gone', 1_000)
  const runId = await readRunId(page)
  await untilPresence(page, 'left')
  // What was seen before is on its way until the relay has it.
  const readEntries = () => page.evaluate(readStored)
  await until(async () => !(await readEntries()).includes('"entry"'))
  const kept = await readEntries()
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  // Two flushes and two writes would have come.
  await pass(page, 2_200)
  expect(requests).toEqual([])
  expect(await readEntries()).toBe(kept)

  await page.mouse.move(30, 30)
  await untilPresence(page, 'active')
  const backAt = await readLast(page, 'pointermove')
  const spans = await readSpans(page)
  expect(toPresences(spans, 4)).toEqual(['active', 'idle', 'left', 'active'])
  expectNear(spans[2]?.to, backAt)
  await page.evaluate(() => Stint.current?.end({ totalQuestions: 1, correctQuestions: 1 }))
  const { values } = await stage.world.completion(runId)
  const report = await stage.world.report(runId)
  expect(report.legs).toHaveLength(1)
  const countedMs = ((values.active ?? 0) + (values.inactive ?? 0) + (values.waste ?? 0)) * 1_000
  const leftMs = spans[2]!.to - spans[2]!.from
  expectNear(countedMs, report.legs[0]!.timeline.at(-1)!.to - spans[0]!.from - leftMs, 200)
})
