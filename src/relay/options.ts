/** What an operator has to say and what they may say, checked once at the start. */
import { z } from 'zod'
import { courseSchema } from '../contract/activity.ts'
import { thresholdSchema, type Policy } from '../contract/grant.ts'
import { MAX_LEG_MS } from '../contract/limits.ts'
import { DEFAULT_POLICY, TIMEBACK_SDK_POLICY } from '../core/policy.ts'
import { isPrivate, toBaseUrl } from '../timeback/endpoints.ts'
import { activityEntrySchema } from './activities.ts'
import { courseEntrySchema } from './courses.ts'
import { isTimeZone } from './day.ts'
import type { XpFunction } from './xp.ts'

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text

function isBase(url: string): boolean {
  try {
    toBaseUrl(url, 'it')
    return true
  } catch {
    return false
  }
}

/** What paths are appended to. */
const base = z.string().refine(isBase, {
  error:
    'must be an absolute http(s) URL, with no query, no fragment, no user name and no password',
  abort: true,
})

const MUST_BE_PRIVATE =
  'must be https, unless it is on this machine: who listens on the way could read or forge it'

const isPrivateUrl = (url: string) => isPrivate(new URL(url))

/** Where bearer tokens are sent. */
const service = base.refine(isPrivateUrl, MUST_BE_PRIVATE)

const ms = z.int().min(0)

/** Ninety days: a term can still be looked into. */
const KEEP_MS = 90 * 24 * 3_600_000

const threshold = thresholdSchema.exactOptional()

/** Of those that end a presence: below a second every pause for breath would be one. */
const patience = z.union([ms.min(1_000), z.literal('never')]).exactOptional()

/** What a policy begins with; every number of it can be given. */
const PRESETS: Record<'stint' | 'timeback-sdk', Policy> = {
  stint: DEFAULT_POLICY,
  'timeback-sdk': TIMEBACK_SDK_POLICY,
}

/** A host whose servers sign tickets: `issuer` is the `iss` in them. */
const issuerSchema = z.union([
  z.strictObject({
    issuer: z.string().min(1),
    /** Shared with the host: HS256, and nothing else. */
    secret: z.string().min(32, 'needs at least 32 characters, e.g. from `openssl rand -base64 32`'),
  }),
  z.strictObject({
    issuer: z.string().min(1),
    /** The host's public keys (RFC 7517): EdDSA or ES256, and nothing else. */
    jwksUrl: z.url({ protocol: /^https?$/, abort: true }).refine(isPrivateUrl, MUST_BE_PRIVATE),
  }),
])

export type TicketIssuer = z.infer<typeof issuerSchema>

