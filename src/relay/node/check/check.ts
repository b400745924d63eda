/**
 * Looks at one environment of Timeback with the relay's own configuration and clients, and says what works. It reads
 * and has envelopes validated; it never writes anything.
 */
import { createCaliper } from '../../../timeback/caliper-client.ts'
import { createEduBridge } from '../../../timeback/edubridge.ts'
import {
  OTHER_STAGING_CALIPER_URL,
  toEndpoints,
  type Endpoints,
} from '../../../timeback/endpoints.ts'
import { createOneRoster, type User } from '../../../timeback/oneroster.ts'
import { createAccessToken } from '../../../timeback/token.ts'
import type { CourseEntry } from '../../courses.ts'
import { toDay } from '../../day.ts'
import type { ReadSettings, RelaySettings } from '../../options.ts'
import type { Finding } from './finding.ts'
import { probeFind, probeValidate } from './probe-caliper.ts'
import { probeHost, type Host } from './probe-host.ts'
import { probeCourse, probeEnrollment, probeGradebook, probeUser } from './probe-roster.ts'
import { probeToken, type Needs } from './probe-token.ts'
import { askCaliper, askFacts } from './questions.ts'
import { toSample } from './sample.ts'

export interface CheckOptions {
  timeback: RelaySettings['timeback']
  sensor: string | undefined
  app: RelaySettings['app'] | undefined
  /** With none, those that the learner is enrolled in. */
  courses: readonly CourseEntry[]
  /** With `host` the relay reads nothing, and what can't be read is no failure. */
  context: ReadSettings['context']
  /** With `count` the relay does without an enrolment. */
  ifNotEnrolled: ReadSettings['ifNotEnrolled']
  gradebook: Pick<ReadSettings['gradebook'], 'mode'>
  /** IANA name: which day today is. */
  timezone: string
  /** Of the learner to look for. It is in no finding. */
  email: string | undefined
}

export interface CheckPlatform {
  fetch?: typeof globalThis.fetch
  now?: () => number
  newId?: () => string
}

/** Each finding as it is made. Throws a TypeError for options that are not right. */
export async function* check(
  options: CheckOptions,
  platform: CheckPlatform = {},
): AsyncGenerator<Finding> {
  const tools = createTools(options, platform)
  for (const host of toHosts(tools.endpoints)) yield await probeHost(host, tools.fetch)
  const [token, ...scopes] = await probeToken(tools.token, toNeeds(options))
  if (token) yield token
  yield* scopes
  // Without a token all that follows would only say so again.
  if (token?.state === 'failed') return

  const { needsReads } = toNeeds(options)
  if (options.courses.length === 0) yield toSkipped('course', 'set STINT_COURSES to look at them')
  for (const course of options.courses) {
    yield soften(await probeCourse(tools.oneRoster, course), needsReads)
  }
  yield soften(await probeGradebook(tools.oneRoster), needsReads)
  const user = yield* checkLearner(options, tools)
  yield* checkCaliper(options, tools, user)
  if (user && options.timeback.environment !== 'production') {
    yield await askFacts(tools.eduBridge, user.sourcedId, tools)
  }
}

type Tools = ReturnType<typeof createTools>

function createTools(
  { timeback, timezone }: CheckOptions,
  { fetch = globalThis.fetch, now = Date.now, newId = () => crypto.randomUUID() }: CheckPlatform,
) {
  const endpoints = toEndpoints(timeback.environment, timeback.endpoints)
  const { tokenUrl, apiUrl, caliperUrl } = endpoints
  const { clientId, clientSecret } = timeback
  const token = createAccessToken({ tokenUrl, clientId, clientSecret }, { fetch, now })
  const at = now()
  return {
    endpoints,
    timezone,
    token,
    oneRoster: createOneRoster({ apiUrl, token }, { fetch }),
    eduBridge: createEduBridge({ apiUrl, token }, { fetch }),
    caliper: createCaliper({ caliperUrl, token }, { fetch }),
    fetch,
    newId,
    at,
    today: toDay(at, timezone),
  }
}

/** Gives the user if there is just one. */
async function* checkLearner(
  options: CheckOptions,
  { oneRoster, eduBridge, today }: Tools,
): AsyncGenerator<Finding, User | undefined> {
  const { email, courses } = options
  const { needsReads, needsEnrolment } = toNeeds(options)
  if (email === undefined) {
    yield toSkipped('user', 'give --email of a learner')
    yield toSkipped('enrolment', 'give --email of a learner')
    return undefined
  }
  const { finding, user } = await probeUser(oneRoster, email)
  yield soften(finding, needsReads)
  if (!user) {
    yield toSkipped('enrolment', 'put the user right first')
    return undefined
  }
  const enrolment = await probeEnrollment(eduBridge, user.sourcedId, { courses, today })
  yield soften(enrolment, needsEnrolment)
  return user
}

/** What the relay, as it is configured, can't do without. */
function toNeeds({ context, ifNotEnrolled, gradebook }: CheckOptions): Needs & {
  needsEnrolment: boolean
} {
  const needsReads = context === 'timeback'
  return {
    needsReads,
    needsEnrolment: needsReads && ifNotEnrolled !== 'count',
    needsGradebook: gradebook.mode === 'direct',
  }
}

/** What the relay does without is worth knowing, and fails nothing. */
function soften(finding: Finding, isNeeded: boolean): Finding {
  return finding.state === 'failed' && !isNeeded ? { ...finding, state: 'warning' } : finding
}

async function* checkCaliper(
  { timeback: { environment }, sensor, app, courses: [course], gradebook, email }: CheckOptions,
  { caliper, endpoints, fetch, newId, at: now }: Tools,
  user: User | undefined,
): AsyncGenerator<Finding> {
  const learner = user && email ? { sourcedId: user.sourcedId, email } : undefined
  const process = gradebook.mode === 'platform'
  const sample = toSample({ environment, sensor, app, course, process, learner, now, newId })
  yield await probeValidate(caliper, sample)
  yield await probeFind(caliper, newId())
  if (environment === 'staging') yield await askOtherHost(endpoints.caliperUrl, fetch)
  // Production's learners are no place for questions.
  if (environment !== 'production') yield* askCaliper(caliper, sample, newId)
}

/** Which of the two names of the staging host answers: the configured one has been looked at. */
async function askOtherHost(caliperUrl: string, fetch: typeof globalThis.fetch): Promise<Finding> {
  const isOther = caliperUrl === OTHER_STAGING_CALIPER_URL
  const url = isOther ? toEndpoints('staging').caliperUrl : OTHER_STAGING_CALIPER_URL
  const name = 'open:caliper-host'
  const host = { name, url, variable: 'TIMEBACK_CALIPER_URL', isNeeded: false }
  const { found } = await probeHost(host, fetch)
  return { name, state: 'found', found: `the other spelling: ${found}` }
}

function toHosts({ apiUrl, caliperUrl, qtiUrl }: Endpoints): Host[] {
  return [
    { name: 'api host', url: apiUrl, variable: 'TIMEBACK_API_URL', isNeeded: true },
    { name: 'caliper host', url: caliperUrl, variable: 'TIMEBACK_CALIPER_URL', isNeeded: true },
    // Only scores that QTI is to give come from there.
    { name: 'qti host', url: qtiUrl, variable: 'TIMEBACK_QTI_URL', isNeeded: false },
  ]
}

function toSkipped(name: string, todo: string): Finding {
  return { name, state: 'skipped', found: 'not looked at', todo }
}
