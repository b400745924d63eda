/** The relay's options from the environment, for the command line. Each problem is named with what to do about it. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Identify } from '../identify.ts'
import { readSettings, type RelaySettings } from '../options.ts'

export interface Config {
  settings: RelaySettings
  identify: Identify
  dataPath: string
  port: number
  host: string | undefined
}

/** Everything that can be set; `stint relay --help` prints it. `*` must be. */
export const VARIABLES: [name: string, meaning: string][] = [
  ['TIMEBACK_ENV *', 'staging, production or local (a sandbox)'],
  ['TIMEBACK_CLIENT_ID *', 'the client that Timeback gave you'],
  ['TIMEBACK_CLIENT_SECRET *', 'its secret; it stays in this process'],
  [
    'TIMEBACK_TOKEN_URL, TIMEBACK_CALIPER_URL, TIMEBACK_API_URL, TIMEBACK_QTI_URL',
    "instead of the environment's",
  ],
  ['STINT_SECRET *', 'signs grants: 32 characters or more, e.g. from `openssl rand -base64 32`'],
  ['STINT_SENSOR *', "your app's URL, e.g. https://app.example"],
  ['STINT_APP_NAME *', 'your app, as Timeback shows it'],
  ['STINT_COURSES *', 'JSON: [{"sourcedId":"course-1","subject":"Math","grade":5}]'],
  [
    'STINT_IDENTIFY *',
    'a module that exports identify(request): { sourcedId, email, role } or null',
  ],
  ['STINT_PRESET', 'stint, or timeback-sdk: count as the official SDK does'],
  ['STINT_POLICY', 'JSON: thresholds in ms or "never", e.g. {"idleAfterMs":90000}'],
  ['STINT_ALLOWANCES', 'JSON: [{"activity":"essay-1","paper":true,"otherTabs":true}]'],
  ['STINT_ORIGINS', 'origins whose pages may use the relay, with commas between'],
  ['STINT_API_KEY', 'lets your servers read any run'],
  ['STINT_DATA', 'the database file; .stint/relay.db'],
  ['PORT, HOST', 'where to listen; 4173, every address'],
]

/** Which variable sets which option. */
const SETS: [option: string, variable: string][] = [
  ['secret', 'STINT_SECRET'],
  ['sensor', 'STINT_SENSOR'],
  ['app.name', 'STINT_APP_NAME'],
  ['courses', 'STINT_COURSES'],
  ['preset', 'STINT_PRESET'],
  ['policy', 'STINT_POLICY'],
  ['allowances', 'STINT_ALLOWANCES'],
  ['origins', 'STINT_ORIGINS'],
  ['apiKey', 'STINT_API_KEY'],
  ['timeback.environment', 'TIMEBACK_ENV'],
  ['timeback.clientId', 'TIMEBACK_CLIENT_ID'],
  ['timeback.clientSecret', 'TIMEBACK_CLIENT_SECRET'],
  ['timeback.endpoints.tokenUrl', 'TIMEBACK_TOKEN_URL'],
  ['timeback.endpoints.caliperUrl', 'TIMEBACK_CALIPER_URL'],
  ['timeback.endpoints.apiUrl', 'TIMEBACK_API_URL'],
  ['timeback.endpoints.qtiUrl', 'TIMEBACK_QTI_URL'],
]

/** `courses.0.grade` is `STINT_COURSES.0.grade` to who wrote it. */
function toVariable(path: string): string {
  const [option, variable] = SETS.find(
    ([name]) => path === name || path.startsWith(`${name}.`),
  ) ?? ['', '']
  return variable + path.slice(option.length)
}

/** Throws a TypeError that lists all that is missing or wrong. A variable that is empty counts as not set. */
export async function readConfig(given: Record<string, string | undefined>): Promise<Config> {
  const env = Object.fromEntries(Object.entries(given).filter(([, value]) => value))
  const missing = VARIABLES.map(([name]) => name)
    .filter((name) => name.endsWith(' *'))
    .map((name) => name.slice(0, -2))
    .filter((name) => !env[name])
  if (missing.length > 0) {
    throw new TypeError(`Not set: ${missing.join(', ')}\nSee stint relay --help for what each is.`)
  }
  const settings = toSettings(env)
  readSettings(settings, toVariable)
  return {
    settings,
    identify: await importIdentify(env.STINT_IDENTIFY ?? ''),
    dataPath: env.STINT_DATA ?? '.stint/relay.db',
    port: readPort(env.PORT, 4173),
    host: env.HOST,
  }
}

/** Throws a TypeError for what is no port; 0 is any free one. */
export function readPort(text: string | undefined, fallback: number): number {
  const port = Number(text || fallback)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new TypeError(`PORT is no port: ${text}`)
}

/** What went wrong, for a terminal: a sentence where we know what to do, else the error as it is. */
export function toComplaint(error: unknown): unknown {
  if (error instanceof TypeError) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EADDRINUSE' ? `${message}: set PORT to a free one` : error
}

function toSettings(env: Record<string, string | undefined>): RelaySettings {
  const endpoints = Object.fromEntries(
    (['token', 'caliper', 'api', 'qti'] as const)
      .map((name) => [`${name}Url`, env[`TIMEBACK_${name.toUpperCase()}_URL`]])
      .filter(([, url]) => url),
  ) as RelaySettings['timeback']['endpoints']
  return {
    secret: env.STINT_SECRET ?? '',
    sensor: env.STINT_SENSOR ?? '',
    app: { name: env.STINT_APP_NAME ?? '' },
    courses: readJson(
      'STINT_COURSES',
      env,
      '[{"sourcedId":"course-1","subject":"Math","grade":5}]',
    ),
    // Anything else is refused by name when the settings are read.
    ...(env.STINT_PRESET && { preset: env.STINT_PRESET as 'stint' }),
    ...(env.STINT_POLICY && {
      policy: readJson<Policy>('STINT_POLICY', env, '{"idleAfterMs":90000}'),
    }),
    ...(env.STINT_ALLOWANCES && {
      allowances: readJson<Allowances>(
        'STINT_ALLOWANCES',
        env,
        '[{"activity":"essay-1","paper":true}]',
      ),
    }),
    timeback: {
      // Anything else is refused by name when the settings are read.
      environment: env.TIMEBACK_ENV as 'staging' | 'production' | 'local',
      clientId: env.TIMEBACK_CLIENT_ID ?? '',
      clientSecret: env.TIMEBACK_CLIENT_SECRET ?? '',
      ...(endpoints && { endpoints }),
    },
    origins: env.STINT_ORIGINS?.split(',').map((origin) => origin.trim()) ?? [],
    ...(env.STINT_API_KEY !== undefined && { apiKey: env.STINT_API_KEY }),
  }
}

type Policy = NonNullable<RelaySettings['policy']>
type Allowances = NonNullable<RelaySettings['allowances']>

function readJson<T>(name: string, env: Record<string, string | undefined>, example: string): T {
  try {
    return JSON.parse(env[name] ?? '') as T
  } catch (cause) {
    throw new TypeError(`${name} is not JSON; it looks like ${example}`, { cause })
  }
}

async function importIdentify(path: string): Promise<Identify> {
  const module = (await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    throw new TypeError(`STINT_IDENTIFY: ${path} can't be imported: ${String(cause)}`, { cause })
  })) as { identify?: unknown }
  if (typeof module.identify !== 'function') {
    throw new TypeError(`STINT_IDENTIFY: ${path} must export a function named identify`)
  }
  return module.identify as Identify
}
