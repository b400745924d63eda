/** Timeback as the environment says, by the relay's own variables; none of the relay's others matters here. */
import { createEduBridge } from '../../../timeback/edubridge.ts'
import { toEndpoints } from '../../../timeback/endpoints.ts'
import { createOneRoster } from '../../../timeback/oneroster.ts'
import { createAccessToken } from '../../../timeback/token.ts'
import { relayOptionsSchema } from '../../options.ts'
import { dropEmpty, insistOn, readOptions, toVariable, type Environment } from '../config.ts'
import type { Timeback } from './read-facts.ts'

export interface Connection extends Timeback {
  /** For a person to check: `staging, https://api.staging.alpha-1edtech.ai`. */
  place: string
}

const NEEDED = ['TIMEBACK_ENV', 'TIMEBACK_CLIENT_ID', 'TIMEBACK_CLIENT_SECRET']

/** Throws a TypeError that names each variable which is missing or wrong. Asks nothing yet. */
export function connect(given: Environment, fetch: typeof globalThis.fetch): Connection {
  const env = Object.fromEntries(
    Object.entries(dropEmpty(given)).filter(([name]) => name.startsWith('TIMEBACK_')),
  )
  insistOn(env, NEEDED, 'course')
  const read = relayOptionsSchema.shape.timeback.safeParse(readOptions(env).timeback)
  if (!read.success) {
    const lines = read.error.issues.map(
      ({ path, message }) => `  ${toVariable(['timeback', ...path].join('.'))}: ${message}`,
    )
    throw new TypeError(`The environment is not right:\n${lines.join('\n')}`)
  }
  const { environment, clientId, clientSecret, endpoints } = read.data
  const { tokenUrl, apiUrl } = toEndpoints(environment, endpoints)
  const token = createAccessToken({ tokenUrl, clientId, clientSecret }, { fetch })
  return {
    place: `${environment}, ${apiUrl}`,
    oneRoster: createOneRoster({ apiUrl, token }, { fetch }),
    eduBridge: createEduBridge({ apiUrl, token }, { fetch }),
  }
}
