/** Whether Timeback gives us a token, and what the token says it is good for. */
import { decodeJwt } from 'jose'
import { toTokenRetry } from '../../../timeback/retry.ts'
import type { AccessToken } from '../../../timeback/token.ts'
import { explain } from './explain.ts'
import type { Finding } from './finding.ts'

const SPEC = 'https://purl.imsglobal.org/spec/'

const ONEROSTER = `${SPEC}or/v1p1/scope/`

/** What the relay, as it is configured, can't do without. */
export interface Needs {
  needsReads: boolean
  needsGradebook: boolean
}

/**
 * What the relay does, and the scopes of which one is enough. Reads are never a failure here: what may be read differs
 * between clients in ways that no document explains, so that the reads themselves say more.
 * Source: security schemes of Timeback's OpenAPI files; `v1p1` is what they say.
 */
const USES: {
  what: string
  scopes: string[]
  isMade: (needs: Needs) => boolean
  isNeeded: boolean
}[] = [
  {
    what: 'sending events',
    scopes: [`${SPEC}caliper/v1p1/scope/event.create`, `${SPEC}caliper/v1p1/scope/admin`],
    isMade: () => true,
    isNeeded: true,
  },
  {
    what: 'reading users and courses',
    scopes: toScopes('roster.readonly', 'roster-core.readonly', 'admin'),
    isMade: ({ needsReads }) => needsReads,
    isNeeded: false,
  },
  {
    what: 'reading the gradebook',
    scopes: toScopes('gradebook.readonly', 'admin'),
    isMade: ({ needsReads }) => needsReads,
    isNeeded: false,
  },
  {
    what: 'writing the gradebook',
    scopes: toScopes('gradebook.createput', 'admin'),
    isMade: ({ needsGradebook }) => needsGradebook,
    isNeeded: true,
  },
]

/** The second finding is about scopes. Without a token there is only the first. */
export async function probeToken(token: AccessToken, needs: Needs): Promise<Finding[]> {
  try {
    const value = await token.get()
    return [
      { name: 'token', state: 'ok', found: 'given' },
      toScopesFinding(readScopes(value), needs),
    ]
  } catch (error) {
    return [{ name: 'token', state: 'failed', ...explain(toTokenRetry(error), '') }]
  }
}

/** What a JWT lists; `undefined` for a token that is none, or lists nothing. */
function readScopes(token: string): string[] | undefined {
  try {
    const { scope } = decodeJwt(token)
    return typeof scope === 'string' ? scope.split(' ').filter(Boolean) : undefined
  } catch {
    return undefined
  }
}

function toScopesFinding(scopes: string[] | undefined, needs: Needs): Finding {
  if (!scopes) {
    return { name: 'scopes', state: 'skipped', found: 'the token does not list its scopes' }
  }
  const missing = USES.filter(
    (use) => use.isMade(needs) && !use.scopes.some((scope) => scopes.includes(scope)),
  )
  if (missing.length === 0) {
    return { name: 'scopes', state: 'ok', found: `${scopes.length}, and what the relay needs` }
  }
  return {
    name: 'scopes',
    state: missing.some(({ isNeeded }) => isNeeded) ? 'failed' : 'warning',
    found: `none for ${missing.map(({ what }) => what).join(', ')}`,
    todo: `ask Timeback to allow your client ${missing.map((use) => use.scopes[0]).join(' and ')}`,
  }
}

function toScopes(...names: string[]): string[] {
  return names.map((name) => ONEROSTER + name)
}
