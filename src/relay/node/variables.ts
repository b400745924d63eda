/**
 * Every setting of `stint relay`: its variable, the option of `createRelay` that it sets, and what it is without a
 * word. What is not in this table can't be set from the environment.
 */

export interface Variable {
  name: string
  meaning: string
  /** The option it sets, dotted; without one it is the command line's own. */
  option?: string
  /** `list` has commas between; `switch` is `true` or `false`. */
  kind: 'text' | 'number' | 'switch' | 'list' | 'json'
  /** What is without it, for people to read; without this it must be set. */
  fallback?: string
  /** What a `json` looks like. */
  example?: string
  /** Never to be shown. */
  isSecret?: true
}

const THE_ENVIRONMENTS = "the environment's own"

export const VARIABLES: readonly Variable[] = [
  {
    name: 'TIMEBACK_ENV',
    meaning: 'staging, production or local (a sandbox)',
    option: 'timeback.environment',
    kind: 'text',
  },
  {
    name: 'TIMEBACK_CLIENT_ID',
    meaning: 'the client that Timeback gave you',
    option: 'timeback.clientId',
    kind: 'text',
  },
  {
    name: 'TIMEBACK_CLIENT_SECRET',
    meaning: 'its secret; it stays in this process',
    option: 'timeback.clientSecret',
    kind: 'text',
    isSecret: true,
  },
  toAddress('TIMEBACK_TOKEN_URL', 'tokenUrl', 'where tokens are made'),
  toAddress('TIMEBACK_API_URL', 'apiUrl', 'where OneRoster, EduBridge and PowerPath are'),
  toAddress('TIMEBACK_CALIPER_URL', 'caliperUrl', 'where events are sent'),
  toAddress('TIMEBACK_QTI_URL', 'qtiUrl', 'where QTI is'),
  {
    name: 'TIMEBACK_ALLOW_OTHER',
    meaning: 'true: the subject Other goes out, which some servers refuse',
    option: 'timeback.allowOther',
    kind: 'switch',
    fallback: 'false',
  },
  {
    name: 'STINT_SECRET',
    meaning: 'signs grants: 32 characters or more, e.g. from `openssl rand -base64 32`',
    option: 'secret',
    kind: 'text',
    isSecret: true,
  },
  {
    name: 'STINT_SENSOR',
    meaning: "your app's URL, e.g. https://app.example",
    option: 'sensor',
    kind: 'text',
  },
  {
    name: 'STINT_APP_NAME',
    meaning: 'your app, as Timeback shows it',
    option: 'app.name',
    kind: 'text',
  },
  {
    name: 'STINT_APP_ID',
    meaning: "your app's own id, a URL",
    option: 'app.id',
    kind: 'text',
    fallback: 'none',
  },
  {
    name: 'STINT_COURSES',
    meaning: 'which OneRoster course a subject and a grade, or a code, mean',
    option: 'courses',
    kind: 'json',
    example: '[{"sourcedId":"course-1","subject":"Math","grade":5}]',
    fallback: 'looked for at Timeback',
  },
  {
    name: 'STINT_ACTIVITIES',
    meaning: 'what single activities are worth, and which of them are PowerPath lessons',
    option: 'activities',
    kind: 'json',
    example: '[{"id":"fractions-1","xp":12},{"id":"lesson-7","powerPath":true}]',
    fallback: 'none',
  },
  {
    name: 'STINT_CONTEXT',
    meaning:
      "timeback: learners, courses and attempts are looked up there; host: the host's word stands",
    option: 'context',
    kind: 'text',
    fallback: 'timeback',
  },
  {
    name: 'STINT_IF_NOT_ENROLLED',
    meaning: 'what becomes of a run of a learner who is not: hold, preview, refuse or count',
    option: 'ifNotEnrolled',
    kind: 'text',
    fallback: 'hold',
  },
  {
    name: 'STINT_TIMEZONE',
    meaning: 'where a day begins, e.g. America/Chicago',
    option: 'timezone',
    kind: 'text',
    fallback: "the server's",
  },
  {
    name: 'STINT_GRADEBOOK',
    meaning: 'platform: Timeback writes results from the events; direct: the relay puts them',
    option: 'gradebook.mode',
    kind: 'text',
    fallback: 'platform',
  },
  {
    name: 'STINT_XP_IN',
    meaning: 'with direct, what gives the XP: event or result',
    option: 'gradebook.xpIn',
    kind: 'text',
    fallback: 'event',
  },
  {
    name: 'STINT_MASTERY',
    meaning: "true: a mastered course gets the official SDK's row",
    option: 'gradebook.mastery',
    kind: 'switch',
    fallback: 'true',
  },
  {
    name: 'STINT_XP',
    meaning: 'how XP are counted: minutes, resource or page',
    option: 'xp',
    kind: 'text',
    fallback: 'minutes',
  },
  {
    name: 'STINT_MAX_PAGE_XP',
    meaning: 'the most that a page may state in a run; must be set where XP are counted by page',
    option: 'maxPageXp',
    kind: 'number',
    fallback: 'none',
  },
  {
    name: 'STINT_RESULTS',
    meaning: "whose result completes a run: page, or host for your server's alone",
    option: 'results',
    kind: 'text',
    fallback: 'page',
  },
  {
    name: 'STINT_IDENTIFY',
    meaning: 'a module that exports identify(request): { sourcedId, email, role } or null',
    kind: 'text',
    fallback: 'tickets only',
  },
  {
    name: 'STINT_TICKET_ISSUERS',
    meaning: 'hosts that sign tickets, each with its jwksUrl or its secret',
    option: 'tickets.issuers',
    kind: 'json',
    example: '[{"issuer":"https://lms.example","jwksUrl":"https://lms.example/jwks.json"}]',
    fallback: 'none',
  },
  {
    name: 'STINT_TICKET_AUDIENCE',
    meaning: 'what tickets for this relay are signed for',
    option: 'tickets.audience',
    kind: 'text',
    fallback: 'the sensor',
  },
  {
    name: 'STINT_ORIGINS',
    meaning: 'origins whose pages may use the relay, with commas between',
    option: 'origins',
    kind: 'list',
    fallback: "the relay's own",
  },
  {
    name: 'STINT_API_KEY',
    meaning:
      'lets your servers get tickets, read any run and record its result: 16 characters or more',
    option: 'apiKey',
    kind: 'text',
    fallback: 'none',
    isSecret: true,
  },
  {
    name: 'STINT_PRESET',
    meaning: 'stint, or timeback-sdk: count as the official SDK does',
    option: 'preset',
    kind: 'text',
    fallback: 'stint',
  },
  {
    name: 'STINT_POLICY',
    meaning: 'thresholds in ms or "never" that are not the preset\'s',
    option: 'policy',
    kind: 'json',
    example: '{"idleAfterMs":90000}',
    fallback: "the preset's",
  },
  {
    name: 'STINT_ALLOWANCES',
    meaning: 'where paper or other tabs are part of the work',
    option: 'allowances',
    kind: 'json',
    example: '[{"activity":"essay-1","paper":true,"otherTabs":true}]',
    fallback: 'nowhere',
  },
  {
    name: 'STINT_MAY_RELAX',
    meaning: "true: pages may ask for longer thresholds than the policy's",
    option: 'mayRelax',
    kind: 'switch',
    fallback: 'false',
  },
  {
    name: 'STINT_FLUSH_EVERY_MS',
    meaning: 'how often a page sends what it has',
    option: 'flushEveryMs',
    kind: 'number',
    fallback: '15000',
  },
  {
    name: 'STINT_LEASE_MS',
    meaning: 'a run without news for so long has its time told; more than STINT_FLUSH_EVERY_MS',
    option: 'leaseMs',
    kind: 'number',
    fallback: '900000',
  },
  {
    name: 'STINT_GAP_MS',
    meaning: 'a completed run waits so long for slices that are known to be missing',
    option: 'gapMs',
    kind: 'number',
    fallback: '60000',
  },
  {
    name: 'STINT_KEEP_MS',
    meaning: 'a run that was told is pruned after so long without news; 40 days or more',
    option: 'keepMs',
    kind: 'number',
    fallback: '7776000000, 90 days',
  },
  {
    name: 'STINT_DATA',
    meaning: 'the database file',
    kind: 'text',
    fallback: '.stint/relay.db',
  },
  { name: 'PORT', meaning: 'where to listen', kind: 'number', fallback: '4173' },
  { name: 'HOST', meaning: 'on which address', kind: 'text', fallback: 'every address' },
]

/** The variable that sets an option, or the one that it is a part of: `courses.0.grade` is of `STINT_COURSES`. */
export function findVariable(path: string): Variable | undefined {
  return VARIABLES.find(
    ({ option }) => option !== undefined && (path === option || path.startsWith(`${option}.`)),
  )
}

function toAddress(name: string, option: string, meaning: string): Variable {
  return {
    name,
    meaning: `${meaning}, if not at the environment's own address`,
    option: `timeback.endpoints.${option}`,
    kind: 'text',
    fallback: THE_ENVIRONMENTS,
  }
}
