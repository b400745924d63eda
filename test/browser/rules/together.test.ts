// Several pages of one learner. Those that go on with a run say so, be it on another page, in another tab or on another
// device; windows side by side keep their own time, and the relay gives each instant to one of them.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readSeen,
  readSpans,
  until,
  recordEvents,
  setStage,
  toPage,
  toPresences,
  untilPresence,
} from './stage.ts'
import { readRunId } from '../world.ts'

/** The same learner everywhere. */
const stage = setStage({
  identify: () => ({ sourcedId: 'ann', email: 'ann@school.example', role: 'student' }),
})

const NO_IDLE = { 'idle-after-ms': '60000' }

const readRun = (page: Page) => page.evaluate(() => Stint.getSnapshot().run)

/** Starts the first page's run again, by its id, and notes whether a subscriber is told that it goes on. */
const goOn = (page: Page, runId: string) =>
  page.evaluate((given) => {
    Stint.subscribe(() => {
      if (Stint.getSnapshot().run?.isContinued) Object.assign(globalThis, { wasTold: true })
    })
    Stint.start({
      id: 'fractions',
      name: 'Fractions',
      course: { subject: 'Math', grade: 5 },
      runId: given,
    })
  }, runId)

const wasTold = (page: Page) =>
  page.evaluate(() => (globalThis as { wasTold?: boolean }).wasTold === true)

it('says so in another tab, which knows at once what the first one came to', async () => {
  const tag = toPage(stage, '', { ...NO_IDLE, start: 'manual' })
  const first = await stage.open('', NO_IDLE, { '/again': tag })
  const runId = await readRunId(first)
  await pass(first, 500)
  await first.evaluate(() => Stint.flush())
  const before = (await readRun(first))!
  expect(before.isContinued).toBe(false)

  const second = await stage.visit(`${first.url()}again`)
  await goOn(second, runId)
  await until(() => wasTold(second))
  const after = (await readRun(second))!
  expect(after).toMatchObject({ runId, isContinued: true })
  expect(after.totals.active).toBeGreaterThanOrEqual(before.totals.active)
})

it('goes on by itself on the next page of the same activity, without a drop', async () => {
  const page = await stage.open('', NO_IDLE, { '/two': toPage(stage, 'Page two', NO_IDLE) })
  await pass(page, 600)
  const runId = await readRunId(page)
  const before = (await readRun(page))!
  await page.goto(`${page.url()}two`)
  const after = (await readRun(page))!
  expect(after).toMatchObject({ runId, isContinued: true, startedAt: before.startedAt })
  expect(after.totals.active).toBeGreaterThanOrEqual(before.totals.active)
  // A flush takes the time up to now into what is shown.
  const { now, sum } = await page.evaluate(() => {
    void Stint.flush()
    const { totals } = Stint.getSnapshot().run!
    return { now: Date.now(), sum: Object.values(totals).reduce((a, b) => a + b) }
  })
  // The way from page to page is in it too, though nobody counts that.
  expectNear(sum, now - before.startedAt, 400)
})

it('says so on another device, of which only the relay knows', async () => {
  const first = await stage.open('', NO_IDLE)
  const runId = await readRunId(first)
  await first.evaluate(() => Stint.flush())

  const device = await stage.browser.context.browser()!.newContext()
  try {
    await device.addInitScript(recordEvents)
    const site = await stage.world.servePage(toPage(stage, '', { ...NO_IDLE, start: 'manual' }))
    const second = await device.newPage()
    await second.goto(site.origin)
    await goOn(second, runId)
    await until(() => wasTold(second))
    expect(await readRun(second)).toMatchObject({ runId, isContinued: true })
  } finally {
    await device.close()
  }
  const report = await stage.world.report(runId)
  expect(report.legs).toHaveLength(2)
})

const work = async (page: Page, times: number) => {
  for (let time = 0; time < times; time += 1) {
    await page.mouse.move(50 + time, 50)
    await pass(page, 250)
  }
}

it('lets each window keep its own time, and tells Timeback of each instant once', async () => {
  const left = await stage.openBeside('<input>', { activity: 'left' })
  const right = await stage.openBeside('<input>', { activity: 'right' })
  await work(left, 5)
  await untilPresence(right, 'idle')
  await untilPresence(left, 'idle')
  const leftAt = await readLast(left, 'pointermove')
  await work(right, 3)
  const ended = { totalQuestions: 1, correctQuestions: 1 }
  // First the one that was worked in just now, before it is idle as well.
  const rightSpans = await readSpans(right)
  const spans = [await readSpans(left), rightSpans]
  const runIds = [await readRunId(left), await readRunId(right)]
  for (const page of [left, right])
    await page.evaluate((result) => Stint.current?.end(result), ended)

  // Nobody hid anything: a window that is visible and untouched is idle, not away.
  expect(await readSeen(left, 'visibilitychange')).toEqual([])
  expect(await readSeen(right, 'visibilitychange')).toEqual([])
  expect(toPresences(spans[0]!).slice(-2)).toEqual(['active', 'idle'])
  expectNear(spans[0]?.at(-1)?.from, leftAt + IDLE_MS)
  expect(toPresences(spans[1]!).slice(-2)).toEqual(['idle', 'active'])

  for (const runId of runIds) await stage.world.completion(runId)
  const reports = await Promise.all(runIds.map((runId) => stage.world.report(runId)))
  const told = reports.flatMap((report) => report.told).toSorted((a, b) => a.from - b.from)
  for (const [index, { from }] of told.slice(1).entries()) {
    expect(from).toBeGreaterThanOrEqual(told[index]!.to)
  }
  // While the one on the left was worked in, the other one's idle time costs nothing.
  const elsewhere = reports[1]!.legs[0]!.timeline.filter(({ outcome }) => outcome === 'elsewhere')
  expect(elsewhere.some(({ presence }) => presence === 'idle')).toBe(true)
  // None is lost either: one of the two has each.
  const toldMs = told.reduce((sum, { from, to }) => sum + to - from, 0)
  const seen = reports.flatMap(({ legs }) => legs[0]!.timeline)
  const first = Math.min(...seen.map(({ from }) => from))
  const last = Math.max(...seen.map(({ to }) => to))
  expectNear(toldMs, last - first)
})
