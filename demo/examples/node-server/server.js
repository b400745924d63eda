/**
 * The relay inside a Node server that you have already: your sessions say who is learning, one line mounts it, one tells
 * Timeback what it counted. This one also serves the pages of the other examples; the README beside it has the commands.
 */
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { createRelay, openSqlite, readScript } from 'stint/relay/node'

const { PORT = '4180', DATA = '.stint/examples.db' } = process.env
const { TIMEBACK = 'http://localhost:4174', REACT_APP = 'http://localhost:5173' } = process.env
const ORIGIN = `http://localhost:${PORT}`

/** Your users, and who of them is signed in: session -> e-mail. */
const USERS = { Aiko: 'aiko@school.example', Tomas: 'tomas@school.example' }
const sessions = new Map()

const relay = await createRelay({
  db: openSqlite(DATA),
  secret: 'an example has nothing to hide, and this is long enough',
  sensor: ORIGIN,
  app: { name: 'Stint examples' },
  timeback: {
    environment: 'local',
    clientId: 'demo',
    clientSecret: 'demo-secret',
    endpoints: { tokenUrl: `${TIMEBACK}/oauth2/token`, apiUrl: TIMEBACK, caliperUrl: TIMEBACK },
  },
  // Pages of its own origin may always use it; the React app has one of its own while it is developed.
  origins: [REACT_APP],
  // For servers that get tickets: the LMS.
  apiKey: 'the LMS has this key too',
  script: readScript,
  identify(request) {
    const [, session] = /\bsession=([\w-]+)/.exec(request.headers.get('cookie') ?? '') ?? []
    const email = sessions.get(session)
    return email ? { email, role: 'student' } : null
  },
})

const toRelay = (context) => relay.fetch(context.req.raw)
const files = serveStatic({ root: path.resolve(import.meta.dirname, '..') })

const app = new Hono()
  .all('/v1/*', toRelay)
  .get('/:script{stint(-\\w+)?\\.js}', toRelay)
  .get('/static/*', files)
  .get('/course/*', files)
  .get('/lms/lesson.html', files)
  .get('/', (context) => context.html(HOME))
  .post('/sign-in', async (context) => {
    const { email } = await context.req.parseBody()
    const session = randomUUID()
    if (Object.values(USERS).includes(email)) sessions.set(session, email)
    setCookie(context, 'session', session, { httpOnly: true, sameSite: 'Lax' })
    return context.redirect('/')
  })

const HOME = `<!doctype html>
<html lang="en">
  <title>Stint: examples</title>
  <form method="post" action="/sign-in">
    Sign in as ${Object.entries(USERS)
      .map(([name, email]) => `<button name="email" value="${email}">${name}</button>`)
      .join(' or ')}
  </form>
  <ul>
    <li><a href="/static/">A static page</a></li>
    <li><a href="/course/1.html">A course of three pages</a></li>
    <li><a href="${REACT_APP}">The React app</a>, once it runs</li>
  </ul>
</html>`

const rounds = setInterval(() => relay.deliver().catch(console.error), 1_000)
const server = serve({ fetch: app.fetch, port: Number(PORT) }, () => console.log(`${ORIGIN} ready`))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    clearInterval(rounds)
    server.close()
    // What it has is on the disk, and goes out after the next start.
    void relay.close().then(() => process.exit(0))
  })
}
