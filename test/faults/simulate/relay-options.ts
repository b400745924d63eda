/** A relay as its operator might have set it up, with minutes made short: each rule of time is met within a world. */
import type { RelayOptions } from '../../../src/relay/relay.ts'
import type { Chronicle } from './chronicle.ts'
import type { Random } from './random.ts'
import type { Rules } from './truth.ts'

export const RULES: Rules = {
  idleAfterMs: 6_000,
  leaveAfterMs: 40_000,
  idleWasteAfterMs: 12_000,
  hiddenWasteAfterMs: 5_000,
}

export function toRelayOptions(
  db: RelayOptions['db'],
  random: Random,
  { tell }: Chronicle,
): RelayOptions {
  const log = (about: object, message: string) => {
    const { err, ...rest } = about as { err?: Error }
    tell(`relay: ${message} ${JSON.stringify(rest)}${err ? ` ${err.message}` : ''}`)
  }
  return {
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
    log: { info: log, warn: log, error: log },
  }
}
