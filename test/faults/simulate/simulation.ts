/**
 * One simulated world from one number: learners at their devices, relays, Timeback, and all that can go wrong between
 * them; then everything heals, and the auditor looks at what Timeback has counted.
 */
import { audit, type Audit, type Shown, type TrueEnd, type TrueLeg } from './auditor.ts'
import { createBrowser, type Browser } from './browser.ts'
import { createChronicle, type Chronicle } from './chronicle.ts'
import { installGlobals } from './globals.ts'
import { playLearner, type School } from './learner.ts'
import { startMischief } from './mischief.ts'
import { createWayToRelay, createWayToTimeback, type Weather } from './network.ts'
import { createRandom, type Random } from './random.ts'
import { createRelayHost } from './relay-host.ts'
import { RULES, toRelayOptions } from './relay-options.ts'
import { createPlace, createScheduler, type Scheduler } from './scheduler.ts'
import type { Storage } from './storage.ts'
import { createTimeback, type Nature, type Timeback } from './timeback.ts'
import { createWitness, type Witness } from './witness.ts'

export interface Simulated extends Audit {
  seed: number
  /** Of all that happened: the same number, the same world. */
  digest: number
  /** Simulated ms, and what happened in them. */
  ms: number
  counts: Record<string, number>
}

/** Tuesday, 27 January 2026, 10:00 UTC. */
const STARTS_AT = Date.UTC(2026, 0, 27, 10)

/** Timeback shows within this what it took, and then nothing may be there twice (DESIGN.md). */
const SHOWS_IN_TIME_MS = 120_000
const SHOWS_LATE_MS = 900_000

/** So long somebody looks at a device again: whatever it holds has gone by then. */
const VISIT_MS = 600_000

/** Whatever is not told by then never will be. */
const PATIENCE_MS = 3 * 3_600_000

/** `onTrace` hears of everything that happens, with its instant. */
export async function simulate(
  storage: Storage,
  seed: number,
  onTrace?: (text: string) => void,
): Promise<Simulated> {
  storage.empty()
  const scheduler = createScheduler(STARTS_AT)
  const chronicle = createChronicle(scheduler, STARTS_AT, onTrace)
  const restore = installGlobals(scheduler)
  try {
    const world = createWorld(storage, scheduler, createRandom(seed), chronicle)
    await scheduler.runUntil(world.untilAt)
    await heal(world)
    await settleAll(world, storage)
    const { toldMs, lostWithMemoryMs, problems } = audit(toEvidence(world, storage))
    problems.forEach(chronicle.accuse)
    const counts = {
      ...chronicle.counts,
      legs: world.school.legs.length,
      events: world.timeback.ledger.length,
    }
    const ms = scheduler.now() - STARTS_AT
    const digest = chronicle.digest()
    return { seed, digest, problems: chronicle.problems, toldMs, lostWithMemoryMs, ms, counts }
  } finally {
    restore()
  }
}

type World = ReturnType<typeof createWorld>

function createWorld(storage: Storage, scheduler: Scheduler, random: Random, chronicle: Chronicle) {
  const stage = createPlace('stage', random.fork('stage').next)
  const witness = createWitness(chronicle)
  const isStormy = random.chance(0.5)
  const nature = toNature(random, isStormy)
  const weather = toWeather(isStormy)
  const timeback = createTimeback(scheduler, random.fork('timeback'), nature)
  const world = { isHealed: false }
  const host = createRelayHost(scheduler, random.fork('relays'), {
    options: toRelayOptions(storage.db, random, chronicle),
    toFetch: createWayToTimeback(scheduler, random.fork('to timeback'), timeback),
    toListener: witness.toListener,
    onProblem: chronicle.accuse,
    everyMs: () => (world.isHealed ? 10_000 : 2_000),
  })
  const network = random.fork('network')
  const school: School = {
    scheduler,
    stage,
    chronicle,
    rules: RULES,
    toFetch: createWayToRelay(scheduler, network, weather, host, witness.hearAnswer),
    legs: [] as TrueLeg[],
    ends: [] as TrueEnd[],
    onEmptied: witness.forget,
  }
  const untilAt = STARTS_AT + random.int(20_000, 90_000)
  const browsers: Browser[] = []
  const names = random.chance(0.75) ? ['ada'] : ['ada', 'ben']
  const learners = names.map((name) => {
    const chance = random.fork(name)
    const devices = createDevices(school, witness, name, chance)
    browsers.push(...devices.map(({ browser }) => browser))
    return playLearner(school, { name, devices, random: chance, untilAt })
  })
  const mischief = startMischief({ scheduler, stage, host }, random.fork('mischief'), chronicle)
  // The last of the learners takes some seconds to leave.
  const parts = { witness, timeback, weather, host, school, browsers, learners, mischief }
  return Object.assign(world, parts, { untilAt: untilAt + 6_000 })
}

