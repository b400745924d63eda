/**
 * The relay: a web-standard `fetch` handler that alone holds the credentials of Timeback, counts by its own clock,
 * and delivers until Timeback says yes. Mounts wherever a `Request` becomes a `Response`.
 */
import { createClients } from './clients.ts'
import { createGrants } from './grants.ts'
import { createReceive } from './group.ts'
import type { Identify } from './identify.ts'
import type { Log } from './log.ts'
import { readSettings, type RelaySettings } from './options.ts'
import { record, type HostResult, type RecordAnswer } from './record.ts'
import { createRounds } from './round.ts'
import { createRoutes, type ScriptName } from './routes.ts'
import { createReadSignedTicket } from './signed-ticket.ts'
import { prepareStorage, type Database } from './storage.ts'
import { createTickets } from './tickets.ts'

export type { CourseEntry } from './courses.ts'
export type { Identify, Learner } from './identify.ts'
export { signTicket, type SignTicketOptions, type TicketLearner } from './sign-ticket.ts'
export type { Log } from './log.ts'
export type { RelaySettings } from './options.ts'
export type { ScriptName } from './routes.ts'
export type { HostResult, RecordAnswer } from './record.ts'
export type { RunReport } from './report.ts'
export type { XpFacts, XpFunction } from './xp.ts'
export { RelayError, type FailureCode } from './failure.ts'
export type { Outcome, TimelinePiece } from './timeline.ts'
export type { Database, Tables } from './storage.ts'

export interface RelayOptions extends RelaySettings {
  /** Where everything is kept: a Kysely database, e.g. `openSqlite(path)` from `stint/relay/node`. */
  db: Database
  /** Without it pages need a ticket. */
  identify?: Identify
  /** Allows origins that no list could name, beside those in `origins`. */
  isAllowedOrigin?: (origin: string) => boolean
  /** The scripts for pages, served by their names: `/stint.js`, what it loads, `/ping.js`; `readScript` from `stint/relay/node` has them. */
  script?: (name: ScriptName) => Promise<string>
  /** Whether the storage has room for more: without it pages are told to keep what they have. */
  hasRoom?: () => Promise<boolean>
  /** By default the console. */
  log?: Log
}

export interface Relay {
  fetch(request: Request): Promise<Response>
  /**
   * Completes a run by the host's server's own word: `POST /v1/runs/{id}/result` for hosts that share the process.
   * Rejects with a RelayError, whose `code` and `path` say what is wrong.
   */
  record(result: HostResult): Promise<RecordAnswer>
  /** Settles and sends what is due. Call it each second or by cron; calls share one round. Rejects if storage fails. */
  deliver(): Promise<void>
  /**
   * The beginning of the end: `/readyz` says 503, no round begins any more, and the one under way has 15 s. What is
   * being sent then is asked for after the next start. Requests are still answered.
   */
  retire(): Promise<void>
  /** Retires, then closes the storage. */
  close(): Promise<void>
}

/** A supervisor gives a process some 30 s to end, and requests need some of them. */
const LAST_ROUND_MS = 15_000

/** Throws a TypeError for options that are not right, and whatever the storage throws when it can't be prepared. */
export async function createRelay(
  options: RelayOptions,
  {
    fetch = globalThis.fetch,
    now = Date.now,
    random = Math.random,
    lastRoundMs = LAST_ROUND_MS,
  } = {},
): Promise<Relay> {
  const { db, identify = () => null, script, log = console, ...given } = options
  const { isAllowedOrigin = () => false, hasRoom = async () => true, ...rest } = given
  const settings = readSettings(rest)
  const { policy, allowances, mayRelax, flushEveryMs, leaseMs, gapMs, results } = settings
  const clients = createClients(settings, log, { fetch, now, random })
  const { lookUps } = clients
  const counting = { policy, allowances }
  const terms = { ...counting, mayRelax, flushEveryMs, looksUp: lookUps !== undefined }
  const { issuers, audience = settings.sensor } = settings.tickets
  const readSigned = createReadSignedTicket({ issuers, audience }, { fetch, now })
  const findLearner = lookUps?.roster.findLearner
  await prepareStorage(db)

  // What a function does with a page's XP, nobody knows.
  const ignoresXp = settings.xp === 'minutes' || settings.xp === 'resource'
  const patience = { leaseMs, gapMs, results, ignoresXp }
  const keep = (result: unknown) => record({ db, findLearner, patience, at: now() }, result)
  const routes = createRoutes({
    db,
    grants: createGrants({ secret: settings.secret, terms }, { now }),
    identify,
    tickets: createTickets({ db, readSigned, findLearner }, { now }),
    findLearner,
    counting,
    timezone: settings.timezone,
    receive: createReceive(db, patience),
    contexts: lookUps?.contexts,
    record: keep,
    isAllowed: (origin) => settings.origins.includes(origin) || isAllowedOrigin(origin),
    apiKey: settings.apiKey,
    script,
    isReady: () => retired === undefined,
    hasRoom,
    log,
    now,
  })
  const rounds = createRounds({ db, settings, counting, clients, log }, { now, random })
  let retired: Promise<void> | undefined
  const retire = () => (retired ??= rounds.stop(lastRoundMs))

  return {
    fetch: async (request) => routes.fetch(request),
    record: keep,
    deliver: rounds.run,
    retire,
    async close() {
      await retire()
      await db.destroy()
    },
  }
}
