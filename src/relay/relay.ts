/**
 * The relay: a web-standard `fetch` handler that alone holds the credentials of Timeback, counts by its own clock,
 * and delivers until Timeback says yes. Mounts wherever a `Request` becomes a `Response`.
 */
import { createCaliper } from '../timeback/caliper-client.ts'
import { toEndpoints, toIdBase } from '../timeback/endpoints.ts'
import { createAccessToken } from '../timeback/token.ts'
import { deliverDue } from './deliver.ts'
import { createGrants } from './grants.ts'
import type { Identify, ResolveLearner } from './identify.ts'
import type { Log } from './log.ts'
import { readSettings, type RelaySettings } from './options.ts'
import { createRoutes, type ScriptName } from './routes.ts'
import { settle } from './settle.ts'
import { createReadSignedTicket } from './signed-ticket.ts'
import { prepareStorage, type Database } from './storage.ts'
import { createTickets } from './tickets.ts'

export type { CourseEntry } from './courses.ts'
export type { Identify, Learner, ResolveLearner } from './identify.ts'
export { signTicket, type SignTicketOptions, type TicketLearner } from './sign-ticket.ts'
export type { Log } from './log.ts'
export type { RelaySettings } from './options.ts'
export type { ScriptName } from './routes.ts'
export type { RunReport } from './report.ts'
export type { Outcome, TimelinePiece } from './timeline.ts'
export type { Database, Tables } from './storage.ts'

export interface RelayOptions extends RelaySettings {
  /** Where everything is kept: a Kysely database, e.g. `openSqlite(path)` from `stint/relay/node`. */
  db: Database
  /** Without it pages need a ticket. */
  identify?: Identify
  /** Finds who is named by an e-mail only; without it everybody is named by a `sourcedId`. */
  resolve?: ResolveLearner
  /** Allows origins that no list could name, beside those in `origins`. */
  isAllowedOrigin?: (origin: string) => boolean
  /** The scripts for pages, served as `/stint.js` and `/ping.js`; `readScript` from `stint/relay/node` has them. */
  script?: (name: ScriptName) => Promise<string>
  /** By default the console. */
  log?: Log
}

export interface Relay {
  fetch(request: Request): Promise<Response>
  /** Settles and sends what is due. Call it each second or by cron; calls share one round. Rejects if storage fails. */
  deliver(): Promise<void>
  /** Waits for the round under way, then closes the storage. */
  close(): Promise<void>
}

/** Throws a TypeError for options that are not right, and whatever the storage throws when it can't be prepared. */
export async function createRelay(
  options: RelayOptions,
  { fetch = globalThis.fetch, now = Date.now, random = Math.random } = {},
): Promise<Relay> {
  const { db, identify = () => null, resolve, script, log = console, ...given } = options
  const { isAllowedOrigin = () => false, ...rest } = given
  const settings = readSettings(rest)
  const { timeback, policy, allowances, sensor, app, courses, leaseMs, gapMs } = settings
  const endpoints = toEndpoints(timeback.environment, timeback.endpoints)
  const { clientId, clientSecret } = timeback
  const token = createAccessToken(
    { tokenUrl: endpoints.tokenUrl, clientId, clientSecret },
    { fetch, now },
  )
  const caliper = createCaliper({ caliperUrl: endpoints.caliperUrl, token }, { fetch })
  const { mayRelax, flushEveryMs } = settings
  const counting = { policy, allowances }
  const terms = { ...counting, mayRelax, flushEveryMs }
  const { issuers, audience = sensor } = settings.tickets
  const readSigned = createReadSignedTicket({ issuers, audience }, { fetch, now })
  await prepareStorage(db)

  const routes = createRoutes({
    db,
    grants: createGrants({ secret: settings.secret, terms }, { now }),
    identify,
    tickets: createTickets({ db, readSigned, resolve }, { now }),
    resolve,
    counting,
    patience: { leaseMs, gapMs },
    isAllowed: (origin) => settings.origins.includes(origin) || isAllowedOrigin(origin),
    apiKey: settings.apiKey,
    script,
    log,
    now,
  })
  const settling = {
    counting,
    courses,
    sensor,
    app,
    idBase: toIdBase(timeback.environment),
    allowOther: timeback.allowOther,
    log,
  }
  let round: Promise<void> | undefined

  const deliver = async () => {
    await settle(db, settling, now())
    // One learner's next row is due once the one before it is through.
    while ((await deliverDue(db, { caliper, log, now, random })) > 0);
  }

  return {
    fetch: async (request) => routes.fetch(request),
    deliver: () =>
      (round ??= deliver().finally(() => {
        round = undefined
      })),
    async close() {
      await round?.catch((error: unknown) => log.error({ err: error }, 'the last round failed'))
      await db.destroy()
    },
  }
}
