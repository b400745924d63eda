/** Events of the example school's demo learner in its course `course-math-5`, and a sandbox to send them to. */
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { connect } from './client.ts'
import {
  createActivityEvent,
  createActor,
  createEnvelope,
  createMetrics,
  createObject,
  createTimeSpent,
  createTimeSpentEvent,
} from './payloads.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { Json } from './payloads.ts'

const ONEROSTER = 'https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2'
const START = Date.parse('2026-01-27T10:15:00.000Z')

/** The address that an actor or a course of an event has for an id. */
export const toUrl = (collection: 'users' | 'courses', id: string) =>
  `${ONEROSTER}/${collection}/${id}`

export const LEARNER = createActor({
  id: toUrl('users', 'demo-learner'),
  email: 'learner@school.example',
})

export const MATH = { id: toUrl('courses', 'course-math-5'), name: 'Math 5' }

let count = 0
const mintUrn = () => `urn:uuid:00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`

/** 8 XP and 8 of 10, as attempt 1; `changes` are the event's own keys. */
export function completion(changes: Json = {}, items?: readonly Json[]) {
  const object = createObject({ course: MATH, process: true })
  const generated = items && { generated: createMetrics(items, { attempt: 1 }) }
  return createActivityEvent({ id: mintUrn(), actor: LEARNER, object, ...generated, ...changes })
}

/** Active 540 s, inactive 60 s, waste 30 s, and 5 s that no fact has a column for. */
export function spentTime(changes: Json = {}) {
  const generated = createTimeSpent([
    { type: 'active', value: 540 },
    { type: 'inactive', value: 60 },
    { type: 'waste', value: 30 },
    { type: 'unknown', value: 5 },
  ])
  const object = createObject({ course: MATH })
  return createTimeSpentEvent({ id: mintUrn(), actor: LEARNER, object, generated, ...changes })
}

/** The clock stands still until it is moved. */
export async function openClass(options: SandboxOptions = {}) {
  let at = START
  const sandbox = createSandbox(options, { now: () => at })
  const client = await connect(sandbox)
  return {
    sandbox,
    ...client,
    tell: (...events: readonly unknown[]) => client.send(createEnvelope(...events)),
    advance: (ms: number) => void (at += ms),
  }
}
