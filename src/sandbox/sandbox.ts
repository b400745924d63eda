/**
 * A local stand-in for Timeback's token endpoint and Caliper service: the documented paths and answers, strict about
 * what it takes, all in memory. It is written from Timeback's public documents alone and imports nothing of ours, so
 * that a mistake in how we build an event shows against it.
 */
import { Hono } from 'hono'
import { toFailure } from './answers.ts'
import { createReadRoutes, createSendRoutes } from './caliper-routes.ts'
import { createControlRoutes } from './control.ts'
import { createFaults } from './faults.ts'
import { createJobs } from './jobs.ts'
import { createStore } from './store.ts'
import { createTokenRoute } from './token-route.ts'
import { createTokens } from './tokens.ts'
import { createValidator } from './validate.ts'
import type { ReplyStyle } from './answers.ts'
import type { Faults } from './faults.ts'
import type { ListFilters } from './list.ts'
import type { Listener, StoredEvent, StoreOptions } from './store.ts'
import type { TokenOptions } from './tokens.ts'
import type { Switches } from './values.ts'

export type { Fault } from './fault.ts'
export type { Faults } from './faults.ts'
export type { StoredEvent } from './store.ts'
export { LostAnswerError } from './faults.ts'

/**
 * Without any: the client `demo` with the secret `demo-secret`, tokens of an hour, no read lag. All but clients, token
 * life and lag are switches for what Timeback's documents leave open or contradict.
 */
export interface SandboxOptions
  extends Partial<TokenOptions>, Partial<StoreOptions>, Partial<Switches> {
  /** How a successful send is answered. */
  reply?: ReplyStyle
  listFilters?: ListFilters
  /** Timeback's documents name the error, not its status. */
  invalidClientStatus?: 400 | 401
}

export interface SandboxPlatform {
  /** Epoch milliseconds. */
  now?: () => number
  /** Resolves after so many milliseconds; only a fault's `delayMs` asks for it. */
  wait?: (ms: number) => Promise<void>
}

export interface Sandbox {
  /** The whole server. Rejects with `LostAnswerError` where a fault breaks the connection, and never else. */
  fetch: (request: Request) => Promise<Response>
  /** What was stored, oldest first, without the read lag. */
  events: () => StoredEvent[]
  /** Calls back for each event as it is stored, before the send is answered; returns its unsubscribe. */
  subscribe: (listener: Listener) => () => void
  faults: Faults
  /** Makes every token issued so far unknown. */
  revokeTokens: () => void
  /** Forgets events, jobs, tokens and faults; subscribers stay. */
  reset: () => void
}

/** `POST /oauth2/token`, `/caliper/*`, `/jobs/*`, and its own handles under `/_sandbox/`. */
export function createSandbox(
  options: SandboxOptions = {},
  { now = Date.now, wait = sleep }: SandboxPlatform = {},
): Sandbox {
  const { clients = { demo: 'demo-secret' }, tokenLifeSeconds = 3600, readLagMs = 0 } = options
  const { reply = 'jobId', listFilters = 'honoured', invalidClientStatus = 400 } = options

  const tokens = createTokens({ clients, tokenLifeSeconds }, now)
  const store = createStore({ readLagMs, duplicates: options.duplicates ?? 'store' }, now)
  const jobs = createJobs(readLagMs, now)
  const { faults, apply } = createFaults(wait)
  const validate = createValidator(readSwitches(options))

  const revokeTokens = () => tokens.revokeAll()
  const reset = () => {
    for (const part of [store, jobs, faults]) part.clear()
    revokeTokens()
  }

  const app = new Hono()
  app.route('/', createTokenRoute({ tokens, tokenLifeSeconds, invalidClientStatus }))
  app.route('/', createSendRoutes({ tokens, validate, store, jobs, reply }))
  app.route('/', createReadRoutes({ tokens, store, jobs, listFilters }))
  app.route('/', createControlRoutes({ faults, revokeTokens, reset }))
  app.notFound(() => toFailure(404, 'Not found'))

  return {
    fetch: (request) => apply(request, async () => app.fetch(request)),
    events: store.all,
    subscribe: store.subscribe,
    faults,
    revokeTokens,
    reset,
  }
}

function readSwitches(options: SandboxOptions): Switches {
  return {
    otherSubject: options.otherSubject ?? 'refuse',
    negativeValues: options.negativeValues ?? 'refuse',
    strictTimes: options.strictTimes ?? true,
    missingContext: options.missingContext ?? 'accept',
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
