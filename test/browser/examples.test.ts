// The examples of `demo/examples` as their README starts them: two servers, a browser, and what Timeback is told in the end.

import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Frame, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { serveFolder } from '../support/serve-folder.ts'
import { serve } from '../support/serve.ts'
import type { TestServer } from '../support/serve.ts'
import { startProgram } from '../support/start-command.ts'
import type { Started } from '../support/start-command.ts'
import type { StintGlobal, TimebackEvent } from './world.ts'

declare global {
  var Stint: StintGlobal
}

const EXAMPLES = path.resolve(import.meta.dirname, '../../demo/examples')
const SITE = 'http://localhost:4680'
const LMS = 'http://127.0.0.1:4681'

const sandbox = createSandbox()
let folder: string
let timeback: TestServer
let reactApp: TestServer
let site: Started
let lms: Started
let browser: TestBrowser

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stint-examples-'))
  timeback = await serve(sandbox.fetch)
  await buildReactApp(path.join(folder, 'react'))
  // On localhost, so that the session's cookie is there too.
  reactApp = await serve(serveFolder(path.join(folder, 'react')), { host: 'localhost' })
  site = startProgram(path.join(EXAMPLES, 'node-server/server.js'), [], {
    cwd: folder,
    env: { PORT: '4680', TIMEBACK: timeback.origin, REACT_APP: reactApp.origin },
  })
  lms = startProgram(path.join(EXAMPLES, 'lms/server.js'), [], {
    cwd: folder,
    env: { PORT: '4681', RELAY: SITE },
  })
  await Promise.all([site.until('ready'), lms.until('ready')])
  browser = await launchBrowser()
})

afterAll(async () => {
  site.child.kill('SIGKILL')
  lms.child.kill('SIGKILL')
  await Promise.all([browser.close(), timeback.close(), reactApp.close()])
  await rm(folder, { recursive: true, force: true })
})

/** As `vite` builds it, but that Preact stands in for React, which is not here. */
const buildReactApp = (outDir: string) =>
  build({
    root: path.join(EXAMPLES, 'react'),
    configFile: false,
    logLevel: 'error',
    define: { 'import.meta.env.VITE_RELAY': JSON.stringify(SITE) },
    resolve: { alias: { react: 'preact/compat', 'react-dom': 'preact/compat' } },
    build: { outDir },
  })

async function signIn(name: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(SITE)
  await page.click(`button:text-is("${name}")`)
  return page
}

/** The run that a page or a frame is in, once the relay has said that the learner is theirs. */
async function readRun(page: Page | Frame): Promise<string> {
  await page.waitForFunction(() => globalThis.Stint?.getSnapshot().learner === 'known')
  return page.evaluate(() => Stint.getSnapshot().run!.runId)
}

interface Told extends TimebackEvent {
  extensions: { runId: string }
  generated: TimebackEvent['generated'] & { extensions?: { pctCompleteApp?: number } }
}

const eventsOf = (activity: string) =>
  (sandbox.events() as unknown as Told[]).filter(({ object }) => object.id.endsWith(`/${activity}`))

/** What Timeback was told of an activity, once it is completed: who did it, and the events' items by type. */
async function readTold(activity: string) {
  const isCompleted = () => eventsOf(activity).some(({ type }) => type === 'ActivityEvent')
  await expect.poll(isCompleted, { timeout: 20_000 }).toBe(true)
  const events = eventsOf(activity)
  return {
    types: events.map(({ type }) => type).toSorted(),
    emails: [...new Set(events.map(({ actor }) => actor.email))],
    runs: [...new Set(events.map(({ extensions }) => extensions.runId))],
    progress: events.flatMap(({ generated: { extensions } }) => extensions?.pctCompleteApp ?? []),
    values: Object.fromEntries(
      events.flatMap(({ generated }) => generated.items).map(({ type, value }) => [type, value]),
    ),
  }
}

const BOTH = ['ActivityEvent', 'TimeSpentEvent']

