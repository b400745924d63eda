// Learners who come by a link to a static page, on a site that knows nothing of them; and two who share a computer.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import type { TestServer } from '../support/serve.ts'
import { readStored } from './rules/stored.ts'
import { readRunId, startWorld, toTag } from './world.ts'
import type { StintGlobal, World } from './world.ts'

declare global {
  var Stint: StintGlobal
}

const ADA = { sourcedId: 'ada', email: 'ada@school.example' }
const BEN = { sourcedId: 'ben', email: 'ben@school.example' }
const FINISH =
  '<button data-stint-end data-total-questions="5" data-correct-questions="4">Finish</button>'

let world: World
let site: TestServer
let browser: TestBrowser

beforeAll(async () => {
  world = await startWorld({ identify: () => null })
  site = await world.servePage(
    `<!doctype html><body>${toTag(world.relayOrigin, { 'suspend-after-ms': 'never' })}${FINISH}`,
  )
})
afterAll(() => world.close())
beforeEach(async () => {
  browser = await launchBrowser()
  return () => browser.close()
})

/** Its script may still be on the way. */
const untilSaved = (page: Page) =>
  page.waitForFunction(() => globalThis.Stint?.getSnapshot().sync === 'saved')

/** Works for so long, as a person would. */
async function work(page: Page, ms: number) {
  for (const until = Date.now() + ms; Date.now() < until;) {
    await page.mouse.move(20 + Math.random() * 200, 100 + Math.random() * 100)
    await page.evaluate(() => new Promise((go) => setTimeout(go, 100)))
  }
}

const readPill = (page: Page) => page.locator('stint-timer .pill').innerText()

/** Of a clock, as the pill shows it. */
const toSeconds = ([, minutes, seconds]: RegExpMatchArray) => Number(minutes) * 60 + Number(seconds)

const readActiveMs = (page: Page) => page.evaluate(() => Stint.getSnapshot().run!.totals.active)

/** Comes by a link, and waits until the relay has heard of it. */
async function comeByLink(page: Page, learner: typeof ADA): Promise<string> {
  await page.goto(await world.toLaunch(learner, site.origin))
  await untilSaved(page)
  return readRunId(page)
}

it('brings a learner to a page of another origin, once, and leaves no trace in any address', async () => {
  const to = `${site.origin}/?unit=2#part-2`
  const link = await world.toLaunch(ADA, to)
  const host = await world.servePage(`<!doctype html><body><a href="${link}">Fractions</a>`)
  const page = await browser.newPage()
  await page.goto(host.origin)
  await page.click('a')
  await untilSaved(page)
  const runId = await readRunId(page)
  expect(page.url()).toBe(to)
  expect(await page.evaluate(() => document.referrer)).toBe('')

  // The page as it is, in a tab of its own: nobody is there, and nothing is kept.
  const other = await browser.newPage()
  await other.goto(to)
  await expect.poll(() => readPill(other)).toContain('Not signed in, not counting')
  await work(other, 1_500)
  const entryOf = `"id":"${await readRunId(other)}/`
  expect(await page.evaluate(readStored)).not.toContain(entryOf)
  await other.close()

  await page.bringToFront()
  await page.reload()
  await untilSaved(page)
  expect(page.url()).toBe(to)
  expect(await readRunId(page)).toBe(runId)
  await work(page, 1_000)
  await page.click('[data-stint-end]')
  const { events } = await world.completion(runId)
  expect(events).toHaveLength(2)
  expect(new Set(events.map(({ actor }) => actor.email))).toEqual(new Set([ADA.email]))

  // The link was good once.
  expect(await (await fetch(link)).json()).toMatchObject({ error: { code: 'ticket_used' } })
})

it('gives each learner of a shared computer their own time, also what the first left there offline', async () => {
  const first = await browser.newPage()
  const adas = await comeByLink(first, ADA)
  await browser.context.setOffline(true)
  await work(first, 2_000)
  await first.click('[data-stint-end]')
  const adasMs = await readActiveMs(first)
  await first.waitForFunction(() => Stint.getSnapshot().sync === 'offline')
  expect(world.events(adas)).toEqual([])
  await first.close()
  await browser.context.setOffline(false)

  const second = await browser.newPage()
  const bens = await comeByLink(second, BEN)
  expect(bens).not.toBe(adas)
  await work(second, 1_000)
  await second.click('[data-stint-end]')
  const [bensMs, ageMs] = await second.evaluate(
    () => [Stint.getSnapshot().run!.totals.active, performance.now()] as const,
  )
  // Nothing of hers is in his.
  expect(bensMs).toBeLessThanOrEqual(ageMs)

  for (const [runId, learner, ms] of [
    [adas, ADA, adasMs],
    [bens, BEN, bensMs],
  ] as const) {
    const { events, values } = await world.completion(runId)
    expect(events.map(({ actor }) => actor.email)).toEqual([learner.email, learner.email])
    expect(Math.abs(values.active! * 1_000 - ms)).toBeLessThan(100)
  }
})

it('closes the run of a learner whose tab another one takes over, and shows nothing of it', async () => {
  const page = await browser.newPage()
  const adas = await comeByLink(page, ADA)
  await work(page, 3_500)
  // All that the pill ever says on Ben's page.
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(globalThis, { said })
    const look = () => {
      said.push(document.querySelector('stint-timer')?.shadowRoot?.textContent ?? '')
      requestAnimationFrame(look)
    }
    look()
  })
  const bens = await comeByLink(page, BEN)
  expect(bens).not.toBe(adas)
  await work(page, 500)
  const readSaid = async () => {
    const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said)
    return said.flatMap((text) => [...text.matchAll(/(\d+):(\d\d)/g)].map(toSeconds))
  }
  await expect.poll(async () => (await readSaid()).length).toBeGreaterThan(0)
  // His own seconds from the first on, and never one of hers: those would come first, and drop to his.
  const seconds = await readSaid()
  expect(seconds).toEqual(seconds.toSorted((one, other) => one - other))
  expect(Math.max(...seconds) * 1_000).toBeLessThanOrEqual(await readActiveMs(page))

  await page.click('[data-stint-end]')
  const { events } = await world.completion(bens)
  expect(new Set(events.map(({ actor }) => actor.email))).toEqual(new Set([BEN.email]))
  await untilSaved(page)
  const hers = await world.report(adas)
  expect(hers.state).toBe('open')
  expect(hers.seen.active).toBeGreaterThanOrEqual(3_300)
})

it('closes the run of a tab that was left open once another learner comes in another one', async () => {
  const first = await browser.newPage()
  const adas = await comeByLink(first, ADA)
  await work(first, 1_000)
  const second = await browser.newPage()
  const bens = await comeByLink(second, BEN)
  await expect.poll(() => first.evaluate(() => Stint.getSnapshot().learner)).toBe('unknown')
  await first.bringToFront()
  expect(await readRunId(first)).not.toBe(adas)
  await expect.poll(() => readPill(first)).toContain('Not signed in, not counting')
  expect(await second.evaluate(() => Stint.getSnapshot().run?.runId)).toBe(bens)
  await first.reload()
  await expect.poll(() => readPill(first)).toContain('Not signed in, not counting')
})
