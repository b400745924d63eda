// What the host and the learner say of time: flags, pauses, work on paper; and what Timeback is told of it.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readNow,
  readSpans,
  setStage,
  toPresences,
  untilPresence,
} from './stage.ts'
import { readRunId } from '../world.ts'

const stage = setStage()

interface Heard {
  heard: unknown[][]
}

/** Starts a run by hand, with every listener that there is. */
async function start(page: Page): Promise<string> {
  await page.evaluate(() => {
    const heard: unknown[][] = []
    Object.assign(globalThis, { heard })
    const hear =
      (name: string) =>
      (...values: unknown[]) =>
        heard.push([name, ...values])
    Stint.start({
      id: 'flags',
      name: 'Flags',
      course: { subject: 'Math', grade: 5 },
      onPause: hear('pause'),
      onResume: hear('resume'),
      onPresence: hear('presence'),
      onFlush: hear('flush'),
      onError: ({ code }) => hear('error')(code),
    })
  })
  return readRunId(page)
}

const end = (page: Page, correctQuestions = 1) =>
  page.evaluate(
    (correct) => Stint.current?.end({ totalQuestions: 1, correctQuestions: correct }),
    correctQuestions,
  )

const readItems = async (runId: string) =>
  (await stage.world.completion(runId)).events.flatMap(({ generated }) => generated.items)

it('tells what the host flags as the host says it, and nothing of it as active', async () => {
  const page = await stage.openBeside('', { start: 'manual', 'idle-after-ms': '60000' })
  const runId = await start(page)
  await page.evaluate(() => Stint.current?.flag('waste', 'guessing'))
  // Whatever the learner does meanwhile.
  await page.mouse.move(20, 20)
  await pass(page, 200)
  await page.evaluate(() => Stint.current?.flag('anti-pattern', 'answer-sharing'))
  await pass(page, 250)
  await page.evaluate(() => Stint.current?.flag('unknown'))
  await pass(page, 300)
  await page.evaluate(() => Stint.current?.unflag())
  await pass(page, 200)
  const spans = await readSpans(page)
  const { heard } = await page.evaluate(() => ({ heard: (globalThis as unknown as Heard).heard }))
  await end(page)

  const [waste, antiPattern, unknown] = spans.filter(({ presence }) => presence === 'flag')
  const items = await readItems(runId)
  const toSeconds = (span = waste) => (span!.to - span!.from) / 1_000
  expect(items).toContainEqual({ type: 'waste', value: toSeconds(waste), subType: 'guessing' })
  expect(items).toContainEqual({
    type: 'anti-pattern',
    value: toSeconds(antiPattern),
    subType: 'answer-sharing',
  })
  expect(items).toContainEqual({ type: 'unknown', value: toSeconds(unknown) })
  expect(toPresences(spans).filter((presence) => presence !== 'active')).toHaveLength(3)
  expect(heard.filter(([name]) => name === 'presence').slice(-4)).toEqual([
    ['presence', 'flag', 'guessing'],
    ['presence', 'flag', 'answer-sharing'],
    ['presence', 'flag', undefined],
    ['presence', 'active', undefined],
  ])
})

it('tells a pause as inactive, whatever the learner does, and says so to the host', async () => {
  const page = await stage.openBeside('', { start: 'manual', 'idle-after-ms': '60000' })
  const runId = await start(page)
  // Never idle, so there is nothing that could have been work on paper.
  expect(await page.evaluate(() => Stint.current?.claim('on-paper'))).toBe(false)
  await page.evaluate(() => Stint.current?.pause())
  await page.mouse.move(20, 20)
  await pass(page, 500)
  await page.evaluate(() => Stint.current?.resume())
  const spans = await readSpans(page)
  expect(toPresences(spans).slice(-2)).toEqual(['paused', 'active'])
  // A result that can't be right ends nothing.
  await end(page, 2)
  await end(page)

  const paused = spans.find(({ presence }) => presence === 'paused')!
  const items = await readItems(runId)
  expect(items).toContainEqual({
    type: 'inactive',
    value: (paused.to - paused.from) / 1_000,
    subType: 'paused',
  })
  const { heard } = await page.evaluate(() => ({ heard: (globalThis as unknown as Heard).heard }))
  const names = heard.map(([name]) => name)
  expect(names.filter((name) => name === 'pause' || name === 'resume')).toEqual(['pause', 'resume'])
  expect(names).toContain('flush')
  expect(heard).toContainEqual(['error', 'result_invalid'])
  expect(heard).toContainEqual(['presence', 'paused', 'paused'])
})

it('tells an idle stretch as work on paper when the learner says so, once, and no other', async () => {
  const page = await stage.openBeside('')
  const runId = await readRunId(page)
  const claim = () => page.evaluate(() => Stint.current?.claim('on-paper'))
  await page.mouse.move(20, 20)
  const idleAt = (await readLast(page, 'pointermove')) + IDLE_MS
  await untilPresence(page, 'idle')
  await pass(page, 600)
  await page.mouse.move(30, 30)
  await untilPresence(page, 'active')
  const backAt = await readLast(page, 'pointermove')
  expect(await claim()).toBe(true)
  expect(await claim()).toBe(false)
  // Later idle time is not spoken for.
  await untilPresence(page, 'idle')
  expect(await readNow(page)).toBeGreaterThan(backAt + IDLE_MS)
  await end(page)

  const items = await readItems(runId)
  const onPaper = items.filter(({ type }) => type === 'unknown')
  expect(onPaper).toMatchObject([{ subType: 'on-paper' }])
  expectNear(onPaper[0]!.value * 1_000, backAt - idleAt)
  const { totals } = (await page.evaluate(() => Stint.getSnapshot().run))!
  const inactive = items.find(({ type }) => type === 'inactive')
  expect(inactive?.value).toBe(totals.inactive / 1_000)
  expect(totals.inactive).toBeGreaterThan(0)
})
