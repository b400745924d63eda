/**
 * One simulated world from one number: learners at their devices, relays, Timeback, and all that can go wrong between
 * them; then everything heals, and the auditor looks at what Timeback has counted.
 */
import type { RootOperationNode } from 'kysely'
import { audit, type Audit, type Shown, type TrueEnd, type TrueLeg } from './auditor.ts'
import { createBrowser, type Browser } from './browser.ts'
import { installGlobals } from './globals.ts'
import { playLearner, type School } from './learner.ts'
import { createWayToRelay, createWayToTimeback, type Answered, type Weather } from './network.ts'
import { createRandom } from './random.ts'
import { createRelayHost } from './relay-host.ts'
import { createPlace, createScheduler } from './scheduler.ts'
import { watchSettlements } from './settlements.ts'
import { createTimeback } from './timeback.ts'
import type { Storage } from './storage.ts'
import { toDeed, toReach, type Kept, type SeenEntry } from './witness.ts'

export interface Simulated extends Audit {
  seed: number
  /** Of the trace: the same number, the same world. */
  digest: number
  /** Simulated ms, and what happened in them. */
  ms: number
  counts: Record<string, number>
}

export interface SimulateOptions {
  /** Hears of everything that happens, with its instant. */
  onTrace?: (text: string) => void
}

/** Tuesday, 27 January 2026, 10:00 UTC. */
const STARTS_AT = Date.UTC(2026, 0, 27, 10)

/** Timeback shows within this what it took, and then nothing may be there twice (DESIGN.md). */
const SHOWS_IN_TIME_MS = 120_000

/** So long somebody looks at a device again: whatever it holds has gone by then. */
const VISIT_MS = 600_000

/** Whatever is not told by then never will be. */
const PATIENCE_MS = 3 * 3_600_000

const RULES = {
  idleAfterMs: 6_000,
  leaveAfterMs: 40_000,
  idleWasteAfterMs: 12_000,
  hiddenWasteAfterMs: 5_000,
}

