// The real relay on a SQLite file with Timeback's stand-in behind it, and pages, each on an origin of its own; all of
// it on loopback.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRelay, openSqlite, serveRelay } from '../../../src/relay/node/server.ts'
import type { RelaySettings } from '../../../src/relay/relay.ts'
import { createSandbox } from '../../../src/sandbox/sandbox.ts'
import { serve, type FetchHandler, type TestServer } from '../../support/serve.ts'
import { toRelayOptions } from '../../support/relay-options.ts'
import type { Bundles } from './bundles.ts'

export interface BenchWorld {
  relayOrigin: string
  /** Resolves to what Timeback was told of these runs, in seconds by type, once all of them are completed. */
  told(runIds: readonly string[]): Promise<Record<string, number>>
  serve(handler: FetchHandler): Promise<TestServer>
  close(): Promise<void>
}

interface TimebackEvent {
  type: string
  extensions?: { runId?: string }
  generated: { items: { type: string; value: number }[] }
}

const TOLD_TIMEOUT_MS = 15_000
const silent = { info() {}, warn() {}, error() {} }

/** Pages get these bundles of it; what they have no use for here is not there. */
export async function startWorld(
  { embed, widget }: Pick<Bundles, 'embed' | 'widget'>,
  policy: NonNullable<RelaySettings['policy']> = {},
): Promise<BenchWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-bench-relay-'))
  const sandbox = createSandbox()
  const timeback = await serve(sandbox.fetch)
  const relay = await createRelay({
    db: openSqlite(path.join(folder, 'relay.db')),
    ...toRelayOptions(timeback.origin, 'Bench'),
    policy,
    identify: () => ({ sourcedId: 'ann', email: 'ann@school.example', role: 'student' }),
    isAllowedOrigin: () => true,
    script: async (name) => (name === 'stint.js' ? embed : widget),
    log: silent,
  })
  const listening = await serveRelay(relay, {
    port: 0,
    host: '127.0.0.1',
    log: silent,
    everyMs: 100,
  })
  const pages: TestServer[] = []
  const events = () => sandbox.events() as unknown as TimebackEvent[]

  return {
    relayOrigin: listening.origin,
    async told(runIds) {
      const isTold = () =>
        runIds.every((runId) =>
          events().some((event) => event.type === 'ActivityEvent' && isOf([runId], event)),
        )
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => reject(new Error('Timeback never heard that the run was completed.'))
        const timer = setTimeout(giveUp, TOLD_TIMEOUT_MS)
        const look = () => {
          if (!isTold()) return
          clearTimeout(timer)
          stop()
          resolve()
        }
        const stop = sandbox.subscribe(look)
        look()
      })
      // Whatever more there may be to tell has its chance.
      for (let round = 0; round < 3; round += 1) await relay.deliver()
      return sum(events().filter((event) => isOf(runIds, event)))
    },
    async serve(handler) {
      const server = await serve(handler)
      pages.push(server)
      return server
    },
    async close() {
      await listening.close()
      await Promise.all([timeback, ...pages].map((server) => server.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const isOf = (runIds: readonly string[], { extensions }: TimebackEvent) =>
  extensions?.runId !== undefined && runIds.includes(extensions.runId)

function sum(events: readonly TimebackEvent[]): Record<string, number> {
  const seconds: Record<string, number> = {}
  for (const { type, value } of events.flatMap(({ generated }) => generated.items)) {
    seconds[type] = (seconds[type] ?? 0) + value
  }
  return seconds
}
