// `npm start` as an integrator meets it: the demo, its fixed addresses, its line for each event, and a quiz taken by hand.

import { connect } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { readLateMs, readTruth, recordTruth } from '../support/recorder.ts'
import { startDemo } from './demo-process.ts'
import type { RunningDemo } from './demo-process.ts'
import { readRunId } from './world.ts'
import type { StintGlobal, TimebackEvent } from './world.ts'

declare global {
  var Stint: StintGlobal
}

const PORT = 4673
const DEMO = `http://localhost:${PORT}`
const SANDBOX = `http://localhost:${PORT + 1}`
const IDLE_AFTER_MS = 5_000
const ANSWERS = ['3/8', '4/8', '1/3', '5/6', 'greater']

/** The demo builds its scripts at its start, and a busy machine takes its time. */
const START_MS = 150_000

let demo: RunningDemo
let browser: TestBrowser

beforeAll(async () => {
  demo = await startDemo(PORT)
  browser = await launchBrowser()
}, START_MS)
afterAll(async () => {
  await browser.close()
  await demo.stop()
})

/** What Timeback's stand-in has, asked as a client of Timeback would ask. */
async function readEvents(runId: string): Promise<TimebackEvent[]> {
  const form = { grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' }
  const answer = await fetch(`${SANDBOX}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const list = await fetch(`${SANDBOX}/caliper/events`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { events } = (await list.json()) as {
    events: (TimebackEvent & { extensions: { runId: string } })[]
  }
  return events.filter(({ extensions }) => extensions.runId === runId)
}

const choose = (page: Page, question: number, answer: string) =>
  page.check(`fieldset[data-question="${question}"] input[value="${answer}"]`)

const pause = (page: Page, ms: number) =>
  page.evaluate((wait) => new Promise((go) => setTimeout(go, wait)), ms)

it('tells where it is, and takes a learner’s work all the way to Timeback', async () => {
  expect(demo.output()).toContain(DEMO)
  expect(demo.output()).toContain(SANDBOX)

  const page = await browser.newPage()
  await page.addInitScript(recordTruth)
  await page.goto(`${DEMO}/activity.html`)
  const runId = await readRunId(page)
  await choose(page, 1, ANSWERS[0]!)
  await page.click('#scratch')
  await page.keyboard.type('one half of eight is four', { delay: 60 })
  await pause(page, IDLE_AFTER_MS + 1_500)
  await choose(page, 2, ANSWERS[1]!)
  const comeBack = await browser.hideBehind(page)
  await pause(page, 2_000)
  await comeBack()
  for (const question of [3, 4, 5]) await choose(page, question, ANSWERS[question - 1]!)
  await page.evaluate(() => {
    addEventListener(
      'submit',
      () => Object.assign(globalThis, { endedAt: performance.now() }),
      true,
    )
  })
  await page.click('#finish')
  await expect.poll(() => readEvents(runId), { timeout: 30_000 }).toHaveLength(2)

  // Two more rounds of the demo's relay: one event too many must show.
  await pause(page, 1_100)
  const events = await readEvents(runId)
  const items = Object.fromEntries(
    events.flatMap(({ generated }) => generated.items).map(({ type, value }) => [type, value]),
  )
  expect(events.map(({ type }) => type).toSorted()).toEqual(['ActivityEvent', 'TimeSpentEvent'])
  expect(items).toMatchObject({ totalQuestions: 5, correctQuestions: 4 })
  const { from, to } = await page.evaluate(() => ({
    from: (Stint.getSnapshot().run?.startedAt ?? 0) - performance.timeOrigin,
    to: (globalThis as unknown as { endedAt: number }).endedAt,
  }))
  const truth = await readTruth(page, { idleAfterMs: IDLE_AFTER_MS, from, to })
  const within = 100 + (await readLateMs(page))
  expect(Math.abs(items.active! * 1000 - truth.active)).toBeLessThanOrEqual(within)
  expect(
    Math.abs((items.inactive! + items.waste!) * 1000 - truth.idle - truth.hidden),
  ).toBeLessThanOrEqual(within)

  expect(
    demo
      .output()
      .split('\n')
      .filter((line) => line.startsWith('Timeback received')),
  ).toHaveLength(2)
  expect(await page.textContent('#result')).toContain('4 of 5')
})

it('serves its page and nothing outside its folder', async () => {
  expect((await fetch(`${DEMO}/`)).status).toBe(200)
  for (const address of [
    '/serve.ts',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/nothing.html',
  ]) {
    expect((await fetch(DEMO + address)).status).toBe(404)
  }
})

it('lets any page on localhost work as the demo learner, and no page from elsewhere', async () => {
  const ask = (origin: string) =>
    fetch(`${DEMO}/v1/grants`, {
      method: 'POST',
      headers: { origin },
      body: JSON.stringify({ v: 1, startedAt: 0, sentAt: 0 }),
    })
  expect((await ask('http://localhost:9999')).status).toBe(200)
  expect((await ask('http://127.0.0.1:80')).status).toBe(200)
  expect((await ask('https://localhost.evil.example')).status).toBe(403)
})

it('ends in order on Ctrl-C, even while somebody is connected and says nothing', async () => {
  const silent = connect(PORT, 'localhost')
  await new Promise((resolve) => silent.once('connect', resolve))
  silent.on('error', () => {})
  const closed = new Promise<number | null>((resolve) => demo.child.once('close', resolve))
  demo.child.kill('SIGINT')
  expect(await closed).toBe(0)
})
