/**
 * The whole configuration as a relay would run with it, one line for each option with where it comes from. Secrets are
 * masked here, by their variable and by their key, before anything is text.
 */
import { toEndpoints } from '../../timeback/endpoints.ts'
import { readSettings } from '../options.ts'
import { readOptions, toVariable, type Written, type Environment } from './config.ts'
import { toTable } from './table.ts'
import { findVariable, VARIABLES } from './variables.ts'

/** A key that holds a secret, wherever it is; a variable says so by itself. */
const SECRET_KEY = /secret|password|token$|apiKey$|privateKey$/i

/** Throws as `readSettings` does. */
export function toEffective(env: Environment, { dataPath, port, host }: Written): string {
  const given = readOptions(env)
  const { policy, timeback, ...rest } = readSettings(given, toVariable)
  const effective = {
    ...rest,
    timeback: { ...timeback, endpoints: toEndpoints(timeback.environment, timeback.endpoints) },
    policy,
  }
  const isGiven = (path: string) => readAt(given, path) !== undefined
  const toSource = (path: string): string => {
    if (isGiven(path)) return findVariable(path)?.name ?? 'the environment'
    if (path.startsWith('policy.')) return `preset ${rest.preset}`
    if (path.startsWith('timeback.endpoints.')) return `TIMEBACK_ENV ${timeback.environment}`
    return 'default'
  }
  const options = flatten(effective).map(([path, value]) => [
    path,
    toShown(path, value),
    toSource(path),
  ])
  const own = { identify: env.STINT_IDENTIFY, data: dataPath, port, host: host ?? 'every address' }
  const variables = { identify: 'STINT_IDENTIFY', data: 'STINT_DATA', port: 'PORT', host: 'HOST' }
  const lines = Object.entries(own).map(([name, value]) => {
    const variable = variables[name as keyof typeof variables]
    return [name, String(value ?? 'none'), env[variable] ? variable : 'default']
  })
  return toTable([['option', 'value', 'from'], ...options, ...lines, ...toUnset(effective)])
}

/** Options which have no value and no default: a reader should see that they exist. */
function toUnset(effective: object): string[][] {
  return VARIABLES.flatMap(({ option, fallback = '' }) =>
    option !== undefined && readAt(effective, option) === undefined
      ? [[option, fallback, 'default']]
      : [],
  )
}

/** Each value with its dotted path. A list is one value for each of its items. */
function flatten(value: unknown, path: string[] = []): [string, unknown][] {
  const isOpen = typeof value === 'object' && value !== null && !isItem(path, value)
  if (!isOpen) return value === undefined ? [] : [[path.join('.'), value]]
  const entries = Object.entries(value)
  if (entries.length === 0) return [[path.join('.'), value]]
  return entries.flatMap(([key, inner]) => flatten(inner, [...path, key]))
}

/** What stands in a list is shown in one piece. */
function isItem(path: string[], value: object): boolean {
  return !Array.isArray(value) && /^\d+$/.test(path.at(-1) ?? '')
}

function toShown(path: string, value: unknown): string {
  if (findVariable(path)?.isSecret || SECRET_KEY.test(path)) return mask(value)
  if (typeof value === 'string') return value
  return JSON.stringify(value, (key, inner: unknown) =>
    SECRET_KEY.test(key) ? mask(inner) : inner,
  )
}

/** Its length tells a cut or doubled one from a right one, and nobody what it is. */
function mask(value: unknown): string {
  return `******** (${String(value).length} characters)`
}

function readAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)
}
