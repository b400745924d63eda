/**
 * The options of a sandbox and what they are without a word. Nearly all are switches: where Timeback's documents
 * contradict each other or say nothing, a test can ask for either answer, and the default is the documented one.
 */
import type { ReplyStyle } from './answers.ts'
import type { AnalyticsSwitches } from './edubridge/analytics-routes.ts'
import type { ListFilters } from './list.ts'
import type { RouteSwitches } from './oneroster/routes.ts'
import type { WriteSwitches } from './oneroster/write.ts'
import type { School } from './school/school.ts'
import type { StoreOptions } from './store.ts'
import type { TokenOptions } from './tokens.ts'
import type { Switches } from './values.ts'

export interface Settings
  extends TokenOptions, StoreOptions, Switches, RouteSwitches, WriteSwitches, AnalyticsSwitches {
  /** How a successful send is answered. */
  reply: ReplyStyle
  listFilters: ListFilters
  /** Timeback's documents name the error, not its status. */
  invalidClientStatus: 400 | 401
  /** What is known from the start: the example school, nothing, or rows of one's own. */
  school: School
}

/**
 * Without any: the client `demo` with the secret `demo-secret` and every scope, tokens of an hour, no read lag, the
 * example school.
 */
export type SandboxOptions = { [K in keyof Settings]?: Settings[K] | undefined }

const DEFAULTS: Settings = {
  clients: { demo: 'demo-secret' },
  tokenLifeSeconds: 3600,
  readLagMs: 0,
  duplicates: 'store',
  reply: 'jobId',
  listFilters: 'honoured',
  invalidClientStatus: 400,
  otherSubject: 'refuse',
  negativeValues: 'refuse',
  strictTimes: true,
  missingContext: 'accept',
  missingSlash: 404,
  updateStatus: 201,
  putMetadata: 'replace',
  revival: 'refuse',
  badFieldStatus: 422,
  unprocessedXp: 'counted',
  resultXp: 'ignored',
  dateOnlyBounds: 'refuse',
  duplicateTimeRows: false,
  school: 'seeded',
}

export function readSettings(options: SandboxOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...DEFAULTS, ...Object.fromEntries(given) }
}
