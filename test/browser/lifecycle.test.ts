// Timeback's starter pack from end to end, as an operator and a learner have it: every program started from the command
// line, nothing but the environment, a static page on an origin of its own, and a real browser.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/contract/context.ts'
import type { RunReport } from '../../src/relay/relay.ts'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { serve } from '../support/serve.ts'
import type { TestServer } from '../support/serve.ts'
import { startCommand, toOrigin } from '../support/start-command.ts'
import type { Started } from '../support/start-command.ts'
import type { StintGlobal } from './world.ts'

declare global {
  var Stint: StintGlobal
}

const COURSE_FILE = path.resolve(import.meta.dirname, '../../demo/course.json')
const API_KEY = 'the key of the operator'
const AIKO = { sourcedId: 'learner-3', email: 'aiko@school.example' }

/** What must be in no address, no request of the browser and no line of the log. */
const SECRETS = ['@school.example', 'demo-secret', 'thirty-two', API_KEY]

let folder: string
let timeback: string
let relay: Started
let relayOrigin: string
let site: TestServer
let browser: TestBrowser
const started: Started[] = []
/** Every request of every page: its address, its headers and its body. */
const requests: string[] = []

const TIMEBACK = () => ({
  TIMEBACK_ENV: 'local',
  TIMEBACK_CLIENT_ID: 'demo',
  TIMEBACK_CLIENT_SECRET: 'demo-secret',
  TIMEBACK_TOKEN_URL: `${timeback}/oauth2/token`,
  TIMEBACK_API_URL: timeback,
  TIMEBACK_CALIPER_URL: timeback,
  TIMEBACK_QTI_URL: timeback,
})

const RELAY = () => ({
  ...TIMEBACK(),
  PORT: '0',
  STINT_SECRET: 'a secret of thirty-two characters!',
  STINT_SENSOR: 'https://app.example',
  STINT_APP_NAME: 'Science app',
  STINT_API_KEY: API_KEY,
  STINT_ORIGINS: site.origin,
  STINT_TIMEZONE: 'UTC',
  STINT_ACTIVITIES:
    '[{"id":"states-of-matter","resource":"course-science-4-resource-states-of-matter"}]',
})

function start(args: readonly string[], env: Record<string, string> = TIMEBACK()): Started {
  const command = startCommand(args, { env, cwd: folder })
  started.push(command)
  return command
}

/** What a command printed, and its exit code. */
async function run(args: readonly string[], env?: Record<string, string>) {
  const command = start(args, env)
  const code = await command.exited
  return { code, output: command.output() }
}

