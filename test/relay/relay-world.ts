/**
 * A relay with all that is around it: a clock that only the test moves, a sandbox that stands in for Timeback, a
 * storage in memory or in a file, and pages that speak to it as browsers do. Nothing listens on a port.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Failure, Receipt, Verdict } from '../../src/contract/flush.ts'
import type { Grant } from '../../src/contract/grant.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import {
  createRelay,
  type Identify,
  type Learner,
  type Relay,
  type RelayOptions,
  type RunReport,
} from '../../src/relay/relay.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { MONDAY } from './entries.ts'

export const ORIGIN = 'https://relay.example'
export const SECRET = 'a secret that is long enough to sign'
export const API_KEY = 'an-operator-key-of-some-length'

const TIMEBACK = 'http://localhost:4174'

export const LEARNERS: Record<string, Learner> = {
  ada: { sourcedId: 'ada', email: 'ada@school.example', role: 'student' },
  ben: { sourcedId: 'ben', email: 'ben@school.example', role: 'student' },
  teacher: { sourcedId: 'teacher', email: 'teacher@school.example', role: 'teacher' },
}

/** Signs in whoever is named, as a student: for a test that wants a new learner each time. */
export const identifyAnybody: Identify = (request) => {
  const sourcedId = request.headers.get('x-learner')
  return sourcedId ? { sourcedId, email: `${sourcedId}@school.example`, role: 'student' } : null
}

export const COURSES: NonNullable<RelayOptions['courses']> = [
  { sourcedId: 'math-5', subject: 'Math', grade: 5 },
  { sourcedId: 'reading-x', subject: 'Reading', code: 'READ-X', name: 'Reading, extended' },
]

export interface Clock {
  now: () => number
  /** Moves on by so many ms. */
  pass: (ms: number) => void
}

export function createClock(startsAt = MONDAY): Clock {
  let at = startsAt
  return { now: () => at, pass: (ms) => void (at += ms) }
}

/** A request of the relay to Timeback. */
export interface Call {
  method: string
  path: string
  body: string
  at: number
}

export interface World {
  clock: Clock
  sandbox: Sandbox
  db: RelayOptions['db']
  /** Everything the relay asked of Timeback, oldest first. */
  calls: Call[]
  /** The bodies that went to `POST /caliper/event`, whatever became of them. */
  sends: () => string[]
  relay: Relay
  /** Everything logged, as JSON lines. */
  logged: string[]
  /** Another relay on the same storage and before the same Timeback. */
  startRelay: (
    changes?: Partial<RelayOptions>,
    network?: typeof fetch,
    platform?: { lastRoundMs?: number },
  ) => Promise<Relay>
  /** Lets so much time pass, with rounds as in a server: one a second, but at most 200. */
  run: (ms: number, relay?: Relay) => Promise<void>
}

export interface WorldSetUp {
  options?: Partial<RelayOptions>
  sandbox?: Parameters<typeof createSandbox>[0]
  clock?: Clock
  random?: () => number
}

export async function openWorld(setUp: WorldSetUp = {}): Promise<World> {
  const { options = {}, clock = createClock(), random = () => 0 } = setUp
  const sandbox = createSandbox(setUp.sandbox, {
    now: clock.now,
    wait: async (ms) => clock.pass(ms),
  })
  const db = options.db ?? openSqlite(':memory:')
  const calls: Call[] = []
  const logged: string[] = []
  const log = (about: object, message: string) =>
    void logged.push(JSON.stringify({ ...about, message }))

  const network: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const { method, url } = request
    const body = await request.clone().text()
    calls.push({ method, path: new URL(url).pathname, body, at: clock.now() })
    return sandbox.fetch(request)
  }

  const startRelay: World['startRelay'] = (changes = {}, fetch = network, platform = {}) =>
    createRelay(
      {
        secret: SECRET,
        sensor: 'https://app.example',
        app: { name: 'Example App' },
        courses: COURSES,
        // What is looked up at Timeback has tests of its own.
        context: 'host',
        timeback: {
          environment: 'local',
          clientId: 'demo',
          clientSecret: 'demo-secret',
          endpoints: { tokenUrl: `${TIMEBACK}/oauth2/token` },
        },
        apiKey: API_KEY,
        origins: ['https://school.example'],
        log: { info: log, warn: log, error: log },
        identify: (request) => LEARNERS[request.headers.get('x-learner') ?? ''] ?? null,
        ...options,
        db,
        ...changes,
      },
      { fetch, now: clock.now, random, ...platform },
    )

  const relay = await startRelay()
  onTestFinished(() => db.destroy())
  return {
    clock,
    sandbox,
    db,
    calls,
    logged,
    relay,
    startRelay,
    sends: () => calls.filter(({ path }) => path === '/caliper/event').map(({ body }) => body),
    async run(ms, by = relay) {
      const stepMs = Math.max(1_000, ms / 200)
      for (const until = clock.now() + ms; clock.now() < until;) {
        clock.pass(Math.min(stepMs, until - clock.now()))
        await by.deliver()
      }
    },
  }
}

/** A path for a database file that goes away with the test. */
export function createDataPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stint-relay-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'relay.db')
}

export function post(relay: Relay, path: string, body: unknown, headers = {}): Promise<Response> {
  return relay.fetch(
    new Request(ORIGIN + path, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )
}

export function get(relay: Relay, path: string, headers = {}): Promise<Response> {
  return relay.fetch(new Request(ORIGIN + path, { headers }))
}

export async function readFailure(response: Response): Promise<[number, Failure['error']]> {
  const { error } = (await response.json()) as Failure
  return [response.status, error]
}

export interface Page {
  grant: Grant
  /** The page's own wall clock. */
  wall: () => number
  send: (...entries: unknown[]) => Promise<Response>
  /** Sends to another relay than the world's own. */
  sendTo: (relay: Relay, ...entries: unknown[]) => Promise<Response>
  /** Sends, and expects a receipt. */
  flush: (...entries: unknown[]) => Promise<Verdict[]>
}

/** A page with a grant. `clockErrorMs` is how far its clock is ahead; `sinceMs` how long it has been open. */
export async function openPage(
  world: World,
  learner = 'ada',
  { clockErrorMs = 0, sinceMs = 0, relay = world.relay } = {},
): Promise<Page> {
  const wall = () => world.clock.now() + clockErrorMs
  const request = { v: 1, startedAt: wall() - sinceMs, sentAt: wall() }
  const answer = await post(relay, '/v1/grants', request, { 'x-learner': learner })
  const grant = (await answer.json()) as Grant
  const sendTo = (to: Relay, ...entries: unknown[]) =>
    post(to, '/v1/entries', { v: 1, grant: grant.token, sentAt: wall(), entries })
  const send = (...entries: unknown[]) => sendTo(relay, ...entries)
  return {
    grant,
    wall,
    send,
    sendTo,
    async flush(...entries) {
      const response = await send(...entries)
      if (response.status !== 200) throw new Error(await response.text())
      return ((await response.json()) as Receipt).verdicts
    },
  }
}

/** A verdict in one word, for where the rest doesn't matter. */
export const toWords = (verdicts: Verdict[]) => verdicts.map(({ verdict }) => verdict)

export async function readReport(
  world: World,
  runId: string,
  { learner = 'ada', relay = world.relay } = {},
): Promise<RunReport> {
  const authorization = `Bearer ${API_KEY}`
  const response = await get(relay, `/v1/runs/${runId}?learner=${learner}`, { authorization })
  if (response.status !== 200) throw new Error(await response.text())
  return (await response.json()) as RunReport
}
