/**
 * A relay before the sandbox's example school, as most operators have it: everything is looked up at Timeback, and no
 * course is configured. Days begin in UTC.
 */
import type { Activity } from '../../src/contract/activity.ts'
import type { Verdict } from '../../src/contract/flush.ts'
import type { Result } from '../../src/contract/result.ts'
import type { Learner, Relay, RunReport } from '../../src/relay/relay.ts'
import type { Row, SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { createSeed } from '../../src/sandbox/school/seed.ts'
import { openPage, openWorld, readReport, type World, type WorldSetUp } from './relay-world.ts'
import { ALL_RIGHT, FRACTIONS, MINUTE, toEnd, toSlice, toStart } from './entries.ts'

export const MIRA = 'demo-learner'
export const MATH = 'course-math-5'

/** Everybody at the school by their sourcedId, and two whom Timeback does not know as the host does. */
const PEOPLE = new Map<string, Learner>([
  ...(createSeed().users ?? []).map(({ sourcedId, email, roles }): [string, Learner] => [
    String(sourcedId),
    {
      sourcedId: String(sourcedId),
      email: String(email),
      role: (roles as { role: Learner['role'] }[])[0]!.role,
    },
  ]),
  ['stranger', { sourcedId: 'stranger', email: 'nobody@school.example', role: 'student' }],
  ['impostor', { sourcedId: 'impostor', email: 'tomas@school.example', role: 'student' }],
])

export const openSchool = ({ options, ...setUp }: WorldSetUp = {}): Promise<World> =>
  openWorld({
    ...setUp,
    options: {
      context: 'timeback',
      timezone: 'UTC',
      courses: [],
      identify: (request) => PEOPLE.get(request.headers.get('x-learner') ?? '') ?? null,
      ...options,
    },
  })

/** The example school with other or more rows of some kinds. */
export function changeSeed(change: (seed: ReturnType<typeof createSeed>) => void): {
  school: NonNullable<SandboxOptions['school']>
} {
  const school = createSeed()
  change(school)
  return { school }
}

/** Four active minutes, all right, received and not yet settled. The clock moves on by them. */
export async function finish(
  world: World,
  {
    learner = MIRA,
    runId = 'r',
    activity = FRACTIONS,
    result = ALL_RIGHT,
    ms = 4 * MINUTE,
    relay = world.relay,
  }: Partial<{
    learner: string
    runId: string
    activity: Activity
    result: Result
    ms: number
    relay: Relay
  }> = {},
): Promise<Verdict[]> {
  const page = await openPage(world, learner, { relay })
  const leg = `${runId}/a`
  const wallAt = page.wall()
  world.clock.pass(ms)
  return page.flush(
    toStart(leg, wallAt, activity),
    toSlice(leg, 0, ['active', 0, ms, 0]),
    toEnd(leg, ms, result),
  )
}

/** The same, and all of it told. */
export async function finishAndTell(world: World, run: Parameters<typeof finish>[1] = {}) {
  await finish(world, run)
  await world.run(MINUTE)
}

/** What has become of the run's outbox rows, by kind. */
export async function readStates(
  world: World,
  runId = 'r',
  learner = MIRA,
): Promise<Record<string, string[]>> {
  const { deliveries } = await readReport(world, runId, { learner })
  const states: Record<string, string[]> = {}
  for (const { kind, state } of deliveries) (states[kind] ??= []).push(state)
  return states
}

/** Why the run waits, if it does. */
export async function readHeld(world: World, runId = 'r', learner = MIRA) {
  const { settlements } = await readReport(world, runId, { learner })
  return settlements.map(({ held }) => held)
}

export const readBackOf = ({ deliveries }: RunReport) =>
  deliveries.find(({ kind }) => kind === 'readback')

/** The active results of a learner in Timeback's gradebook, oldest first. */
export const readResults = (world: World, learner = MIRA): Row[] =>
  world.sandbox
    .rows('assessmentResults')
    .filter(({ status, student }) => status === 'active' && (student as Row).sourcedId === learner)

/** How often the relay asked for what begins so. */
export const countCalls = (world: World, path: string, method?: string) =>
  world.calls.filter(
    (call) => call.path.startsWith(path) && (method === undefined || call.method === method),
  ).length

export const GRADEBOOK = '/ims/oneroster/gradebook/'
export const ROSTERING = '/ims/oneroster/rostering/'
