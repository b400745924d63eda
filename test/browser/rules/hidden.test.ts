// Hidden: behind another tab, opened behind one, frozen, or kept for the way back. And suspended: the machine slept. For
// that the whole browser is stopped here: both clocks run on, and a visible page's silence is the only evidence. Clocks
// that disagree can't be had for real.

import { expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readPresence,
  readSeen,
  readSpans,
  setStage,
  toPage,
  toPresences,
  untilGranted,
  untilPresence,
  until,
} from './stage.ts'

const stage = setStage()

const SLEPT_MS = 3_000

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

it('is hidden from one visibilitychange to the next, and coming back counts as being there', async () => {
  const page = await stage.open('')
  const comeBack = await stage.browser.hideBehind(page)
  const hiddenAt = await readLast(page, 'visibilitychange')
  await pass(page, 700)
  await comeBack()
  const visibleAt = await readLast(page, 'visibilitychange')
  await untilPresence(page, 'idle')

  const spans = await readSpans(page, hiddenAt)
  expect(toPresences(spans)).toEqual(['hidden', 'active', 'idle'])
  expectNear(spans[0]?.from, hiddenAt)
  expectNear(spans[0]?.to, visibleAt)
  expect(spans[0]).toMatchObject({ metric: 'inactive', reason: 'tab-hidden' })
  expectNear(spans[1]?.to, visibleAt + IDLE_MS)
})

it('counts nothing as work in a page that opens in a background tab, until somebody looks', async () => {
  const site = await stage.world.servePage(toPage(stage))
  const page = await stage.browser.openAt(site.origin, 'background')
  await untilGranted(page)
  await pass(page, 500)
  expect(toPresences(await readSpans(page))).toEqual(['hidden'])

  await page.bringToFront()
  await untilPresence(page, 'active')
  const [hidden, active] = await readSpans(page)
  expectNear(hidden?.to, await readLast(page, 'visibilitychange'))
  expect(active?.presence).toBe('active')
})

it('is hidden while the browser keeps it frozen, and neither asleep nor at work', async () => {
  const page = await stage.openBeside('', { 'suspend-after-ms': '1000' })
  const protocol = await page.context().newCDPSession(page)
  const comeBack = await stage.browser.minimize(page)
  await protocol.send('Page.setWebLifecycleState', { state: 'frozen' })
  await wait(1_500)
  await protocol.send('Page.setWebLifecycleState', { state: 'active' })
  const back = untilPresence(page, 'active')
  await comeBack()
  await back

  const [freeze, ...more] = await readSeen(page, 'freeze')
  const [resume] = await readSeen(page, 'resume')
  expect(resume!.at - freeze!.at).toBeGreaterThan(1_000)
  expect(more).toEqual([])
  const [hiddenAt, visibleAt] = await readSeen(page, 'visibilitychange')
  const spans = await readSpans(page, hiddenAt!.at)
  expect(toPresences(spans, 2)).toEqual(['hidden', 'active'])
  expectNear(spans[0]?.from, hiddenAt!.at)
  expectNear(spans[0]?.to, visibleAt!.at)
})

it('is hidden in the back-forward cache, and goes on in the same leg', async () => {
  const page = await stage.openBeside('', {}, { '/other': '<!doctype html>Another page' })
  const before = await page.evaluate(() => ({
    runId: Stint.current?.runId,
    startedAt: Stint.getSnapshot().run?.startedAt,
  }))
  // A page that holds a lock, as each does while it flushes, is not kept for the way back.
  await page.evaluate(async () => {
    await Stint.flush()
    location.assign('/other')
  })
  await page.waitForURL('**/other')
  await pass(page, 700)
  await page.evaluate(() => void setTimeout(() => history.back()))
  await until(() => isRestored(page))
  const [gone] = await readSeen(page, 'pagehide')
  await until(async () => toPresences(await readSpans(page, gone!.at)).includes('active'))

  const back = (await readSeen(page, 'pageshow')).at(-1)
  expect(back?.persisted).toBe(true)
  const spans = await readSpans(page, gone!.at)
  expect(toPresences(spans, 2)).toEqual(['hidden', 'active'])
  expectNear(spans[0]?.from, gone!.at)
  expectNear(spans[0]?.to, back!.at)
  expect(await page.evaluate(() => Stint.current?.runId)).toBe(before.runId)
  await page.evaluate(() => Stint.flush())
  const report = await stage.world.report(before.runId ?? '')
  expect(report.legs).toHaveLength(1)
})

it('does not count a sleep, and takes waking for coming back; a hidden page stays hidden', async () => {
  const hidden = await stage.open('', { activity: 'behind' })
  const page = await stage.open('', { 'suspend-after-ms': '2000' })
  expect(await readPresence(hidden)).toBe('hidden')
  await page.evaluate(recordStandstill)
  await untilPresence(page, 'idle')
  const back = untilPresence(page, 'active')
  const wake = stage.browser.suspend()
  const sleptAt = Date.now()
  await wait(SLEPT_MS)
  wake()
  await back

  const spans = await readSpans(page, sleptAt)
  expect(toPresences(spans, 2)).toEqual(['suspended', 'active'])
  const [suspended] = spans
  expect(suspended).toMatchObject({ reason: 'suspended' })
  expect(suspended?.metric).toBeUndefined()
  // From the last tick to the first: nobody could have known better.
  const stood = await page.evaluate(() => (globalThis as unknown as Stood).stood)
  expect(stood.to - stood.from).toBeGreaterThan(SLEPT_MS - 500)
  expectNear(suspended?.from, stood.from, 400)
  expectNear(suspended?.to, stood.to, 400)
  expect(toPresences(await readSpans(hidden, sleptAt))).toEqual(['hidden'])
})

interface Stood {
  stood: { from: number; to: number }
}

/** Runs in the page: keeps the longest time in which no timer came, in epoch ms. */
function recordStandstill(): void {
  const now = () => performance.timeOrigin + performance.now()
  const stood = { from: now(), to: now() }
  Object.assign(globalThis, { stood })
  let last = now()
  setInterval(() => {
    const at = now()
    if (at - last > stood.to - stood.from) Object.assign(stood, { from: last, to: at })
    last = at
  }, 25)
}

const isRestored = (page: Page) =>
  page
    .evaluate(() => globalThis.seen.some(({ type, persisted }) => type === 'pageshow' && persisted))
    .catch(() => false)
