/** What a token may be good for. Every area of Timeback has its own scopes, and most of them the `admin` one that may all. */

const SPEC = 'https://purl.imsglobal.org/spec/'

/** `v1p1`, although events are of 1.2. Source: Timeback Caliper OpenAPI. */
const CALIPER = `${SPEC}caliper/v1p1/scope/`
/** `v1p1`, although the API is v1p2. Source: Timeback OneRoster OpenAPI, security schemes. */
const ONEROSTER = `${SPEC}or/v1p1/scope/`
const POWERPATH = `${SPEC}powerpath/v1p1/scope/`

/** What sending an event needs. */
export const SCOPE_EVENT_CREATE = `${CALIPER}event.create`

/** Of these, any one opens the door; the first is what a 403 asks for. */
export interface AreaScopes {
  read: readonly string[]
  write: readonly string[]
  remove: readonly string[]
}

const ONEROSTER_ADMIN = `${ONEROSTER}admin`

export const ROSTER_SCOPES: AreaScopes = {
  read: [`${ONEROSTER}roster.readonly`, `${ONEROSTER}roster-core.readonly`, ONEROSTER_ADMIN],
  write: [`${ONEROSTER}roster.createput`, ONEROSTER_ADMIN],
  remove: [`${ONEROSTER}roster.delete`, ONEROSTER_ADMIN],
}

export const RESOURCE_SCOPES = toAreaScopes('resource')
export const GRADEBOOK_SCOPES = toAreaScopes('gradebook')

export const POWERPATH_READ_SCOPES = [
  `${POWERPATH}powerpath.readonly`,
  `${POWERPATH}powerpath.admin`,
]

/** All that a client gets which is given by its secret alone. */
export const ALL_SCOPES = [
  SCOPE_EVENT_CREATE,
  ...['admin', 'webhook.create', 'webhook.readonly'].map((scope) => CALIPER + scope),
  ...new Set(
    [ROSTER_SCOPES, RESOURCE_SCOPES, GRADEBOOK_SCOPES].flatMap((area) =>
      Object.values(area).flat(),
    ),
  ),
  ...POWERPATH_READ_SCOPES,
]

function toAreaScopes(area: string): AreaScopes {
  return {
    read: [`${ONEROSTER}${area}.readonly`, ONEROSTER_ADMIN],
    write: [`${ONEROSTER}${area}.createput`, ONEROSTER_ADMIN],
    remove: [`${ONEROSTER}${area}.delete`, ONEROSTER_ADMIN],
  }
}
