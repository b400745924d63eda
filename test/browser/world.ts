// A whole world on loopback for one test file: a relay on a SQLite file, Timeback's stand-in, and pages on other
// origins. The relay can be stopped and started again on the same port and file.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { createRelay, openSqlite, readScript, serveRelay } from '../../src/relay/node/server.ts'
import type { Listening } from '../../src/relay/node/server.ts'
import type { Identify, RelaySettings, RunReport, TicketLearner } from '../../src/relay/relay.ts'
import type { Stint } from '../../src/index.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { serve } from '../support/serve.ts'
import { toRelayOptions } from '../support/relay-options.ts'
import type { TestServer } from '../support/serve.ts'

export interface World {
  relayOrigin: string
  startRelay(): Promise<void>
  /** As a supervisor stops it; `startRelay` brings it back as it was. */
  stopRelay(): Promise<void>
  /** What Timeback has of a run once it is completed, and some rounds later. */
  completion(runId: string): Promise<Told>
  events(runId: string): TimebackEvent[]
  /** The link by which a learner's host brings them to a page: with a ticket that it has just got. */
  toLaunch(learner: TicketLearner, page: string): Promise<string>
  /** What the relay has of a run and how it explains it, once it is asked with the operator's key. */
  report(runId: string): Promise<RunReport>
  /**
   * Serves a page on an origin of its own: one for every address, or several by their paths. `$PORT` in it is the
   * server's, which has two origins: 127.0.0.1 and localhost.
   */
  servePage(html: string | Record<string, string>): Promise<TestServer>
  close(): Promise<void>
}

export interface TimebackEvent {
  type: string
  eventTime: string
  actor: { email: string }
  object: { id: string; activity?: { name: string } }
  generated: { attempt?: number; items: { type: string; value: number; subType?: string }[] }
}

export interface Told {
  events: TimebackEvent[]
  /** The items of all events of the run, summed by type; times in seconds. */
  values: Record<string, number>
}

/** What the relay says is not what these tests look at. */
const silent = { info() {}, warn() {}, error() {} }

const API_KEY = 'the key of the operator'

/** What a test wants otherwise than the world has it. */
export interface WorldSettings extends Pick<
  Partial<RelaySettings>,
  'policy' | 'allowances' | 'flushEveryMs'
> {
  preset?: 'stint' | 'timeback-sdk'
  mayRelax?: boolean
  leaseMs?: number
  identify?: Identify
}

export async function startWorld(settings: WorldSettings = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-world-'))
  const sandbox = createSandbox({ missingContext: 'refuse' })
  const timeback = await serve(sandbox.fetch)
  const pages: TestServer[] = []
  let relay: Listening | undefined
  let deliver = async () => {}
  let port = 0

  const startRelay = async () => {
    const made = await createRelay({
      db: openSqlite(path.join(folder, 'relay.db')),
      ...toRelayOptions(timeback.origin, 'Test app'),
      mayRelax: true,
      flushEveryMs: 1_000,
      apiKey: API_KEY,
      identify: () => ({ sourcedId: 'ann', email: 'ann@school.example', role: 'student' }),
      isAllowedOrigin: () => true,
      script: readScript,
      log: silent,
      ...settings,
    })
    deliver = made.deliver
    relay = await serveRelay(made, { port, host: '127.0.0.1', log: silent, everyMs: 50 })
    port = Number(new URL(relay.origin).port)
  }
  await startRelay()

  const events = (runId: string) =>
    sandbox
      .events()
      .filter(({ extensions }) => extensions?.runId === runId) as unknown as TimebackEvent[]

  return {
    relayOrigin: `http://127.0.0.1:${port}`,
    startRelay,
    async stopRelay() {
      await relay?.close()
    },
    events,
    async completion(runId) {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (!events(runId).some(({ type }) => type === 'ActivityEvent')) return
          stop()
          resolve()
        }
        const stop = sandbox.subscribe(look)
        look()
      })
      // Whatever else there may be to tell has its chance: one event too many must show.
      for (let round = 0; round < 3; round += 1) await deliver()
      return { events: events(runId), values: sum(events(runId)) }
    },
    async toLaunch(learner, to) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/tickets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${API_KEY}` },
        body: JSON.stringify({ learner }),
      })
      const { ticket } = (await answer.json()) as { ticket: string }
      const query = new URLSearchParams({ ticket, to })
      return `http://127.0.0.1:${port}/v1/launch?${query.toString()}`
    },
    async report(runId) {
      const headers = { authorization: `Bearer ${API_KEY}` }
      const answer = await fetch(`http://127.0.0.1:${port}/v1/runs/${runId}`, { headers })
      return (await answer.json()) as RunReport
    },
    async servePage(html) {
      const page = await serve(({ url }) => {
        const found = typeof html === 'string' ? html : html[new URL(url).pathname]
        return new Response(found?.replaceAll('$PORT', `${page.port}`) ?? 'There is no such page', {
          status: found === undefined ? 404 : 200,
          headers: { 'content-type': 'text/html; charset=utf-8' },
        })
      })
      pages.push(page)
      return page
    },
    async close() {
      await Promise.all([relay?.close(), timeback.close(), ...pages.map((page) => page.close())])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function sum(events: TimebackEvent[]): Record<string, number> {
  const values: Record<string, number> = {}
  for (const { type, value } of events.flatMap(({ generated }) => generated.items)) {
    values[type] = (values[type] ?? 0) + value
  }
  return values
}

/** The script tag of a static page. */
export const toTag = (origin: string, attributes: Record<string, string> = {}) => {
  const all = {
    activity: 'fractions',
    name: 'Fractions',
    subject: 'Math',
    grade: '5',
    ...attributes,
  }
  const data = Object.entries(all).map(([name, value]) => `data-${name}="${value}"`)
  return `<script src="${origin}/stint.js" ${data.join(' ')} defer></script>`
}

/** The run that a page is in, once it is. */
export const readRunId = (page: Page) =>
  page.evaluate(
    () => (globalThis as unknown as { Stint: StintGlobal }).Stint.getSnapshot().run?.runId ?? '',
  )

/** The global of the script tag. */
export type StintGlobal = Stint
