// A web server for one test, around any `Request -> Response` function: the relay, the sandbox, a folder.

import type { AddressInfo } from 'node:net'
import { serve as listen } from '@hono/node-server'
import type { Http2Bindings, HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'

export type FetchHandler = (request: Request) => Response | Promise<Response>

export interface TestServer {
  /** For example `http://127.0.0.1:41234`. */
  origin: string
  port: number
  /** Stops listening and cuts every open connection. */
  close(): Promise<void>
}

export interface ServeOptions {
  /** Default: a free one. The same number again is the same server come back. */
  port?: number
  host?: string
}

/** A handler that throws is a dead server to its client: the socket is cut, with no answer. */
export function serve(
  handler: FetchHandler,
  { port = 0, host = '127.0.0.1' }: ServeOptions = {},
): Promise<TestServer> {
  const fetch = async (request: Request, { incoming }: HttpBindings | Http2Bindings) => {
    try {
      return await handler(request)
    } catch {
      incoming.socket.destroy()
      return RESPONSE_ALREADY_SENT
    }
  }
  return new Promise((resolve, reject) => {
    const options = { fetch, port, hostname: host, overrideGlobalObjects: false }
    const server = listen(options, ({ port: bound }: AddressInfo) => {
      resolve({ origin: `http://${host}:${bound}`, port: bound, close })
    })
    server.once('error', reject)

    const close = () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
  })
}
