/**
 * Envelopes as Timeback's documents and public clients show them, typed out by hand. Every call gives a fresh copy, so
 * a test may change what it got.
 */

const CALIPER = 'http://purl.imsglobal.org/ctx/caliper/v1p2'
const ONEROSTER = 'https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2'

export type Json = Record<string, unknown>

export function createEnvelope(...data: readonly unknown[]) {
  return {
    sensor: 'https://app.example',
    sendTime: '2026-01-27T10:03:01.000Z',
    dataVersion: CALIPER,
    data,
  }
}

/** The time event of the SDK's documents, with its run and course. */
export function createTimeSpentEvent(changes: Json = {}) {
  return {
    '@context': CALIPER,
    id: 'urn:uuid:6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42',
    type: 'TimeSpentEvent',
    action: 'SpentTime',
    profile: 'TimebackProfile',
    eventTime: '2026-01-27T10:03:00.000Z',
    actor: createActor(),
    object: createObject(),
    generated: createTimeSpent([
      { type: 'active', value: 14.2 },
      { type: 'inactive', value: 0.8 },
    ]),
    extensions: { runId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', courseId: 'c1' },
    ...changes,
  }
}

/** The completion of the SDK's documents: all four metrics, an attempt and the course's progress. */
export function createActivityEvent(changes: Json = {}) {
  return {
    '@context': CALIPER,
    id: 'urn:uuid:0d9c4b7e-3a51-4f86-b2d0-6c1e8f7a9352',
    type: 'ActivityEvent',
    action: 'Completed',
    profile: 'TimebackProfile',
    eventTime: '2026-01-27T10:10:00.000Z',
    actor: createActor(),
    object: createObject({ process: true }),
    generated: createMetrics(
      [
        { type: 'xpEarned', value: 8 },
        { type: 'totalQuestions', value: 10 },
        { type: 'correctQuestions', value: 8 },
        { type: 'masteredUnits', value: 1 },
      ],
      { attempt: 1, extensions: { pctCompleteApp: 40 } },
    ),
    extensions: { runId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', courseId: 'c1' },
    ...changes,
  }
}

export function createActor(changes: Json = {}) {
  return {
    id: `${ONEROSTER}/users/u1`,
    type: 'TimebackUser',
    email: 's@example.org',
    ...changes,
  }
}

export function createObject(changes: Json = {}) {
  return {
    id: 'https://app.example/activities/Math/g3/lesson-1',
    type: 'TimebackActivityContext',
    subject: 'Math',
    app: { name: 'My App' },
    activity: { name: 'Lesson 1' },
    course: { id: `${ONEROSTER}/courses/c1`, name: 'MATH-3' },
    ...changes,
  }
}

export function createTimeSpent(items: readonly Json[], changes: Json = {}) {
  return {
    id: 'urn:uuid:77aa10c2-5b0e-4d3f-8c1a-9e4f6b7d2a10',
    type: 'TimebackTimeSpentMetricsCollection',
    items,
    ...changes,
  }
}

export function createMetrics(items: readonly Json[], changes: Json = {}) {
  return {
    id: 'urn:uuid:c2f1e0d9-8b7a-4695-a483-716253443526',
    type: 'TimebackActivityMetricsCollection',
    items,
    ...changes,
  }
}

/** An event of a standard Caliper profile: taken by the service, read by no analytics of Timeback's. */
export function createSessionEvent(changes: Json = {}) {
  return {
    '@context': CALIPER,
    id: 'urn:uuid:fcd495d0-3740-4298-9bec-1154571dc211',
    type: 'SessionEvent',
    action: 'LoggedIn',
    profile: 'SessionProfile',
    eventTime: '2026-01-27T10:00:00.000Z',
    actor: { id: 'https://app.example/users/1', type: 'Person' },
    object: 'https://app.example',
    ...changes,
  }
}

/** Sets the value at a dotted path, in place. */
export function setAt(root: unknown, path: string, value: unknown): void {
  const { parent, key } = findParent(root, path)
  parent[key] = value
}

/** Takes away the key at a dotted path, in place. */
export function dropAt(root: unknown, path: string): void {
  const { parent, key } = findParent(root, path)
  if (!Object.hasOwn(parent, key)) throw new Error(`nothing at ${path}`)
  delete parent[key]
}

function findParent(root: unknown, path: string): { parent: Json; key: string } {
  const keys = path.split('.')
  const key = keys.pop() ?? ''
  let parent = toJson(root, path)
  for (const step of keys) parent = toJson(parent[step], path)
  return { parent, key }
}

function toJson(value: unknown, path: string): Json {
  if (typeof value !== 'object' || value === null) throw new Error(`no way to ${path}`)
  return value as Json
}
