/**
 * A local stand-in for Timeback: the token endpoint, Caliper, OneRoster, EduBridge and PowerPath on one origin, with
 * the documented paths and answers, strict about what it takes, all in memory. It is written from Timeback's public
 * documents alone and imports nothing of ours, so that a mistake in how we speak to Timeback shows against it.
 */
import { createApp } from './app.ts'
import { createEnroller } from './edubridge/enrollments.ts'
import { createFaults } from './faults.ts'
import { createJobs } from './jobs.ts'
import { createRows } from './oneroster/rows.ts'
import { createWriter } from './oneroster/write.ts'
import { createPlatform } from './platform.ts'
import { loadSchool } from './school/school.ts'
import { readSettings } from './settings.ts'
import { createStore } from './store.ts'
import { createTokens } from './tokens.ts'
import type { Faults } from './faults.ts'
import type { Kind } from './oneroster/kinds.ts'
import type { Row } from './oneroster/rows.ts'
import type { SandboxOptions } from './settings.ts'
import type { Listener, StoredEvent } from './store.ts'

export type { Fault } from './fault.ts'
export type { Faults } from './faults.ts'
export type { Kind } from './oneroster/kinds.ts'
export type { Row } from './oneroster/rows.ts'
export type { School, SchoolRows } from './school/school.ts'
export type { SandboxOptions } from './settings.ts'
export type { StoredEvent } from './store.ts'
export { LostAnswerError } from './faults.ts'

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
  /** The OneRoster rows of a kind in the order they came, deleted ones too. */
  rows: (kind: Kind) => Row[]
  /** Calls back for each event as it is stored, before the send is answered; returns its unsubscribe. */
  subscribe: (listener: Listener) => () => void
  faults: Faults
  /** Makes every token issued so far unknown. */
  revokeTokens: () => void
  /** Forgets events, jobs, tokens, faults and all changes of the school; subscribers stay. */
  reset: () => void
}

/** Throws a `TypeError` for a school with a row that Timeback would refuse. */
export function createSandbox(
  options: SandboxOptions = {},
  { now = Date.now, wait = sleep }: SandboxPlatform = {},
): Sandbox {
  const settings = readSettings(options)
  const newId = () => crypto.randomUUID()
  const tokens = createTokens(settings, now)
  const store = createStore(settings, now)
  const jobs = createJobs(settings.readLagMs, now)
  const rows = createRows(now)
  const writer = createWriter({ rows, switches: settings, newId })
  const enroller = createEnroller({ rows, writer, newId }, now)
  const platform = createPlatform({ rows, readLagMs: settings.readLagMs }, now)
  const { faults, apply } = createFaults(wait)
  loadSchool(settings.school, writer)

  const revokeTokens = () => tokens.revokeAll()
  const reset = () => {
    for (const part of [store, jobs, platform, rows, faults]) part.clear()
    revokeTokens()
    loadSchool(settings.school, writer)
  }
  const parts = { settings, tokens, store, jobs, rows, writer, enroller, platform, faults }
  const app = createApp({ ...parts, revokeTokens, reset }, now)

  return {
    fetch: (request) => apply(request, async () => app.fetch(request)),
    events: store.all,
    rows(kind) {
      platform.settle()
      return rows.list(kind)
    },
    subscribe: store.subscribe,
    faults,
    revokeTokens,
    reset,
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
