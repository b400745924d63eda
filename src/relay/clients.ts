/**
 * What the relay speaks to Timeback with: one token, a client for each service it uses and a circuit for each host, and
 * what is kept of answers.
 */
import { createCaliper } from '../timeback/caliper-client.ts'
import { createEduBridge } from '../timeback/edubridge.ts'
import { toEndpoints } from '../timeback/endpoints.ts'
import { createOneRoster } from '../timeback/oneroster.ts'
import { createPowerPath } from '../timeback/powerpath.ts'
import { createAccessToken } from '../timeback/token.ts'
import { createCircuit } from './circuit.ts'
import { createContexts } from './context.ts'
import type { Log } from './log.ts'
import type { ReadSettings } from './options.ts'
import { createRoster } from './roster.ts'

export type Clients = ReturnType<typeof createClients>

export function createClients(
  settings: ReadSettings,
  log: Log,
  platform: { fetch: typeof globalThis.fetch; now: () => number; random: () => number },
) {
  const { now } = platform
  const { environment, endpoints, clientId, clientSecret } = settings.timeback
  const { tokenUrl, caliperUrl, apiUrl } = toEndpoints(environment, endpoints)
  const circuits = {
    token: createCircuit({ service: 'token', log }, platform),
    caliper: createCircuit({ service: 'caliper', log }, platform),
    api: createCircuit({ service: 'api', log }, platform),
  }
  const { fetch } = circuits.api
  const token = createAccessToken(
    { tokenUrl, clientId, clientSecret },
    { fetch: circuits.token.fetch, now },
  )
  const caliper = createCaliper({ caliperUrl, token }, { fetch: circuits.caliper.fetch })
  const oneRoster = createOneRoster({ apiUrl, token }, { fetch })
  /** How many requests may go to a service now: without a token to none. */
  const slots = (service: 'caliper' | 'api') =>
    Math.min(circuits.token.slots(), circuits[service].slots())
  const sending = { caliper, oneRoster, slots }
  if (settings.context === 'host') return { ...sending, lookUps: undefined }
  const eduBridge = createEduBridge({ apiUrl, token }, { fetch })
  const powerPath = createPowerPath({ apiUrl, token }, { fetch })
  const roster = createRoster({ ...settings, oneRoster, eduBridge }, { now })
  const contexts = createContexts({ ...settings, roster, eduBridge, powerPath }, { now })
  return { ...sending, lookUps: { roster, oneRoster, eduBridge, contexts } }
}
