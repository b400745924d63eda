// The policy: what each stretch counts as, what the operator allows for an activity or a learner, and that a page can't
// ask for more than that. The page and the relay measure the same.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Stretch } from '../../../src/index.ts'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readSpans,
  setStage,
  toPage,
  toPresences,
  untilGranted,
  untilPresence,
} from './stage.ts'
import { readRunId, startWorld } from '../world.ts'
import type { WorldSettings } from '../world.ts'

const stage = setStage({
  policy: {
    idleAfterMs: IDLE_MS,
    idleWasteAfterMs: 300,
    hiddenWasteAfterMs: 200,
    suspendAfterMs: 'never',
  },
  allowances: [
    { activity: 'on-paper', paper: true },
    { activity: 'in-tabs', otherTabs: true },
  ],
  mayRelax: false,
})

/** What the stretches in one presence count as, one after the other, with how long each is in ms. */
const toCounts = (spans: readonly Stretch[], presence: string) =>
  spans
    .filter((span) => span.presence === presence)
    .map(({ metric, from, to }) => [metric, to - from] as const)

async function beIdle(page: Page) {
  await untilPresence(page, 'idle')
  await pass(page, 500)
}

async function beAway(page: Page) {
  const comeBack = await stage.browser.minimize(page)
  await pass(page, 400)
  const back = untilPresence(page, 'active')
  await comeBack()
  await back
}

/** A page in a world of its own. */
async function openIn(settings: WorldSettings) {
  const world = await startWorld(settings)
  // An attribute that says nothing asks for nothing.
  const site = await world.servePage(toPage({ world }, '', { 'idle-after-ms': '' }))
  const page = await stage.browser.openAt(site.origin, 'window')
  await untilGranted(page)
  return { world, page }
}

/** When the learner is idle, if they move the mouse and do nothing after. */
async function readIdleAfterMs(page: Page): Promise<number> {
  await page.mouse.move(20, 20)
  await untilPresence(page, 'active')
  await untilPresence(page, 'idle')
  // What counts as another kind is a stretch of its own, so not the last one's beginning.
  const active = (await readSpans(page)).findLast(({ presence }) => presence === 'active')
  return active!.to - (await readLast(page, 'pointermove'))
}

it('does not let a page ask for longer than the policy, where it may not', async () => {
  const page = await stage.openBeside('', { 'idle-after-ms': '60000' })
  expectNear(await readIdleAfterMs(page), IDLE_MS)
})

it('gives a learner who needs it longer before they are idle', async () => {
  const learner = { sourcedId: 'ben', email: 'ben@school.example', role: 'student' } as const
  const identify = () => ({ ...learner, accommodations: { idleAfterMs: 1_500 } })
  const { world, page } = await openIn({
    policy: { idleAfterMs: IDLE_MS, suspendAfterMs: 'never' },
    mayRelax: false,
    identify,
  })
  expectNear(await readIdleAfterMs(page), 1_500)
  await world.close()
})

it('counts idle and hidden time as inactive, then as waste, at the page and at the relay', async () => {
  const page = await stage.openBeside('', { activity: 'plain' })
  const runId = await readRunId(page)
  await beIdle(page)
  await beAway(page)
  const spans = await readSpans(page)
  for (const [presence, wasteAfterMs] of [
    ['idle', 300],
    ['hidden', 200],
  ] as const) {
    const [first, second] = toCounts(spans, presence)
    expect(first).toEqual(['inactive', wasteAfterMs])
    expect(second?.[0]).toBe('waste')
  }

  await page.evaluate(() => Stint.current?.end({ totalQuestions: 1, correctQuestions: 1 }))
  const { events } = await stage.world.completion(runId)
  const { totals } = (await page.evaluate(() => Stint.getSnapshot().run))!
  const items = events.flatMap(({ generated }) => generated.items)
  const toMs = (metric: string) => (items.find(({ type }) => type === metric)?.value ?? 0) * 1_000
  for (const metric of ['active', 'inactive', 'waste'] as const) {
    expectNear(toMs(metric), totals[metric], 1)
  }
})

it('never counts as waste what the operator allows: paper here, other tabs there', async () => {
  const paper = await stage.openBeside('', { activity: 'on-paper' })
  await beIdle(paper)
  expect(toCounts(await readSpans(paper), 'idle').map(([metric]) => metric)).toEqual(['inactive'])
  const tabs = await stage.openBeside('', { activity: 'in-tabs' })
  await beAway(tabs)
  expect(toCounts(await readSpans(tabs), 'hidden').map(([metric]) => metric)).toEqual(['inactive'])
  // Each is allowed where it is, and nothing else is.
  await beAway(paper)
  const away = toCounts(await readSpans(paper), 'hidden').map(([metric]) => metric)
  expect(away.at(-1)).toBe('waste')
})

it('counts as the official SDK does with its preset: never idle, and never waste', async () => {
  const { world, page } = await openIn({
    preset: 'timeback-sdk',
    policy: { suspendAfterMs: 'never' },
    mayRelax: false,
  })
  await pass(page, IDLE_MS + 300)
  const comeBack = await stage.browser.minimize(page)
  await pass(page, 400)
  await comeBack()
  await page.evaluate(() => Stint.current?.pause())
  const spans = await readSpans(page)
  expect(toPresences(spans, 3)).toEqual(['active', 'hidden', 'active'])
  expect(spans.map(({ metric }) => metric)).not.toContain('waste')
  await world.close()
})
