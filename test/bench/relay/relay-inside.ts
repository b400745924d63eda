// A relay in this process, on a database file, before a Timeback that answers at once.

import { createRelay, openSqlite } from '../../../src/relay/node/server.ts'
import { toRelayOptions } from '../../support/relay-options.ts'
import type { Relay } from '../../../src/relay/relay.ts'

const silent = { info() {}, warn() {}, error() {} }

export interface Timeback {
  fetch: typeof globalThis.fetch
  /** Resolves once so many more events have come. */
  until(count: number): Promise<void>
}

/** Gives a token and takes every event. */
export function createTimeback(): Timeback {
  let sent = 0
  let wanted = { count: Infinity, resolve: () => {} }
  return {
    until: (count: number) =>
      new Promise<void>((resolve) => {
        wanted = { count: sent + count, resolve }
      }),
    fetch: async (input: RequestInfo | URL) => {
      if (String(input instanceof Request ? input.url : input).endsWith('/oauth2/token'))
        return Response.json({ access_token: 'token', token_type: 'bearer', expires_in: 3_600 })
      sent += 1
      if (sent === wanted.count) wanted.resolve()
      return Response.json({ jobId: `job-${sent}` })
    },
  }
}

export function openRelay(file: string, fetch: typeof globalThis.fetch): Promise<Relay> {
  return createRelay(
    {
      db: openSqlite(file),
      ...toRelayOptions('http://127.0.0.1:9', 'Bench'),
      identify: (request) => {
        const sourcedId = request.headers.get('x-learner') ?? ''
        return { sourcedId, email: `${sourcedId}@school.example`, role: 'student' }
      },
      log: silent,
    },
    { fetch },
  )
}

export function post(relay: Relay, address: string, body: object, headers = {}): Promise<Response> {
  const request = { method: 'POST', body: JSON.stringify(body), headers }
  return Promise.resolve(relay.fetch(new Request(`http://relay.local${address}`, request)))
}