export async function simulate(
  storage: Storage,
  seed: number,
  { onTrace }: SimulateOptions = {},
): Promise<Simulated> {
  const { db } = storage
  storage.empty()
  const random = createRandom(seed)
  const scheduler = createScheduler(STARTS_AT)
  const stage = createPlace('stage', random.fork('stage').next)
  const restore = installGlobals(scheduler)
  const problems: string[] = []
  const kept: Kept = { rows: new Map(), deeds: [] }
  const legs: TrueLeg[] = []
  const ends: TrueEnd[] = []
  const counts: Record<string, number> = {}
  let digest = 0

  const trace = (text: string) => {
    for (let at = 0; at < text.length; at += 1)
      digest = (Math.imul(digest, 31) + text.charCodeAt(at)) | 0
    digest = (digest + scheduler.now()) | 0
    onTrace?.(`${((scheduler.now() - STARTS_AT) / 1_000).toFixed(3).padStart(9)}  ${text}`)
  }
  const count = (name: string) => void (counts[name] = (counts[name] ?? 0) + 1)
  const say = (problem: string) => {
    trace(`PROBLEM ${problem}`)
    problems.push(problem)
  }

  const isStormy = random.chance(0.5)
  const showsLate = random.chance(0.15)
  const weather: Weather = isStormy
    ? { lossRate: 0.15, repeatRate: 0.05, delayRate: 0.08 }
    : { lossRate: 0.02, repeatRate: 0.01, delayRate: 0.01 }
  const timeback = createTimeback(scheduler, random.fork('timeback'), {
    faultRate: isStormy ? 0.5 : 0.15,
    remembersMs: random.pick([0, 300_000]),
    showsWithinMs: showsLate ? 900_000 : random.pick([0, 5_000, SHOWS_IN_TIME_MS]),
    tokenSeconds: random.pick([60, 3_600]),
  })

  const toListener = () => {
    const watch = watchSettlements((settled) => {
      trace(`settled ${settled.runId}`)
      kept.deeds.push(settled)
    })
    return (node: RootOperationNode) => {
      count('queries')
      watch(node)
    }
  }

  const host = createRelayHost(scheduler, random.fork('relays'), {
    options: {
      db,
      secret: 'a secret that is long enough to sign',
      sensor: 'https://app.example',
      app: { name: 'Example App' },
      courses: [{ sourcedId: 'math-5', subject: 'Math', grade: 5 }],
      // What is looked up at Timeback has tests of its own.
      context: 'host',
      timeback: {
        environment: 'local',
        clientId: 'demo',
        clientSecret: 'demo-secret',
        endpoints: { tokenUrl: 'http://localhost:4174/oauth2/token' },
      },
      policy: RULES,
      flushEveryMs: random.pick([5_000, 15_000]),
      leaseMs: random.pick([30_000, 60_000, 900_000]),
      identify: (request) => {
        const sourcedId = request.headers.get('x-learner') ?? ''
        return { sourcedId, email: `${sourcedId}@school.example`, role: 'student' }
      },
      log: {
        info: (about, message) => trace(`relay: ${message} ${toShort(about)}`),
        warn: (about, message) => trace(`relay: ${message} ${toShort(about)}`),
        error: (about, message) => trace(`relay error: ${message} ${toShort(about)}`),
      },
    },
    toFetch: createWayToTimeback(scheduler, random.fork('to timeback'), timeback),
    toListener,
    onProblem: say,
    everyMs: () => (isHealed ? 10_000 : 2_000),
  })
  let isHealed = false

  const onAnswered = ({ path, body, status, answer, sentAt, arrivedAt }: Answered) => {
    count(`${path} ${status}`)
    if (path !== '/v1/entries' || status !== 200) return
    const flush = JSON.parse(body) as { grant: string; entries: SeenEntry[] }
    const { verdicts } = JSON.parse(answer) as {
      verdicts: { verdict: string; id: string; message?: string }[]
    }
    const learner = readSubject(flush.grant)
    for (const [index, entry] of flush.entries.entries()) {
      const { verdict, id, message } = verdicts[index]!
      trace(
        `relay has ${id.slice(-14)} to ${toReach(entry)}: ${verdict} after ${arrivedAt - sentAt}`,
      )
      if (verdict !== 'stored' && verdict !== 'known') say(`${id} was ${verdict}: ${message}`)
      else kept.deeds.push(toDeed(learner, arrivedAt - sentAt, entry))
    }
  }

  const toFetch = createWayToRelay(scheduler, random.fork('network'), weather, host, onAnswered)
  const school: School = {
    scheduler,
    stage,
    rules: RULES,
    toFetch,
    legs,
    ends,
    onError: (code, message) => {
      trace(`page: ${code} ${message}`)
      if (code === 'entry_refused') say(`a page's entry was refused: ${message}`)
    },
    onEmptied: ({ place }) => {
      for (const [id, { disk }] of kept.rows) if (disk === place.name) kept.rows.delete(id)
    },
    trace,
  }

  const untilAt = STARTS_AT + random.int(20_000, 90_000)
  const names = random.chance(0.75) ? ['ada'] : ['ada', 'ben']
  const browsers: Browser[] = []
  const learners = names.map((name) => {
    const chance = random.fork(name)
    const devices = Array.from({ length: chance.chance(0.3) ? 2 : 1 }, (_, index) => {
      const at = `${name}/device-${index + 1}`
      const browser = createBrowser(
        scheduler,
        { name: at, random: chance.fork(at), aheadMs: chance.int(-7_200_000, 7_200_000) },
        {
          onCommit: (row) => keepRow(kept, at, row),
          onMistake: (cause) => say(`a page threw ${String(cause)}`),
        },
      )
      browsers.push(browser)
      return { browser, tabs: chance.chance(0.3) ? 2 : 1 }
    })
    return playLearner(school, { name, devices, random: chance, untilAt })
  })

  const spoil = () => {
    if (isHealed) return
    const chance = random.fork(`spoil ${scheduler.now()}`)
    if (!host.serving()) {
      trace('relay starts')
      count('relays')
      host.start()
    } else if (chance.chance(0.05)) {
      const queries = chance.chance(0.7) ? chance.int(1, 40) : 0
      trace(`relay dies after ${queries} queries`)
      count('kills')
      host.kill(queries)
    } else if (chance.chance(0.01)) {
      const ms = chance.int(5_000, 200_000)
      trace(`relay is held for ${ms}`)
      count('holds')
      host.hold(ms)
    }
    scheduler.after(stage, chance.int(500, 3_000), spoil)
  }

  try {
    scheduler.after(stage, 0, spoil)
    await scheduler.runUntil(untilAt + 6_000)
    // Everything heals.
    isHealed = true
    Object.assign(weather, { lossRate: 0, repeatRate: 0, delayRate: 0 })
    timeback.nature.faultRate = 0
    trace('healed')
    scheduler.after(stage, 0, () => {
      if (host.serving()) host.spare()
      else host.start()
    })
    scheduler.after(stage, 200, () => learners.forEach((learner) => learner.revisit()))
    const visitedUntil = scheduler.now() + VISIT_MS
    do await scheduler.runUntil(scheduler.now() + 5_000)
    while (scheduler.now() < visitedUntil && browsers.some((one) => toLeft(one).length > 0))
    for (const one of browsers)
      if (toLeft(one).length > 0) say(`${one.place.name} still has ${toLeft(one).join(' ')}`)
    for (const browser of browsers) browser.kill()
    const patientUntil = scheduler.now() + PATIENCE_MS
    while (scheduler.now() < patientUntil && isBusy(storage))
      await scheduler.runUntil(scheduler.now() + 20_000)
    host.endAll()
    const shown = readShown(storage)
    const audited = audit({
      rules: RULES,
      legs,
      ends,
      kept,
      ledger: timeback.ledger,
      shown,
      showsInTime: !showsLate,
    })
    for (const problem of audited.problems) trace(`PROBLEM ${problem}`)
    counts['legs'] = legs.length
    counts['events'] = timeback.ledger.length
    return {
      ...audited,
      seed,
      problems: [...problems, ...audited.problems],
      digest: digest >>> 0,
      ms: scheduler.now() - STARTS_AT,
      counts,
    }
  } finally {
    restore()
  }
}