export const relayOptionsSchema = z.object({
  /** Signs grants; at least 32 characters, the same on every relay that shares a database. */
  secret: z.string().min(32, 'needs at least 32 characters, e.g. from `openssl rand -base64 32`'),
  /** Your app's absolute URL: Caliper's sensor, and what the ids of your activities begin with. */
  sensor: base,
  /** Your app, as Timeback shows it. */
  app: z.object({ name: z.string().min(1), id: z.url().exactOptional() }),
  /** Which course is meant by a subject and a grade, or by a code. What is not listed is looked for at Timeback. */
  courses: z.array(courseEntrySchema).default([]),
  /** What single activities are worth, and which of them are PowerPath's lessons. */
  activities: z.array(activityEntrySchema).default([]),
  /**
   * `timeback`: learners, enrolments, courses, attempts and results are looked up there. `host`: nothing is read, and
   * the host's word stands, for clients that may only send events.
   */
  context: z.enum(['timeback', 'host']).default('timeback'),
  /**
   * What becomes of a run whose learner is not enrolled in its course. `hold`: it is told once they are. `preview`: it
   * is never told. `refuse`: the page does not count. `count`: it is told all the same.
   */
  ifNotEnrolled: z.enum(['hold', 'preview', 'refuse', 'count']).default('hold'),
  /** In which IANA time zone a day begins; by default the server's. */
  timezone: z
    .string()
    .refine(isTimeZone, 'is an IANA time zone, such as America/Chicago')
    .default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone),
  /** Who writes results: Timeback makes them of the events (`platform`), or the relay puts them (`direct`). */
  gradebook: z
    .strictObject({
      mode: z.enum(['platform', 'direct']).default('platform'),
      /** In direct mode, what gives the XP: never both. */
      xpIn: z.enum(['event', 'result']).default('event'),
      /** Writes the official SDK's row of a mastered course, once progress is 100 %. */
      mastery: z.boolean().default(true),
    })
    .prefault({}),
  /** How XP are counted: by active minutes, by what the resource is worth, by the page, or by a function. */
  xp: z
    .union([
      z.enum(['minutes', 'resource', 'page']),
      z.custom<XpFunction>((value) => typeof value === 'function', 'is a rule or a function'),
    ])
    .default('minutes'),
  /** The most that a page may state in one run, where `xp` is `page`. */
  maxPageXp: z.number().min(0).exactOptional(),
  /** Whose result completes a run: the page's too, or only what the host's server records. */
  results: z.enum(['page', 'host']).default('page'),
  timeback: z.object({
    environment: z.enum(['staging', 'production', 'local']),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** Any address that is not the environment's own. */
    endpoints: z
      .object({
        tokenUrl: service.exactOptional(),
        apiUrl: service.exactOptional(),
        caliperUrl: service.exactOptional(),
        qtiUrl: service.exactOptional(),
      })
      .exactOptional(),
    /** Lets the subject `Other` go out; some servers refuse it. */
    allowOther: z.boolean().default(false),
  }),
  /** Origins whose pages may use the relay, such as `https://school.example`. Its own always may. */
  origins: z
    .array(z.string().refine(isOrigin, 'is an origin: a scheme and a host, and nothing after it'))
    .default([]),
  /** Lets servers of yours get tickets and read any run. May be `undefined`, as a variable that is not set. */
  apiKey: z.string().min(16).optional(),
  /** `timeback-sdk` counts as the official SDK does: hidden or paused is inactive, and there is no idle and no waste. */
  preset: z.enum(['stint', 'timeback-sdk']).default('stint'),
  /** Each threshold that is not the preset's. */
  policy: z
    .strictObject({
      idleAfterMs: patience,
      mediaIdleAfterMs: patience,
      frameIdleAfterMs: patience,
      suspendAfterMs: patience,
      leaveAfterMs: patience,
      idleWasteAfterMs: threshold,
      hiddenWasteAfterMs: threshold,
    })
    .prefault({}),
  /** Where paper or other tabs are part of the work: by activity, by course, named as its pages name it, or everywhere. */
  allowances: z
    .array(
      z.strictObject({
        activity: z.string().min(1).exactOptional(),
        course: courseSchema.exactOptional(),
        paper: z.boolean().exactOptional(),
        otherTabs: z.boolean().exactOptional(),
      }),
    )
    .default([]),
  /** Lets pages ask for longer thresholds than the policy's; shorter ones they always may. */
  mayRelax: z.boolean().default(false),
  /** How often a page sends what it has. */
  flushEveryMs: ms.min(1_000).default(15_000),
  /** A run without news for so long has its time told; what another page of the learner still had to send is late then. */
  leaseMs: ms.default(900_000),
  /** A completed run waits so long for slices that are known to be missing. */
  gapMs: ms.default(60_000),
  /**
   * A run without news for so long, all of it told, is pruned to its own row. At least 40 days: longer than any grant
   * takes uploads, and as long as a leg can last. What is older is not told any more.
   */
  keepMs: ms.min(MAX_LEG_MS).default(KEEP_MS),
  /** Tickets that hosts sign themselves; those from `POST /v1/tickets` need only the API key. */
  tickets: z
    .strictObject({
      /** The `aud` of a ticket for this relay. By default the sensor. */
      audience: z.string().min(1).exactOptional(),
      issuers: z
        .array(issuerSchema)
        .refine(
          (issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length,
          'names an issuer twice: each has one secret, or one key set',
        )
        .default([]),
    })
    .prefault({}),
})

/** What two settings must agree on. */
const checkedSchema = relayOptionsSchema.superRefine((read, context) => {
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message })
  if (read.context === 'host' && read.courses.length === 0)
    wrong('courses', 'needs at least one course, as nothing is looked up')
  if (read.xp === 'page' && read.maxPageXp === undefined)
    wrong('maxPageXp', 'is needed where the page states its XP')
  if (read.leaseMs <= read.flushEveryMs)
    wrong('leaseMs', 'must be longer than flushEveryMs: a page at work would count as gone')
})

export type RelaySettings = z.input<typeof relayOptionsSchema>
export type ReadSettings = z.output<typeof relayOptionsSchema> & { policy: Policy }

/** The preset's thresholds, but for those that are given. */
export function toPolicy({
  preset,
  policy,
}: Pick<z.output<typeof relayOptionsSchema>, 'preset' | 'policy'>): Policy {
  return { ...PRESETS[preset], ...policy }
}

/** Throws a TypeError that names each setting that is wrong or missing; `toName` says how its reader calls it. */
export function readSettings(
  settings: RelaySettings,
  toName = (path: string): string => path,
): ReadSettings {
  const read = checkedSchema.safeParse(settings)
  if (read.success) {
    return { ...read.data, policy: toPolicy(read.data) }
  }
  const lines = read.error.issues.map(
    ({ path, message }) => `  ${toName(path.join('.'))}: ${message}`,
  )
  throw new TypeError(`The relay's options are not right:\n${lines.join('\n')}`)
}
