// A relay as a process of its own, made to be killed: the real server on a real file, told by its parent where that is
// and how far the clock has gone. It loads everything first and then waits, so that its next life begins at once.

import { toRelayOptions } from '../../support/relay-options.ts'
import { createRelay, openSqlite, serveRelay } from '../../../src/relay/node/server.ts'

/** What the parent says first; `clock` alone may come again. */
export interface Orders {
  path: string
  timebackOrigin: string
  /** How far the simulated clock is ahead of the machine's, in ms. */
  aheadMs: number
}

/** What the parent hears. */
export type Word =
  | { is: 'loaded' }
  | { is: 'ready'; origin: string }
  | { is: 'trouble'; what: string }
  /** It can't start, and nor will any after it. */
  | { is: 'broken'; what: string }

/** As often as a machine can: there is always something under way to be killed in. */
const ROUND_MS = 50

let aheadMs = 0
/** A parent that has gone hears nothing, and then `disconnect` ends us. */
const say = (word: Word) => process.send?.(word, () => {})
const log = {
  info() {},
  warn() {},
  error: (about: object, what: string) =>
    say({ is: 'trouble', what: `${what}: ${String((about as { err?: unknown }).err)}` }),
}

async function begin({ path, timebackOrigin }: Orders) {
  const relay = await createRelay(
    {
      db: openSqlite(path),
      ...toRelayOptions(timebackOrigin, 'Torture'),
      // Short, so that runs are told in many pieces, and late.
      leaseMs: 90_000,
      gapMs: 20_000,
      identify({ headers }) {
        const sourcedId = headers.get('x-learner')
        return sourcedId
          ? { sourcedId, email: `${sourcedId}@school.example`, role: 'student' }
          : null
      },
      log,
    },
    { now: () => Date.now() + aheadMs },
  )
  const { origin } = await serveRelay(relay, {
    port: 0,
    host: '127.0.0.1',
    log,
    everyMs: ROUND_MS,
  })
  say({ is: 'ready', origin })
}

let hasBegun = false
process.on('message', (orders: Orders) => {
  aheadMs = orders.aheadMs
  if (hasBegun) return
  hasBegun = true
  begin(orders).catch((error: unknown) => say({ is: 'broken', what: String(error) }))
})
// Without a parent there is nobody to kill it.
process.on('disconnect', () => process.exit())
say({ is: 'loaded' })
