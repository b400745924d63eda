/**
 * A day in a storm: ten learners work, one activity after the other, while many of the relay's requests to Timeback go
 * wrong and no token lives longer than a minute. Time is simulated, and all chance comes from one seed.
 */
import type { Grant } from '../../../src/contract/grant.ts'
import { openSqlite } from '../../../src/relay/node/sqlite.ts'
import { createRelay, type Relay } from '../../../src/relay/relay.ts'
import { createSandbox, type StoredEvent } from '../../../src/sandbox/sandbox.ts'
import { createChance } from '../support/chance.ts'
import { createStormyFetch } from './weather.ts'

export interface StormOptions {
  seed: number
  hours: number
  /** Of the relay's requests, 0 to 1. */
  share: number
  gradebook: 'platform' | 'direct'
  onHour?: (hour: number) => void
}

export interface StormReport {
  requests: number
  faults: Record<string, number>
  runs: number
  /** What is wrong with a run at Timeback, by its id; nothing, if all is told and nothing twice. */
  wrong: Record<string, string>
  /** Rows that were sent again after an unclear outcome: they say that they may be there twice. */
  maybeTwice: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const STEP_MS = 5 * SECOND
/** After the storm: the longest wait between two tries is 5 minutes, and an unclear send is asked for 4. */
const CALM_MS = 30 * MINUTE
const MONDAY = Date.UTC(2026, 0, 26, 8)

/** By their sourcedId, as the school knows them. */
const EMAILS: Record<string, string> = {
  'demo-learner': 'learner@school.example',
  'learner-2': 'tomas@school.example',
  'learner-3': 'aiko@school.example',
  'learner-4': 'ferran@school.example',
  'learner-5': 'lena@school.example',
  'learner-6': 'idris@school.example',
  'learner-7': 'noor@school.example',
  'learner-8': 'pavel@school.example',
  'learner-9': 'saoirse@school.example',
  'learner-10': 'jun@school.example',
}

export async function runStorm(options: StormOptions): Promise<StormReport> {
  const { seed, hours, share, gradebook, onHour = () => {} } = options
  const random = createChance(seed).next
  let at = MONDAY
  const clock = { now: () => at, pass: (ms: number) => void (at += ms) }
  const sandbox = createSandbox(
    { tokenLifeSeconds: 60, readLagMs: 60 * SECOND, duplicates: 'store' },
    { now: clock.now, wait: async (ms) => clock.pass(ms) },
  )
  const weather = { sandbox, share, random, pass: clock.pass }
  const stormy = createStormyFetch(weather)
  let isStorm = true
  const db = openSqlite(':memory:')
  const relay = await createRelay(
    { ...toRelayOptions(gradebook), db },
    {
      now: clock.now,
      random,
      fetch: (input, init) =>
        isStorm ? stormy.fetch(input, init) : sandbox.fetch(new Request(input, init)),
    },
  )
  const truth = new Map<string, number>()
  const learners = Object.keys(EMAILS).map((id) =>
    createLearner(relay, id, { clock, random, truth }),
  )
  const passTime = async (ms: number, act: () => Promise<unknown>) => {
    for (const until = clock.now() + ms; clock.now() < until;) {
      clock.pass(STEP_MS)
      await act()
      await relay.deliver()
    }
  }
  for (let hour = 0; hour < hours; hour += 1) {
    await passTime(HOUR, () => Promise.all(learners.map((work) => work())))
    onHour(hour + 1)
  }
  isStorm = false
  await passTime(CALM_MS, async () => {})

  const unsure = await db
    .selectFrom('outbox')
    .select('outbox_id')
    .where('maybe_twice', '=', 1)
    .execute()
  await relay.close()
  return {
    requests: stormy.requests(),
    faults: stormy.struck,
    runs: truth.size,
    wrong: compare(truth, sandbox.events()),
    maybeTwice: unsure.length,
  }
}

const toRelayOptions = (mode: StormOptions['gradebook']) => ({
  secret: 'a secret that is long enough to sign',
  sensor: 'https://app.example',
  app: { name: 'Example App' },
  courses: [],
  timezone: 'UTC',
  gradebook: { mode },
  timeback: {
    environment: 'local' as const,
    clientId: 'demo',
    clientSecret: 'demo-secret',
  },
  log: { info() {}, warn() {}, error() {} },
  identify: (request: Request) => {
    const sourcedId = request.headers.get('x-learner') ?? ''
    return { sourcedId, email: EMAILS[sourcedId] ?? '', role: 'student' as const }
  },
})

/** A learner who works on one run after the other, with breaks; what they have worked of those that ended is in `truth`. */
function createLearner(
  relay: Relay,
  learner: string,
  {
    clock,
    random,
    truth,
  }: { clock: { now: () => number }; random: () => number; truth: Map<string, number> },
) {
  let runs = 0
  let current: { runId: string; startedAt: number; untilAt: number; token: string } | undefined
  let restUntil = clock.now() + random() * 10 * MINUTE

  const post = async (path: string, body: object) => {
    const headers = { 'x-learner': learner }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await relay.fetch(new Request(`https://relay.example${path}`, init))
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
    return response.json()
  }

  const begin = async () => {
    const now = clock.now()
    const { token } = (await post('/v1/grants', { v: 1, startedAt: now, sentAt: now })) as Grant
    const runId = `${learner}-${(runs += 1)}`
    current = { runId, startedAt: now, untilAt: now + MINUTE + random() * 10 * MINUTE, token }
  }

  const finish = async ({ runId, startedAt, token }: NonNullable<typeof current>) => {
    const now = clock.now()
    const reach = now - startedAt
    const leg = `${runId}/leg`
    const id = `lesson-${Math.floor(random() * 5)}`
    const activity = { id, name: 'A lesson', course: { subject: 'Math', grade: 5 } }
    const result = { totalQuestions: 10, correctQuestions: 9 }
    const legs = { leg: { slices: 1, reach } }
    const entries = [
      { v: 1, type: 'start', id: `${leg}/start`, activity, wallAt: startedAt, monoAt: 0 },
      { v: 1, type: 'slice', id: `${leg}/0`, spans: [['active', 0, reach, 0]] },
      { v: 1, type: 'end', id: `${runId}/end`, legId: 'leg', at: reach, result, legs },
    ]
    const flush = { v: 1, grant: token, sentAt: now, entries }
    await post('/v1/entries', flush)
    truth.set(runId, reach)
    current = undefined
    restUntil = now + random() * 20 * MINUTE
  }

  return async () => {
    if (!current) return clock.now() >= restUntil ? begin() : undefined
    return clock.now() >= current.untilAt ? finish(current) : undefined
  }
}

/** In Timeback's ledger each run has its time, in seconds, and one completion. */
function compare(truth: Map<string, number>, events: StoredEvent[]): Record<string, string> {
  const wrong: Record<string, string> = {}
  for (const [runId, ms] of truth) {
    const own = events.filter(
      ({ extensions }) => (extensions as { runId?: string }).runId === runId,
    )
    const seconds = own
      .filter(({ type }) => type === 'TimeSpentEvent')
      .flatMap(({ generated }) => (generated as unknown as { items: { value: number }[] }).items)
      .reduce((sum, { value }) => sum + value, 0)
    const completions = own.filter(({ type }) => type === 'ActivityEvent').length
    if (Math.round(seconds * 1_000) !== ms || completions !== 1)
      wrong[runId] = `${seconds} s of ${ms / 1_000} s, completed ${completions} times`
  }
  return wrong
}
