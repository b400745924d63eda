/**
 * The relay: a web-standard `fetch` handler that alone holds the credentials of Timeback, counts by its own clock,
 * and delivers until Timeback says yes. Mounts wherever a `Request` becomes a `Response`.
 */
import { createCaliper } from '../timeback/caliper-client.ts'
import { createEduBridge } from '../timeback/edubridge.ts'
import { toEndpoints, toIdBase } from '../timeback/endpoints.ts'
import { createOneRoster } from '../timeback/oneroster.ts'
import { createPowerPath } from '../timeback/powerpath.ts'
import { createAccessToken } from '../timeback/token.ts'
import { createContexts } from './context.ts'
import { deliverDue, readDueKinds } from './deliver.ts'
import { createGrants } from './grants.ts'
import type { Identify } from './identify.ts'
import type { Log } from './log.ts'
import { readSettings, type RelaySettings } from './options.ts'
import { record, type HostResult, type RecordAnswer } from './record.ts'
import { createRoster } from './roster.ts'
import { createRoutes, type ScriptName } from './routes.ts'
import { settle } from './settle.ts'
import { prepareStorage, type Database, type OutboxHead } from './storage.ts'

export type { CourseEntry } from './courses.ts'
export type { Identify, Learner } from './identify.ts'
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
  identify: Identify
  /** Allows origins that no list could name, beside those in `origins`. */
  isAllowedOrigin?: (origin: string) => boolean
  /** The scripts for pages, served as `/stint.js` and `/ping.js`; `readScript` from `stint/relay/node` has them. */
  script?: (name: ScriptName) => Promise<string>
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
  /** Waits for the round under way, then closes the storage. */
  close(): Promise<void>
}

/** Throws a TypeError for options that are not right, and whatever the storage throws when it can't be prepared. */
export async function createRelay(
  options: RelayOptions,
  { fetch = globalThis.fetch, now = Date.now, random = Math.random } = {},
): Promise<Relay> {
  const { db, identify, script, log = console, isAllowedOrigin = () => false, ...rest } = options
  const settings = readSettings(rest)
  const { timeback, policy, allowances, leaseMs, gapMs, results } = settings
  const endpoints = toEndpoints(timeback.environment, timeback.endpoints)
  const { clientId, clientSecret } = timeback
  const token = createAccessToken(
    { tokenUrl: endpoints.tokenUrl, clientId, clientSecret },
    { fetch, now },
  )
  const caliper = createCaliper({ caliperUrl: endpoints.caliperUrl, token }, { fetch })
  const api = { apiUrl: endpoints.apiUrl, token }
  const oneRoster = createOneRoster(api, { fetch })
  const eduBridge = createEduBridge(api, { fetch })
  const powerPath = createPowerPath(api, { fetch })
  const asks = settings.context === 'timeback'
  const roster = createRoster({ ...settings, oneRoster, eduBridge }, { now })
  const contexts = asks
    ? createContexts({ ...settings, roster, eduBridge, powerPath }, { now })
    : undefined
  const { mayRelax, flushEveryMs } = settings
  const counting = { policy, allowances }
  const terms = { ...counting, mayRelax, flushEveryMs }
  await prepareStorage(db)

  // What a function does with a page's XP, nobody knows.
  const ignoresXp = settings.xp === 'minutes' || settings.xp === 'resource'
  const patience = { leaseMs, gapMs, results, ignoresXp }
  const keep = (given: unknown) => record({ db, patience, at: now() }, given)
  const routes = createRoutes({
    db,
    grants: createGrants({ secret: settings.secret, terms }, { now }),
    identify,
    counting,
    patience,
    contexts,
    record: keep,
    isAllowed: (origin) => settings.origins.includes(origin) || isAllowedOrigin(origin),
    apiKey: settings.apiKey,
    script,
    log,
    now,
  })
  const onDelivered = (learner: string) => contexts?.forget(learner)
  const delivering = { caliper, oneRoster, onDelivered, log, now, random }
  const sendAll = (kind: OutboxHead['kind']) =>
    createSend(async () => {
      // One learner's next row is due once the one before it is through.
      while ((await deliverDue(db, delivering, kind)) > 0);
    })
  // Each kind goes out by itself, so that one whose service hangs holds up no other.
  const sends = {
    caliper: sendAll('caliper'),
    gradebook: sendAll('gradebook'),
    readback: sendAll('readback'),
  }
  const send = async () => {
    const kinds = await readDueKinds(db, now())
    await Promise.all(kinds.map((kind) => sends[kind]()))
  }
  let hasFrozen = false
  const settling = {
    ...settings,
    // What is frozen goes out while others are looked up: a slow roster holds up no event. A storage that fails here
    // fails at the end of the round as well.
    onFrozen() {
      hasFrozen = true
      send().catch(() => {})
    },
    maxPageXp: settings.maxPageXp ?? 0,
    counting,
    idBase: toIdBase(timeback.environment),
    allowOther: timeback.allowOther,
    readsBack: asks,
    timeback: asks ? { roster, oneRoster, eduBridge } : undefined,
    log,
  }
  let round: Promise<void> | undefined

  const deliver = async () => {
    const both = await Promise.allSettled([settle(db, settling, now()), send()])
    for (const one of both) if (one.status === 'rejected') throw one.reason
    if (!hasFrozen) return
    hasFrozen = false
    await send()
  }

  return {
    fetch: async (request) => routes.fetch(request),
    record: keep,
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

/** Calls share one round, and whoever calls during it has one more made. */
function createSend(sendDue: () => Promise<void>): () => Promise<void> {
  let isWanted = false
  let sending: Promise<void> | undefined
  const sendWhileWanted = async () => {
    try {
      while (isWanted) {
        isWanted = false
        await sendDue()
      }
    } finally {
      // In the turn that saw that nothing is wanted: who calls after it starts anew.
      sending = undefined
    }
  }
  return () => {
    isWanted = true
    return (sending ??= sendWhileWanted())
  }
}
