/** Timeback as the environment says, by the same variables as the relay's; the relay's other ones need not be set. */
import { createEduBridge } from '../../../timeback/edubridge.ts'
import { toEndpoints, type TimebackEnvironment } from '../../../timeback/endpoints.ts'
import { createOneRoster } from '../../../timeback/oneroster.ts'
import { createAccessToken } from '../../../timeback/token.ts'
import type { Timeback } from './read-facts.ts'

export interface Connection extends Timeback {
  /** For a person to check: `staging, https://api.staging.alpha-1edtech.ai`. */
  place: string
}

const REQUIRED = ['TIMEBACK_ENV', 'TIMEBACK_CLIENT_ID', 'TIMEBACK_CLIENT_SECRET'] as const
const ENVIRONMENTS = ['staging', 'production', 'local']

/** Throws a TypeError that names each variable which is missing or wrong. Asks nothing yet. */
export function connect(
  env: Record<string, string | undefined>,
  fetch: typeof globalThis.fetch,
): Connection {
  const missing = REQUIRED.filter((name) => !env[name])
  if (missing.length > 0) {
    throw new TypeError(`Not set: ${missing.join(', ')}\nSee stint --help for what each is.`)
  }
  const { TIMEBACK_ENV: environment = '', TIMEBACK_TOKEN_URL, TIMEBACK_API_URL } = env
  if (!ENVIRONMENTS.includes(environment)) {
    throw new TypeError(`TIMEBACK_ENV must be one of ${ENVIRONMENTS.join(', ')}`)
  }
  const { tokenUrl, apiUrl } = toEndpoints(environment as TimebackEnvironment, {
    ...(TIMEBACK_TOKEN_URL && { tokenUrl: TIMEBACK_TOKEN_URL }),
    ...(TIMEBACK_API_URL && { apiUrl: TIMEBACK_API_URL }),
  })
  const { TIMEBACK_CLIENT_ID: clientId = '', TIMEBACK_CLIENT_SECRET: clientSecret = '' } = env
  const token = createAccessToken({ tokenUrl, clientId, clientSecret }, { fetch })
  return {
    place: `${environment}, ${apiUrl}`,
    oneRoster: createOneRoster({ apiUrl, token }, { fetch }),
    eduBridge: createEduBridge({ apiUrl, token }, { fetch }),
  }
}
