/** What the relay speaks to Timeback with: one token, a client for each service it uses, and what is kept of answers. */
import { createCaliper } from '../timeback/caliper-client.ts'
import { createEduBridge } from '../timeback/edubridge.ts'
import { toEndpoints } from '../timeback/endpoints.ts'
import { createOneRoster } from '../timeback/oneroster.ts'
import { createPowerPath } from '../timeback/powerpath.ts'
import { createAccessToken } from '../timeback/token.ts'
import { createContexts } from './context.ts'
import type { ReadSettings } from './options.ts'
import { createRoster } from './roster.ts'

export type Clients = ReturnType<typeof createClients>

export function createClients(
  settings: ReadSettings,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => number },
) {
  const { environment, endpoints, clientId, clientSecret } = settings.timeback
  const { tokenUrl, caliperUrl, apiUrl } = toEndpoints(environment, endpoints)
  const token = createAccessToken({ tokenUrl, clientId, clientSecret }, { fetch, now })
  const caliper = createCaliper({ caliperUrl, token }, { fetch })
  const oneRoster = createOneRoster({ apiUrl, token }, { fetch })
  const eduBridge = createEduBridge({ apiUrl, token }, { fetch })
  const powerPath = createPowerPath({ apiUrl, token }, { fetch })
  if (settings.context === 'host') return { caliper, oneRoster, lookUps: undefined }
  const roster = createRoster({ ...settings, oneRoster, eduBridge }, { now })
  const contexts = createContexts({ ...settings, roster, eduBridge, powerPath }, { now })
  return { caliper, oneRoster, lookUps: { roster, oneRoster, eduBridge, contexts } }
}