describe('the relay in a Node server', () => {
  it('counts nobody’s time who is not signed in by its session', async () => {
    await browser.context.clearCookies()
    const page = await browser.newPage()
    await page.goto(`${SITE}/static/`)
    await page.waitForFunction(() => globalThis.Stint?.getSnapshot().learner === 'unknown')
  })

  it('signs in nobody whom it does not know', async () => {
    const answer = await fetch(`${SITE}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'mallory@school.example' }),
      redirect: 'manual',
    })
    const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
    const grant = await fetch(`${SITE}/v1/grants`, {
      method: 'POST',
      headers: { cookie },
      body: JSON.stringify({ v: 1, startedAt: 0, sentAt: 0 }),
    })
    expect(grant.status).toBe(401)
  })
})

describe('the static page', () => {
  it('has no script of its own, and is told as read by whoever is signed in', async () => {
    const html = await readFile(path.join(EXAMPLES, 'static/index.html'), 'utf8')
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toMatch(/<script[^>]*src="\/stint\.js"/)
    const page = await signIn('Tomas')
    await page.goto(`${SITE}/static/`)
    const runId = await readRun(page)
    await page.click('[data-stint-end]')
    expect(await readTold('why-leaves-fall')).toMatchObject({
      types: BOTH,
      emails: ['tomas@school.example'],
      runs: [runId],
      progress: [100],
    })
  })
})

describe('the course of several pages', () => {
  it('is one run, in a new tab as well, and completed once by its last page', async () => {
    const page = await signIn('Aiko')
    await page.goto(`${SITE}/course/1.html`)
    const runId = await readRun(page)
    await page.click('text=Next')
    await page.waitForURL(/2\.html/)
    expect(await readRun(page)).toBe(runId)
    const opening = browser.context.waitForEvent('page')
    await page.click('text=Next')
    const last = await opening
    await last.waitForURL(/3\.html/)
    expect(await readRun(last)).toBe(runId)
    await last.check('input[value="3/4"]')
    await last.click('button')
    await last.waitForSelector('text=Handed in')
    const { types, runs, values } = await readTold('halves-and-quarters')
    expect(types).toEqual(BOTH)
    expect(runs).toEqual([runId])
    expect(values).toMatchObject({ totalQuestions: 1, correctQuestions: 1 })
  })
})

describe('the lesson in an LMS’s frame', () => {
  it('is told as the LMS’s learner’s, without any cookie of the relay’s', async () => {
    await browser.context.clearCookies()
    const page = await browser.newPage()
    await page.goto(LMS)
    await page.frameLocator('iframe').locator('[data-stint-end]').waitFor()
    const lesson = page.frames().find((frame) => frame.url().includes('/lms/lesson.html'))!
    const runId = await readRun(lesson)
    expect(lesson.url()).not.toContain('stint=')
    await lesson.click('[data-stint-end]')
    const told = await readTold('rounding')
    expect(told).toMatchObject({ types: BOTH, emails: ['aiko@school.example'], runs: [runId] })
  })
})

describe('the React app', () => {
  it('times each lesson while it is shown, as one run, and completes only what is handed in', async () => {
    await signIn('Aiko')
    const page = await browser.newPage()
    await page.goto(reactApp.origin)
    await page.waitForSelector('text=/Working for [1-9]/')
    await page.click('text=Quarters')
    await page.waitForSelector('h1:text-is("Quarters")')
    await page.waitForSelector('text=/Working for [1-9]/')
    await page.click('button')
    await page.waitForSelector('text=Handed in')
    const { types, runs, values } = await readTold('quarters')
    expect(types).toEqual(BOTH)
    expect(runs).toHaveLength(1)
    expect(values).toMatchObject({ totalQuestions: 1, correctQuestions: 1 })
    expect(eventsOf('halves').map(({ type }) => type)).not.toContain('ActivityEvent')
  })
})

it('the README has the command for each folder', async () => {
  const readme = await readFile(path.join(EXAMPLES, 'README.md'), 'utf8')
  for (const name of ['node-server', 'static', 'course', 'lms', 'react']) {
    expect(readme).toContain(`[${name}](${name}/`)
  }
})

it('the server ends in order when it is told to', async () => {
  site.child.kill('SIGTERM')
  expect(await site.exited).toBe(0)
})
