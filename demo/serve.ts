/**
 * The demo: the relay with this folder's pages on PORT, and Timeback's stand-in on PORT + 1. Demo mode is only this
 * file's choice of options: any page on localhost is the demo learner, any threshold is allowed, time turns to waste and
 * a learner has left so soon that nobody has to wait for it, pages flush each 5 s, a run without news is told after
 * 30 s, and the data lives in `.stint/`.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { build } from 'vite'
import {
  createRelay,
  listen,
  openSqlite,
  readScript,
  serveRelay,
} from '../src/relay/node/server.ts'
import { toLine } from '../src/sandbox/line.ts'
import { createSandbox } from '../src/sandbox/sandbox.ts'
import { toComplaint } from '../src/relay/node/complaint.ts'
import { readPort } from '../src/relay/node/config.ts'

process.on('uncaughtException', (error) => {
  console.error(toComplaint(error))
  process.exit(1)
})

const port = readPort(process.env.PORT, 4173)
const root = import.meta.dirname
const relayOrigin = `http://localhost:${port}`
const sandboxOrigin = `http://localhost:${port + 1}`

const learner = {
  sourcedId: 'demo-learner',
  email: 'learner@school.example',
  role: 'student',
} as const

const isLocal = (origin: string) =>
  /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)

const log = {
  info() {},
  warn: (about: object, message: string) => console.warn(`relay: ${message}`, about),
  error: (about: object, message: string) => console.error(`relay: ${message}`, about),
}

for (const mode of ['embed', 'widget', 'ping']) {
  await build({ mode, logLevel: 'warn', configFile: join(root, '../vite.config.ts') })
}

const sandbox = createSandbox()
sandbox.subscribe((event) => console.log(toLine(event)))
const stand = await listen(sandbox.fetch, { port: port + 1 })

const relay = await createRelay({
  db: openSqlite(process.env.STINT_DATA ?? join(root, '../.stint/demo.db')),
  // Grants of pages that stay open over a restart go on being good.
  secret: 'the demo has nothing to hide, and this is long enough',
  sensor: relayOrigin,
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
  policy: { idleWasteAfterMs: 15_000, hiddenWasteAfterMs: 10_000, leaveAfterMs: 60_000 },
  mayRelax: true,
  flushEveryMs: 5_000,
  leaseMs: 30_000,
  gapMs: 10_000,
  identify: () => learner,
  isAllowedOrigin: isLocal,
  script: readScript,
  log,
})
const server = await serveRelay(relay, { port, log, everyMs: 500, fallback: answerDemo })

console.log(`Demo and relay:      ${relayOrigin}`)
console.log(`Timeback's stand-in: ${sandboxOrigin}`)
console.log('ready')

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all([server.close(), stand.close()]).then(() => process.exit(0))
  })
}

async function answerDemo(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  // The page holds no credentials, so this server shows it what Timeback received.
  if (pathname === '/demo/received') return Response.json(sandbox.events())
  return readPage(pathname)
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

async function readPage(pathname: string): Promise<Response> {
  const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
  const type = TYPES[extname(path)]
  const body = type && (await readFile(join(root, path)).catch(() => undefined))
  if (!body) return new Response('There is no such page in the demo', { status: 404 })
  return new Response(body, { headers: { 'content-type': type, 'cache-control': 'no-store' } })
}