function toNature(random: Random, isStormy: boolean): Nature {
  const showsLate = random.chance(0.15)
  return {
    faultRate: isStormy ? 0.5 : 0.15,
    remembersMs: random.pick([0, 300_000]),
    showsWithinMs: showsLate ? SHOWS_LATE_MS : random.pick([0, 5_000, SHOWS_IN_TIME_MS]),
    tokenSeconds: random.pick([60, 3_600]),
  }
}

const toWeather = (isStormy: boolean): Weather =>
  isStormy
    ? { lossRate: 0.15, repeatRate: 0.05, delayRate: 0.08 }
    : { lossRate: 0.02, repeatRate: 0.01, delayRate: 0.01 }

function createDevices(
  { scheduler, chronicle }: School,
  witness: Witness,
  name: string,
  random: Random,
) {
  return Array.from({ length: random.chance(0.3) ? 2 : 1 }, (_, index) => {
    const at = `${name}/device-${index + 1}`
    const clock = { name: at, random: random.fork(at), aheadMs: random.int(-7_200_000, 7_200_000) }
    const browser = createBrowser(scheduler, clock, {
      onCommit: (row) => witness.seeRow(at, row),
      onMistake: (cause) => chronicle.accuse(`a page threw ${String(cause)}`),
    })
    return { browser, tabs: random.chance(0.3) ? 2 : 1 }
  })
}

/** No fault any more, and somebody looks at each device again. */
async function heal(world: World) {
  const { school, weather, timeback, mischief, learners, browsers } = world
  const { scheduler, stage, chronicle } = school
  world.isHealed = true
  Object.assign(weather, { lossRate: 0, repeatRate: 0, delayRate: 0 } satisfies Weather)
  timeback.nature.faultRate = 0
  chronicle.tell('healed')
  mischief.end()
  scheduler.after(stage, 200, () => learners.forEach((learner) => learner.revisit()))
  const visitedUntil = scheduler.now() + VISIT_MS
  do await scheduler.runUntil(scheduler.now() + 5_000)
  while (scheduler.now() < visitedUntil && browsers.some((one) => toLeft(one).length > 0))
  for (const one of browsers) {
    if (toLeft(one).length > 0)
      chronicle.accuse(`${one.place.name} still has ${toLeft(one).join(' ')}`)
    one.kill()
  }
}

/** What a disk holds and no relay has. */
const toLeft = ({ disk }: Browser) =>
  [...disk.rows.keys()].filter((key) => key.startsWith('entry:'))

/** Until nothing waits to be told any more; then no relay does anything more. */
async function settleAll({ school: { scheduler }, host }: World, storage: Storage) {
  const patientUntil = scheduler.now() + PATIENCE_MS
  while (scheduler.now() < patientUntil && isBusy(storage))
    await scheduler.runUntil(scheduler.now() + 20_000)
  host.endAll()
}

const isBusy = ({ read }: Storage): boolean =>
  read(`select 1 from runs where due_at is not null
    union select 1 from settlements where state = 'reserved'
    union select 1 from outbox where state in ('waiting', 'unclear')`).length > 0

function toEvidence({ school, witness, timeback }: World, { read }: Storage) {
  const { legs, ends } = school
  const rows = read<{ event_ids: string; state: string; maybe_twice: number }>(
    'select event_ids, state, maybe_twice from outbox',
  )
  const shown: Shown[] = rows.map((row) => ({
    eventIds: JSON.parse(row.event_ids) as string[],
    state: row.state,
    maybeTwice: row.maybe_twice === 1,
  }))
  const { ledger, nature }: Timeback = timeback
  const showsInTime = nature.showsWithinMs <= SHOWS_IN_TIME_MS
  return { rules: RULES, legs, ends, kept: witness.kept, ledger, shown, showsInTime }
}
