/**
 * The demo: its pages and the relay on PORT, Timeback's stand-in on PORT + 1, and what the panels ask for beside the
 * relay: what Timeback received, the switches that break things, and a new start. The data lives in `.stint/`, or in the
 * file that STINT_DATA names, and a new start deletes it.
 */
import { join } from 'node:path'
import { build } from 'vite'
import { listen, serveRelay } from '../src/relay/node/server.ts'
import { toComplaint } from '../src/relay/node/complaint.ts'
import { readPort } from '../src/relay/node/config.ts'
import { toLine } from '../src/sandbox/line.ts'
import { createSandbox } from '../src/sandbox/sandbox.ts'
import { createDemoRelay } from './demo-relay.ts'
import { createPages } from './pages.ts'
import { createSwitchBoard } from './switches.ts'

process.on('uncaughtException', (error) => {
  console.error(toComplaint(error))
  process.exit(1)
})

const port = readPort(process.env.PORT, 4173)
const root = import.meta.dirname
const origin = `http://localhost:${port}`
const sandboxOrigin = `http://localhost:${port + 1}`

const log = {
  info() {},
  warn: (about: object, message: string) => console.warn(`relay: ${message}`, about),
  error: (about: object, message: string) => console.error(`relay: ${message}`, about),
}

for (const mode of ['embed', 'widget', 'ping']) {
  await build({ mode, logLevel: 'warn', configFile: join(root, '../vite.config.ts') })
}
const readPage = await createPages(root)

const sandbox = createSandbox()
sandbox.subscribe((event) => console.log(toLine(event)))
const stand = await listen(sandbox.fetch, { port: port + 1 })

const switches = createSwitchBoard(sandbox.faults, '/activity.html')
const file = process.env.STINT_DATA ?? join(root, '../.stint/demo.db')
const relay = await createDemoRelay({ file, origin, sandboxOrigin, switches, log })
const server = await serveRelay(relay, { port, log, everyMs: 500, fallback: answerDemo })

console.log(`Demo and relay:      ${origin}`)
console.log(`Timeback's stand-in: ${sandboxOrigin}`)
console.log('ready')

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all([server.close(), stand.close()]).then(() => process.exit(0))
  })
}

async function answerDemo(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (!pathname.startsWith('/demo/')) return readPage(pathname)
  // Pages of other origins have no business here.
  if (!['same-origin', 'none', null].includes(request.headers.get('sec-fetch-site'))) {
    return new Response('Only the demo itself may ask for this', { status: 403 })
  }
  switch (`${request.method} ${pathname}`) {
    case 'GET /demo/received':
      return readReceived()
    case 'GET /demo/switches':
      return Response.json(switches.read())
    case 'POST /demo/switches':
      return setSwitches(await request.json().catch(() => undefined))
    case 'POST /demo/reset':
      return reset()
    default:
      return new Response('The demo has nothing at this address', { status: 404 })
  }
}

/** The page holds no credentials, so this server shows it what Timeback has. */
async function readReceived(): Promise<Response> {
  const state = await sandbox.fetch(new Request(`${sandboxOrigin}/_sandbox/state`))
  const { learners, results } = (await state.json()) as { learners: { id: string }[]; results: [] }
  const learner = learners.find(({ id }) => id === 'demo-learner') ?? null
  return Response.json({ events: sandbox.events(), learner, results })
}

function setSwitches(change: unknown): Response {
  try {
    return Response.json(switches.set(change))
  } catch (error) {
    return new Response(String(error), { status: 400 })
  }
}

/** As after the first start: no run, no event, nothing broken. */
async function reset(): Promise<Response> {
  switches.set({ network: 'up', relay: 'up', timeback: 'up' })
  await relay.reset()
  sandbox.reset()
  return new Response(null, { status: 204 })
}
