/** All clients before one stand-in: written apart from one another, after the same documents. */
import { createCaliper } from '../../src/timeback/caliper-client.ts'
import { createEduBridge } from '../../src/timeback/edubridge.ts'
import { toEndpoints } from '../../src/timeback/endpoints.ts'
import { createOneRoster } from '../../src/timeback/oneroster.ts'
import { createPowerPath } from '../../src/timeback/powerpath.ts'
import { createAccessToken } from '../../src/timeback/token.ts'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts'

/** With the sandbox's own clock, unless `now` gives another. */
export function createStandIn(options: SandboxOptions = {}, now: () => number = Date.now) {
  const sandbox = createSandbox(options, { now })
  const platform = {
    fetch: (input: RequestInfo | URL, init?: RequestInit) =>
      sandbox.fetch(new Request(input, init)),
  }
  const { tokenUrl, apiUrl, caliperUrl } = toEndpoints('local')
  const clientSecret = 'demo-secret'
  const token = createAccessToken({ tokenUrl, clientId: 'demo', clientSecret }, platform)
  return {
    sandbox,
    oneRoster: createOneRoster({ apiUrl, token }, platform),
    eduBridge: createEduBridge({ apiUrl, token }, platform),
    powerPath: createPowerPath({ apiUrl, token }, platform),
    caliper: createCaliper({ caliperUrl, token }, platform),
  }
}
