/**
 * Where Timeback's services answer, and how its OneRoster rows are named. Nothing else in this folder spells a host:
 * they moved once already (late 2025, from `.com` to `.ai`), so every address can be overridden. An address says where
 * to send; an id says who is meant. Overriding the first never changes the second.
 */

export type TimebackEnvironment = 'staging' | 'production' | 'local'

/** Absolute http(s) URLs without a trailing slash. */
export interface Endpoints {
  /** OAuth 2.0 token endpoint, the whole URL. */
  tokenUrl: string
  /** OneRoster, EduBridge, PowerPath, CASE, Open Badges, CLR. */
  apiUrl: string
  caliperUrl: string
  qtiUrl: string
}

const SANDBOX_ORIGIN = 'http://localhost:4174'

/** Two names of the Caliper staging host are in circulation. This is not the official SDK's, but docs.playcademy.net's. */
export const OTHER_STAGING_CALIPER_URL = 'https://caliper-staging.alpha-1edtech.ai'

// Hosts: official Python SDK 0.4 and docs.playcademy.net.
const KNOWN_ENDPOINTS: Record<TimebackEnvironment, Endpoints> = {
  staging: {
    tokenUrl:
      'https://staging-beyond-timeback-api-2-idp.auth.us-east-1.amazoncognito.com/oauth2/token',
    apiUrl: 'https://api.staging.alpha-1edtech.ai',
    caliperUrl: 'https://caliper.staging.alpha-1edtech.ai',
    qtiUrl: 'https://qti-staging.alpha-1edtech.ai/api',
  },
  production: {
    tokenUrl:
      'https://prod-beyond-timeback-api-2-idp.auth.us-east-1.amazoncognito.com/oauth2/token',
    apiUrl: 'https://api.alpha-1edtech.ai',
    caliperUrl: 'https://caliper.alpha-1edtech.ai',
    qtiUrl: 'https://qti.alpha-1edtech.ai/api',
  },
  local: {
    tokenUrl: `${SANDBOX_ORIGIN}/oauth2/token`,
    apiUrl: SANDBOX_ORIGIN,
    caliperUrl: SANDBOX_ORIGIN,
    qtiUrl: `${SANDBOX_ORIGIN}/api`,
  },
}

/**
 * The addresses of an environment; `local` is the sandbox. Whatever `overrides` names takes precedence.
 * Throws a `TypeError` for an unknown environment, or for an override that is no absolute http(s) URL.
 * Sources: official Python SDK 0.4; Timeback OpenAPI (September 2025); docs.timeback.com.
 */
export function toEndpoints(
  environment: TimebackEnvironment,
  overrides: Partial<Endpoints> = {},
): Endpoints {
  const known = KNOWN_ENDPOINTS[environment]
  if (!known) throw new TypeError('environment must be staging, production or local')
  const choose = (key: keyof Endpoints): string => toBaseUrl(overrides[key] ?? known[key], key)
  return {
    tokenUrl: choose('tokenUrl'),
    apiUrl: choose('apiUrl'),
    caliperUrl: choose('caliperUrl'),
    qtiUrl: choose('qtiUrl'),
  }
}

/**
 * The base that OneRoster ids of an environment start with. It is the environment's own API host, as in the official
 * SDK: the rows live there, and a staging event must never name a production learner. `local` takes the production
 * base, so that the sandbox is shown the very bytes that production would get. It is not `Endpoints.apiUrl`, since
 * a proxy or another port must not rename a learner.
 */
export function toIdBase(environment: TimebackEnvironment): string {
  return KNOWN_ENDPOINTS[environment === 'local' ? 'production' : environment].apiUrl
}

/** `actor.id`: the OneRoster user URL (Timeback Caliper OpenAPI, September 2025). */
export function toUserId(idBase: string, sourcedId: string): string {
  return `${toRosteringUrl(idBase)}/users/${toSegment(sourcedId, 'user sourcedId')}`
}

/** `object.course.id`: the OneRoster course URL (Timeback Caliper OpenAPI, September 2025). */
export function toCourseId(idBase: string, sourcedId: string): string {
  return `${toRosteringUrl(idBase)}/courses/${toSegment(sourcedId, 'course sourcedId')}`
}

/**
 * The URL without its trailing slashes. Throws a `TypeError` that names `what`, but not the value (it may hold a
 * password), unless it is an absolute http(s) URL to which a path can be appended.
 */
export function toBaseUrl(url: string, what: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const isHttp = parsed?.protocol === 'https:' || parsed?.protocol === 'http:'
  // `new URL` forgives spaces, which would then stay in everything built from the text.
  if (!isHttp || /\s/.test(url)) {
    throw new TypeError(`${what} must be an absolute http(s) URL, such as https://app.example`)
  }
  if (/[?#]/.test(url) || parsed.username || parsed.password) {
    throw new TypeError(`${what} must have no query, no fragment, no user name and no password`)
  }
  return url.replace(/\/+$/, '')
}

/**
 * Whether nobody on the way reads what is sent there: https, or this very machine (RFC 6761 `localhost`, and the loopback
 * addresses as `URL` spells them).
 */
export function isPrivate({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' ||
    /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  )
}

/** One percent-encoded path segment. Throws a `TypeError` for what a URL parser would drop: '', '.', '..'. */
export function toSegment(text: string, what: string): string {
  if (/^\.{0,2}$/.test(text)) {
    throw new TypeError(`${what} must not be empty, '.' or '..': it is part of a URL`)
  }
  return encodeURIComponent(text)
}

function toRosteringUrl(idBase: string): string {
  return `${toBaseUrl(idBase, 'idBase')}/ims/oneroster/rostering/v1p2`
}
