// A whole world on loopback for one test file: a relay on a SQLite file, Timeback's stand-in, and pages on other
// origins. The relay can be stopped and started again on the same port and file.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { createRelay, openSqlite, readEmbed, serveRelay } from '../../src/relay/node/server.ts'
import type { Listening } from '../../src/relay/node/server.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { serve } from '../support/serve.ts'
import type { TestServer } from '../support/serve.ts'

export interface World {
  relayOrigin: string
  startRelay(): Promise<void>
  /** As a supervisor stops it; `startRelay` brings it back as it was. */
  stopRelay(): Promise<void>
  /** What Timeback has of a run once it is completed, and some rounds later. */
  completion(runId: string): Promise<Told>
  events(runId: string): TimebackEvent[]
  /** Serves a page on an origin of its own. */
  servePage(html: string): Promise<TestServer>
  close(): Promise<void>
}

export interface TimebackEvent {
  type: string
  eventTime: string
  object: { id: string; activity?: { name: string } }
  generated: { attempt?: number; items: { type: string; value: number }[] }
}

export interface Told {
  events: TimebackEvent[]
  /** The items of all events of the run, summed by type; times in seconds. */
  values: Record<string, number>
}

/** What the relay says is not what these tests look at. */
const silent = { info() {}, warn() {}, error() {} }

const SECRET = 'a secret of thirty-two characters!'

export async function startWorld(): Promise<World> {
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
      secret: SECRET,
      sensor: 'https://app.example',
      app: { name: 'Test app' },
      courses: [{ sourcedId: 'course-1', subject: 'Math', grade: 5 }],
      timeback: {
        environment: 'local',
        clientId: 'demo',
        clientSecret: 'demo-secret',
        endpoints: { tokenUrl: `${timeback.origin}/oauth2/token`, caliperUrl: timeback.origin },
      },
      rules: { maxIdleAfterMs: 3_600_000, flushEveryMs: 1_000 },
      identify: () => ({ sourcedId: 'ann', email: 'ann@school.example', role: 'student' }),
      isAllowedOrigin: () => true,
      script: readEmbed,
      log: silent,
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
    async servePage(html) {
      const page = await serve(
        () => new Response(html, { headers: { 'content-type': 'text/html' } }),
      )
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

export interface StintGlobal {
  current: {
    runId: string
    totalActiveMs: number
    end(result?: object): Promise<{ saved: string }>
  } | null
  start(activity: object): { runId: string }
  getSnapshot(): {
    run: {
      runId: string
      presence: string
      startedAt: number
      totals: Record<string, number>
    } | null
    sync: string
    problem: { code: string } | null
  }
}
