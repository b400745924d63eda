/** The relay's options from the environment, for the command line. Each problem is named with what to do about it. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Identify } from '../identify.ts'
import { readSettings, type RelaySettings } from '../options.ts'
import { findVariable, VARIABLES, type Variable } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A page is let in by the host's own session, or by a ticket: made with the API key, or signed by a host. */
const WAYS_IN = ['STINT_IDENTIFY', 'STINT_API_KEY', 'STINT_TICKET_ISSUERS']

/** All but the operator's module. */
export interface Written {
  settings: RelaySettings
  dataPath: string
  port: number
  host: string | undefined
}

export interface Config extends Written {
  identify: Identify
}

/** Throws a TypeError that lists all that is missing or wrong. A variable that is empty counts as not set. */
export async function readConfig(given: Environment): Promise<Config> {
  const written = readWritten(given)
  const path = given.STINT_IDENTIFY
  return { ...written, identify: path ? await importIdentify(path) : () => null }
}

/** As `readConfig`, but runs nothing of the operator's: for looking at what is written. */
export function readWritten(given: Environment): Written {
  const env = dropEmpty(given)
  insistOn(
    env,
    VARIABLES.filter(({ fallback }) => fallback === undefined).map(({ name }) => name),
    'relay',
  )
  if (!WAYS_IN.some((name) => env[name])) {
    throw new TypeError(
      `Nobody could come in: set one of ${WAYS_IN.join(', ')}\nSee stint relay --help for what each is.`,
    )
  }
  const settings = advise('relay', () => {
    const options = readOptions(env)
    readSettings(options, toVariable)
    return options
  })
  return {
    settings,
    dataPath: env.STINT_DATA ?? '.stint/relay.db',
    port: readPort(env.PORT, 4173),
    host: env.HOST,
  }
}

export function dropEmpty(given: Environment): Environment {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value))
}

/** Throws a TypeError that names every variable which a command needs and has not. */
export function insistOn(env: Environment, names: readonly string[], command: string): void {
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0) {
    throw new TypeError(
      `Not set: ${missing.join(', ')}\nSee stint ${command} --help for what each is.`,
    )
  }
}

/** Adds to what is said of a wrong variable where to look for what is right. */
export function advise<T>(command: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(`${error.message}\nSee stint ${command} --help for what each is.`, {
      cause: error,
    })
  }
}

/**
 * The options that are set, and no others; whether they are right is for `readSettings` to say. Throws a TypeError that
 * lists every value which can't be read.
 */
export function readOptions(env: Environment): RelaySettings {
  const options = {}
  const problems: string[] = []
  for (const variable of VARIABLES) {
    const text = env[variable.name]
    if (!text || variable.option === undefined) continue
    const read = readValue(variable, text)
    if ('problem' in read) problems.push(`${variable.name} ${read.problem}`)
    else put(options, variable.option.split('.'), read.value)
  }
  if (problems.length > 0) throw new TypeError(problems.join('\n'))
  return options as RelaySettings
}

/** `courses.0.grade` is `STINT_COURSES.0.grade` to who wrote it. */
export function toVariable(path: string): string {
  const variable = findVariable(path)
  return variable?.option === undefined ? path : variable.name + path.slice(variable.option.length)
}

/** Throws a TypeError for what is no port; 0 is any free one. */
export function readPort(text: string | undefined, fallback: number): number {
  const port = Number(text || fallback)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new TypeError(`PORT is no port: ${text}; it is a number from 0 (any free one) to 65535`)
}

type Read = { value: unknown } | { problem: string }

function readValue({ kind, example = '' }: Variable, text: string): Read {
  switch (kind) {
    case 'text':
      return { value: text }
    case 'list':
      return { value: text.split(',').map((item) => item.trim()) }
    case 'number':
      return /^\d+(\.\d+)?$/.test(text)
        ? { value: Number(text) }
        : { problem: `is no number: ${text}` }
    case 'switch':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { problem: `is true or false, and not ${text}` }
    case 'json':
      return readJson(text, example)
  }
}

function readJson(text: string, example: string): Read {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { problem: `is not JSON; it looks like ${example}` }
  }
}

function put(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[key] = value
  else put((target[key] ??= {}) as Record<string, unknown>, rest, value)
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