/** What a disk holds and no relay has. */
const toLeft = ({ disk }: Browser) =>
  [...disk.rows.keys()].filter((key) => key.startsWith('entry:'))

/** A disk's row, if it is an entry's: the furthest copy that was ever there counts. */
function keepRow({ rows }: Kept, disk: string, json: string) {
  const { entry } = JSON.parse(json) as { entry?: SeenEntry }
  if (!entry || json.includes('"deadAt"')) return
  const reach = toReach(entry)
  const before = rows.get(entry.id)
  if (!before || before.reach <= reach) rows.set(entry.id, { disk, entry, reach })
}

const readSubject = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string }).sub

/** Something is still to be told. */
const isBusy = ({ read }: Storage): boolean =>
  read(`select 1 from runs where due_at is not null
    union select 1 from settlements where state = 'reserved'
    union select 1 from outbox where state in ('waiting', 'unclear')`).length > 0

const readShown = ({ read }: Storage): Shown[] =>
  read<{ event_ids: string; state: string; maybe_twice: number }>(
    'select event_ids, state, maybe_twice from outbox',
  ).map((row) => ({
    eventIds: JSON.parse(row.event_ids) as string[],
    state: row.state,
    maybeTwice: row.maybe_twice === 1,
  }))

const toShort = (about: object) => {
  const { err, ...rest } = about as { err?: Error }
  return JSON.stringify(rest) + (err ? ` ${err.stack ?? err.message}` : '')
}
