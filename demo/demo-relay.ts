/**
 * The demo's relay. Demo mode is only this file's choice of options: any page on localhost is the demo learner, any
 * threshold is allowed, time turns to waste and a learner has left so soon that nobody has to wait for it, pages flush
 * each 5 s, and a run without news is told after 30 s. It can be begun anew, with nothing in its storage.
 */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createRelay, openSqlite, readScript } from '../src/relay/node/server.ts'
import type { Log, Relay } from '../src/relay/relay.ts'
import type { SwitchBoard } from './switches.ts'

export interface DemoRelayOptions {
  /** The database file. */
  file: string
  origin: string
  sandboxOrigin: string
  switches: SwitchBoard
  log: Log
}

export interface DemoRelay extends Relay {
  /** Forgets every run. */
  reset(): Promise<void>
}

const LEARNER = {
  sourcedId: 'demo-learner',
  email: 'learner@school.example',
  role: 'student',
} as const

/** The demo has nothing to hide, and grants of pages that stay open over a restart go on being good. */
const SECRET = 'a secret that everybody knows is one no more'

export async function createDemoRelay(options: DemoRelayOptions): Promise<DemoRelay> {
  const { file, switches } = options
  let opening = open(options, SECRET)
  await opening
  return {
    async fetch(request) {
      // Whoever serves this relay breaks the connection of what fails.
      if (switches.isCut(request)) throw new Error('The demo has cut this connection')
      return (await opening).fetch(request)
    },
    record: async (result) => (await opening).record(result),
    async deliver() {
      if (switches.read().relay === 'up') await (await opening).deliver()
    },
    retire: async () => (await opening).retire(),
    close: async () => (await opening).close(),
    async reset() {
      const former = opening
      const close = async () => {
        await (await former).close()
        for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true })
        // What a page before it has still under way is not to come back as new.
        return open(options, randomUUID() + randomUUID())
      }
      opening = close()
      await opening
    },
  }
}

function open(
  { file, origin, sandboxOrigin, log }: DemoRelayOptions,
  secret: string,
): Promise<Relay> {
  return createRelay({
    db: openSqlite(file),
    secret,
    sensor: origin,
    app: { name: 'Stint demo' },
    courses: [
      { sourcedId: 'course-math-5', subject: 'Math', grade: 5, name: 'Math 5' },
      { sourcedId: 'course-reading-5', subject: 'Reading', grade: 5, name: 'Reading 5' },
    ],
    timeback: {
      environment: 'local',
      clientId: 'demo',
      clientSecret: 'demo-secret',
      endpoints: {
        tokenUrl: `${sandboxOrigin}/oauth2/token`,
        caliperUrl: sandboxOrigin,
        apiUrl: sandboxOrigin,
      },
    },
    policy: { idleWasteAfterMs: 10_000, hiddenWasteAfterMs: 10_000, leaveAfterMs: 60_000 },
    mayRelax: true,
    flushEveryMs: 5_000,
    leaseMs: 30_000,
    gapMs: 10_000,
    identify: () => LEARNER,
    isAllowedOrigin: (from) => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(from),
    script: readScript,
    log,
  })
}
