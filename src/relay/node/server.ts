/**
 * The relay under Node: a web server around `fetch`, the round that settles and delivers, and an orderly end. Use
 * `openSqlite` for the embedded storage, `createRelay` for the relay, `serveRelay` to run it.
 */
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { serve, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Log } from '../log.ts'
import type { Relay, ScriptName } from '../relay.ts'

export { createRelay, type Learner } from '../relay.ts'
export { openSqlite } from './sqlite.ts'

export interface Listening {
  /** E.g. `http://localhost:4173`. */
  origin: string
  /** Takes no more requests and lets those under way finish. */
  close(): Promise<void>
}

/** What is under way at the end has so long to finish. */
const GRACE_MS = 2_000

type Handler = (request: Request) => Response | Promise<Response>

/** Listens. A handler that rejects has its connection cut: the client sees a network error, not an answer. */
export function listen(
  handler: Handler,
  { port, host }: { port: number; host?: string },
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const fetch = async (request: Request, { incoming }: HttpBindings) => {
      try {
        return await handler(request)
      } catch {
        incoming.socket.destroy()
        return RESPONSE_ALREADY_SENT
      }
    }
    const server = serve(
      {
        fetch: fetch as Handler,
        port,
        overrideGlobalObjects: false,
        ...(host !== undefined && { hostname: host }),
      },
      ({ port: bound }: AddressInfo) =>
        resolve({ origin: `http://${toHost(host)}:${bound}`, close }),
    )
    server.once('error', reject)

    const close = () =>
      new Promise<void>((closed) => {
        if (!('closeAllConnections' in server)) return void server.close(() => closed())
        // A connection that never says anything counts as active, and nothing else would ever end it.
        const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS)
        server.close(() => {
          clearTimeout(impatience)
          closed()
        })
      })
  })
}

/** As an address has it. */
const toHost = (host = 'localhost') => (host.includes(':') ? `[${host}]` : host)

export interface ServeOptions {
  port: number
  host?: string
  /** By default the console. */
  log?: Log
  /** How often settling and delivering is looked at. */
  everyMs?: number
  /** Answers what is not the relay's; the demo's pages, for one. */
  fallback?: Handler
}

/** Runs a relay until `close`, which lets requests and the round under way finish: 18 s at most. */
export async function serveRelay(
  relay: Relay,
  { port, host, log = console, everyMs = 1_000, fallback }: ServeOptions,
): Promise<Listening> {
  const handler: Handler = (request) =>
    fallback && !isRelays(new URL(request.url).pathname) ? fallback(request) : relay.fetch(request)
  const listening = await listen(handler, { port, ...(host !== undefined && { host }) })
  const round = setInterval(() => {
    relay
      .deliver()
      .catch((error: unknown) =>
        log.error({ err: error }, 'a round of settling and delivering failed'),
      )
  }, everyMs)
  return {
    origin: listening.origin,
    async close() {
      clearInterval(round)
      // Receipts are still given meanwhile, and who looks at `/readyz` sends nobody here any more.
      await relay.retire()
      await listening.close()
      await relay.close()
    },
  }
}

const isRelays = (path: string) => /^\/(v1\/|(stint(-\w+)?|ping)\.js$|healthz$|readyz$)/.test(path)

/** A built script for pages, from beside this file: in `dist`, or the repository's `dist` when run from source. */
export async function readScript(name: ScriptName): Promise<string> {
  for (const folder of ['../../', '../../../dist/']) {
    try {
      return await readFile(new URL(folder + name, import.meta.url), 'utf8')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    }
  }
  throw new Error(`${name} has not been built: run \`npm run build\``)
}