async function ask<T>(
  address: string,
  { token = API_KEY, body }: { token?: string; body?: object } = {},
) {
  const answer = await fetch(address, {
    headers: { authorization: `Bearer ${token}` },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/** What the stand-in has, read as any client of Timeback's reads it. */
async function readTimeback<T>(pathAndQuery: string): Promise<T> {
  const form = { grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' }
  const answer = await fetch(`${timeback}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return ask<T>(timeback + pathAndQuery, { token })
}

/** A link as the host's server makes it, and the page at its end, once the relay knows who is there. */
async function comeByLink(learner: object): Promise<Page> {
  const { ticket } = await ask<{ ticket: string }>(`${relayOrigin}/v1/tickets`, {
    body: { learner },
  })
  const link = `${relayOrigin}/v1/launch?${new URLSearchParams({ ticket, to: `${site.origin}/` })}`
  const page = await browser.newPage()
  page.on('request', (request) => requests.push(toText(request)))
  await page.goto(link)
  await page.waitForFunction(() => Stint.getSnapshot().sync === 'saved')
  return page
}

const toText = (request: Request) =>
  [request.url(), JSON.stringify(request.headers()), request.postData()].join('\n')

async function work(page: Page, ms: number) {
  for (const until = Date.now() + ms; Date.now() < until;) {
    await page.mouse.move(20 + Math.random() * 200, 100 + Math.random() * 100)
    await page.evaluate(() => new Promise((go) => setTimeout(go, 100)))
  }
}

const readRunId = (page: Page) => page.evaluate(() => Stint.getSnapshot().run!.runId)
const readReport = (runId: string) => ask<RunReport>(`${relayOrigin}/v1/runs/${runId}`)

/** Once all of a run has gone out and the gradebook shows its result. */
async function untilRead(runId: string): Promise<RunReport> {
  const readStates = async () =>
    (await readReport(runId)).deliveries.map(({ kind, state }) => `${kind} ${state}`)
  await expect.poll(readStates, { timeout: 20_000 }).toContain('readback delivered')
  await expect.poll(async () => (await readStates()).filter(isOpen)).toEqual([])
  return readReport(runId)
}

const isOpen = (delivery: string) => !delivery.endsWith(' delivered')

interface Event {
  type: string
  externalId: string
  actor: { id: string; email: string }
  object: { id: string; process?: boolean; course: { id: string; name: string }; subject: string }
  generated: { attempt?: number; items: { type: string; value: number }[]; extensions?: object }
  extensions: { runId: string; courseId: string }
}

async function readEvents(runId: string): Promise<Event[]> {
  const { events } = await readTimeback<{ events: Event[] }>('/caliper/events?limit=100')
  return events.filter(({ extensions }) => extensions.runId === runId)
}

const toValues = ({ generated }: Event): Record<string, number> =>
  Object.fromEntries(generated.items.map(({ type, value }) => [type, value]))

interface Result {
  sourcedId: string
  status: string
  score: number
  metadata: { attempt: number; xp: number }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stint-lifecycle-'))
  timeback = toOrigin(await start(['sandbox'], { PORT: '0' }).until('ready'))
  browser = await launchBrowser()
  site = await serve(() => new Response(page, { headers: { 'content-type': 'text/html' } }))
  relay = start(['relay'], RELAY())
  relayOrigin = toOrigin(await relay.until('ready'))
  const page = `<!doctype html><title>Matter</title><body>
    <script src="${relayOrigin}/stint.js" data-activity="states-of-matter"
      data-name="Solids, liquids and gases" data-subject="Science" data-grade="4"></script>
    <button data-stint-end data-total-questions="5" data-correct-questions="4"
      data-mastered-units="1">Finish</button>`
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await site?.close()
  for (const { child } of started) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

// In the order of the starter pack: each step needs the one before.
describe('the lifecycle', () => {
  let first: { page: Page; runId: string }

  it('begins with a course: a plan first, then the course, and nothing more to do after it', async () => {
    const plan = await run(['course', 'push', COURSE_FILE])
    expect(plan.code).toBe(0)
    expect(plan.output).toContain('--apply')
    const applied = await run(['course', 'push', COURSE_FILE, '--apply'])
    expect(applied).toMatchObject({ code: 0 })
    const again = await run(['course', 'push', COURSE_FILE, '--json'])
    expect(again.code).toBe(0)
    expect(again.output).not.toMatch(/"(create|update|blocked)"/)
    expect(applied.output).not.toContain(AIKO.email)
    const { course } = await readTimeback<{ course: { title: string } }>(
      '/ims/oneroster/rostering/v1p2/courses/course-science-4',
    )
    expect(course).toMatchObject({ title: 'Science 4', subjects: ['Science'], grades: ['4'] })
  })

  it('is checked before anybody comes', async () => {
    const check = await run(['check', '--email', AIKO.email], {
      ...RELAY(),
      STINT_COURSES: '[{"sourcedId":"course-science-4","subject":"Science","grade":4}]',
    })
    expect(check).toMatchObject({ code: 0 })
  })

  it('brings the learner by a link, and knows what they may take', async () => {
    const page = await comeByLink(AIKO)
    first = { page, runId: await readRunId(page) }
    expect(page.url()).toBe(`${site.origin}/`)
    await page.waitForFunction(() => Stint.getSnapshot().context)
    const context = await page.evaluate(() => Stint.getSnapshot().context as Context)
    expect(context).toMatchObject({
      enrolled: true,
      course: { name: 'Science 4', subject: 'Science', grade: 4 },
      goals: { activeMinutes: 20, xp: 20 },
      today: { activeMs: 0, xpEarned: 0 },
      missing: [],
    })
  })

  it('ends as two events and a result, as documented', async () => {
    const { page, runId } = first
    await work(page, 7_000)
    await page.click('[data-stint-end]')
    const report = await untilRead(runId)
    const [time, completion, ...more] = (await readEvents(runId)).toSorted((a, b) =>
      a.type < b.type ? 1 : -1,
    )
    expect(more).toEqual([])
    const { active } = report.counted
    // Four of five right is just enough for a point a minute, on the first attempt.
    const xpEarned = Math.round(active / 6_000) / 10
    expect(active).toBeGreaterThan(6_500)
    expect(xpEarned).toBeGreaterThan(0)
    expect(toValues(time!)).toMatchObject({ active: active / 1_000, waste: 0 })
    expect(toValues(completion!)).toEqual({
      xpEarned,
      totalQuestions: 5,
      correctQuestions: 4,
      masteredUnits: 1,
    })
    expect(completion).toMatchObject({
      type: 'ActivityEvent',
      actor: { email: AIKO.email },
      object: {
        id: 'https://app.example/activities/Science/g4/states-of-matter',
        process: true,
        subject: 'Science',
        course: { name: 'Science 4' },
      },
      generated: { attempt: 1, extensions: { pctCompleteApp: 50 } },
      extensions: { runId, courseId: 'course-science-4' },
    })
    expect(completion!.actor.id).toMatch(/\/ims\/oneroster\/rostering\/v1p2\/users\/learner-3$/)
    const results = await readResults()
    expect(results).toMatchObject([
      {
        sourcedId: `caliper_${completion!.externalId}`,
        score: 80,
        metadata: { attempt: 1, xp: xpEarned },
      },
    ])
  })

  it('is known in the facts and shown to the page', async () => {
    const { page, runId } = first
    const { counted } = await readReport(runId)
    // A page reads its context again with its next round.
    await page.waitForFunction(
      () => (Stint.getSnapshot().context?.today?.activeMs ?? 0) > 0,
      undefined,
      {
        timeout: 40_000,
      },
    )
    const { today } = await page.evaluate(() => Stint.getSnapshot().context as Context)
    // Timeback's facts have hundredths of a second.
    expect(Math.abs(today!.activeMs - counted.active)).toBeLessThanOrEqual(5)
  })

  it('can be done again: the second attempt stands beside the first', async () => {
    const page = await comeByLink(AIKO)
    const runId = await readRunId(page)
    expect(runId).not.toBe(first.runId)
    await work(page, 1_000)
    await page.click('[data-stint-end]')
    await untilRead(runId)
    const results = await readResults()
    const attempts = results
      .filter(({ sourcedId }) => sourcedId.startsWith('caliper_'))
      .map(({ status, metadata: { attempt } }) => `${status} ${attempt}`)
    expect(attempts.toSorted()).toEqual(['active 1', 'active 2'])
    // One unit of two, however often: the course is not mastered.
    expect(results.filter(({ sourcedId }) => sourcedId.startsWith('timeback_sdk_'))).toEqual([])
  })

  it('reports nothing of a teacher, and says so', async () => {
    const page = await comeByLink({
      sourcedId: 'demo-teacher',
      email: 'teacher@school.example',
      role: 'teacher',
    })
    expect(await page.evaluate(() => Stint.getSnapshot().learner)).toBe('preview')
    await page.click('[data-stint-end]')
    const runId = await readRunId(page)
    await expect.poll(async () => (await readReport(runId)).state).toBe('ended')
    expect(await readReport(runId)).toMatchObject({ preview: true, deliveries: [] })
  })

  it('keeps what a learner does who is not enrolled, and says why it waits', async () => {
    const page = await comeByLink({ sourcedId: 'learner-unenrolled', email: 'wren@school.example' })
    await page.waitForFunction(() => Stint.getSnapshot().context)
    expect(await page.locator('stint-timer .pill').innerText()).toContain('Not in this course yet')
    await page.click('[data-stint-end]')
    const runId = await readRunId(page)
    await expect
      .poll(async () => (await readReport(runId)).settlements.map(({ held }) => held))
      .toEqual(['not_enrolled'])
  })

  it('leaves no e-mail and no secret in an address, in what the browser sends, or in the log', () => {
    expect(requests.length).toBeGreaterThan(10)
    for (const secret of SECRETS) {
      expect(requests.filter((request) => request.includes(secret))).toEqual([])
      expect(relay.output()).not.toContain(secret)
    }
  })
})

async function readResults(): Promise<Result[]> {
  const filter = "student.sourcedId='learner-3'"
  const { assessmentResults } = await readTimeback<{ assessmentResults: Result[] }>(
    `/ims/oneroster/gradebook/v1p2/assessmentResults/?${new URLSearchParams({ filter })}`,
  )
  return assessmentResults
}
