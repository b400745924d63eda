import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DEFAULT_POLICY, TIMEBACK_SDK_POLICY } from '../../src/core/policy.ts'
import { readConfig } from '../../src/relay/node/config.ts'
import { listen, serveRelay } from '../../src/relay/node/server.ts'
import { readSettings } from '../../src/relay/options.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { VARIABLES } from '../../src/relay/node/variables.ts'
import { createRelay } from '../../src/relay/relay.ts'
import { createDataPath, openPage, openWorld, SECRET, type World } from './relay-world.ts'
import { ALL_RIGHT, toEnd, toStart } from './entries.ts'

/** A module in a folder of its own, as an operator writes it. */
function writeModule(text: string): string {
  const path = join(dirname(createDataPath()), 'identify.mjs')
  writeFileSync(path, text)
  return path
}

const toEnv = (changes: Record<string, string | undefined> = {}) => ({
  TIMEBACK_ENV: 'local',
  TIMEBACK_CLIENT_ID: 'demo',
  TIMEBACK_CLIENT_SECRET: 'demo-secret',
  STINT_SECRET: SECRET,
  STINT_SENSOR: 'https://app.example',
  STINT_APP_NAME: 'Example App',
  STINT_COURSES: '[{"sourcedId":"math-5","subject":"Math","grade":5}]',
  STINT_IDENTIFY: writeModule('export const identify = () => null'),
  ...changes,
})

const silent = { info() {}, warn() {}, error() {} }

describe('the environment', () => {
  it('makes the options of a relay', async () => {
    const config = await readConfig(
      toEnv({
        TIMEBACK_CALIPER_URL: 'http://localhost:9',
        STINT_ORIGINS: 'https://a.example, https://b.example',
        STINT_API_KEY: 'a key of some length',
        PORT: '8080',
        HOST: '127.0.0.1',
      }),
    )
    expect(config).toMatchObject({
      settings: {
        sensor: 'https://app.example',
        app: { name: 'Example App' },
        origins: ['https://a.example', 'https://b.example'],
        apiKey: 'a key of some length',
        timeback: { environment: 'local', endpoints: { caliperUrl: 'http://localhost:9' } },
      },
      dataPath: '.stint/relay.db',
      port: 8080,
      host: '127.0.0.1',
    })
    expect(config.settings.timeback.endpoints).toEqual({ caliperUrl: 'http://localhost:9' })
    expect(await config.identify(new Request('https://relay.example'))).toBeNull()
  })

  it('says how time is counted, where it says so', async () => {
    const { settings } = await readConfig(
      toEnv({
        STINT_PRESET: 'timeback-sdk',
        STINT_POLICY: '{"idleAfterMs":90000,"leaveAfterMs":"never"}',
        STINT_ALLOWANCES: '[{"activity":"essay","course":{"code":"M5"},"paper":true}]',
      }),
    )
    expect(readSettings(settings)).toMatchObject({
      policy: { ...TIMEBACK_SDK_POLICY, idleAfterMs: 90_000, leaveAfterMs: 'never' },
      allowances: [{ activity: 'essay', course: { code: 'M5' }, paper: true }],
    })
  })

  it('has every option that a variable names', async () => {
    const { settings } = await readConfig(
      toEnv({
        STINT_APP_ID: 'https://app.example/id',
        STINT_MAY_RELAX: 'true',
        STINT_FLUSH_EVERY_MS: '5000',
        STINT_LEASE_MS: '60000',
        STINT_GAP_MS: '1000',
        TIMEBACK_ALLOW_OTHER: 'true',
        TIMEBACK_QTI_URL: 'http://localhost:9/api',
      }),
    )
    expect(readSettings(settings)).toMatchObject({
      app: { name: 'Example App', id: 'https://app.example/id' },
      mayRelax: true,
      flushEveryMs: 5_000,
      leaseMs: 60_000,
      gapMs: 1_000,
      timeback: { allowOther: true, endpoints: { qtiUrl: 'http://localhost:9/api' } },
    })
  })

  it('needs no module that identifies, where learners come with tickets', async () => {
    const issuers = [
      { issuer: 'https://lms.example', jwksUrl: 'https://lms.example/jwks.json' },
      { issuer: 'https://app.example', secret: 'what the app and the relay both know' },
    ]
    const { settings, identify } = await readConfig(
      toEnv({
        STINT_IDENTIFY: '',
        STINT_TICKET_ISSUERS: JSON.stringify(issuers),
        STINT_TICKET_AUDIENCE: 'https://relay.example',
      }),
    )
    expect(readSettings(settings).tickets).toEqual({ issuers, audience: 'https://relay.example' })
    expect(await identify(new Request('https://relay.example'))).toBeNull()
  })

  it('that has several values which can not be read is told of all of them', async () => {
    const env = toEnv({ STINT_COURSES: 'math', STINT_POLICY: '{', STINT_GAP_MS: 'soon' })
    const message = await readConfig(env).then(String, (error: TypeError) => error.message)
    expect(message.split('\n')).toEqual([
      'STINT_COURSES is not JSON; it looks like [{"sourcedId":"course-1","subject":"Math","grade":5}]',
      'STINT_POLICY is not JSON; it looks like {"idleAfterMs":90000}',
      'STINT_GAP_MS is no number: soon',
      'See stint relay --help for what each is.',
    ])
  })

  it.each([
    ['not there', undefined],
    ['empty', ''],
  ])('has time counted as usual where the variables are %s', async (_, value) => {
    const { settings } = await readConfig(
      toEnv({ STINT_PRESET: value, STINT_POLICY: value, STINT_ALLOWANCES: value }),
    )
    expect(readSettings(settings)).toMatchObject({ policy: DEFAULT_POLICY, allowances: [] })
  })

  it('that is empty is answered with one message that lists all that must be set', async () => {
    const needed = VARIABLES.filter(({ fallback }) => fallback === undefined)
    const message = await readConfig({}).then(String, (error: TypeError) => error.message)
    expect(needed).toHaveLength(6)
    for (const { name } of needed) expect(message).toContain(name)
    expect(message).not.toContain('STINT_ORIGINS')
  })

  it.each([
    ['an environment that is none', { TIMEBACK_ENV: 'prod' }, 'TIMEBACK_ENV: '],
    ['a short secret', { STINT_SECRET: 'short' }, 'STINT_SECRET: needs at least 32'],
    ['courses that are no JSON', { STINT_COURSES: 'math' }, 'STINT_COURSES is not JSON'],
    ['courses that are no list', { STINT_COURSES: '{}' }, 'STINT_COURSES: '],
    ['a port that is a word', { PORT: 'http' }, 'PORT is no port: http'],
    ['a port beyond all ports', { PORT: '70000' }, 'PORT is no port: 70000'],
    ['a time that is a word', { STINT_LEASE_MS: '15min' }, 'STINT_LEASE_MS is no number: 15min'],
    ['a switch that is a word', { STINT_MAY_RELAX: 'yes' }, 'STINT_MAY_RELAX is true or false'],
    ['an app id that is no URL', { STINT_APP_ID: 'app' }, '  STINT_APP_ID: '],
    ['a preset that is none', { STINT_PRESET: 'timeback' }, '  STINT_PRESET: '],
    ['a policy that is no JSON', { STINT_POLICY: '{idleAfterMs:1}' }, 'STINT_POLICY is not JSON'],
    ['a policy that is a number', { STINT_POLICY: '90000' }, '  STINT_POLICY: '],
    ['a policy that is null', { STINT_POLICY: 'null' }, '  STINT_POLICY: '],
    [
      'a threshold that is a word',
      { STINT_POLICY: '{"idleAfterMs":"90s"}' },
      '  STINT_POLICY.idleAfterMs: ',
    ],
    [
      'a threshold below 0',
      { STINT_POLICY: '{"hiddenWasteAfterMs":-1}' },
      '  STINT_POLICY.hiddenWasteAfterMs: ',
    ],
    ['a threshold that there is not', { STINT_POLICY: '{"idleMs":1}' }, 'STINT_POLICY: '],
    ['a threshold that there is not, named', { STINT_POLICY: '{"idleMs":1}' }, '"idleMs"'],
    [
      'allowances that are no JSON',
      { STINT_ALLOWANCES: 'paper' },
      'STINT_ALLOWANCES is not JSON; it looks like [{"activity"',
    ],
    ['allowances that are no list', { STINT_ALLOWANCES: '{}' }, '  STINT_ALLOWANCES: '],
    [
      'an allowance that is a word',
      { STINT_ALLOWANCES: '[{"paper":"yes"}]' },
      '  STINT_ALLOWANCES.0.paper: ',
    ],
    [
      'an allowance in an unknown subject',
      { STINT_ALLOWANCES: '[{},{"course":{"subject":"Maths","grade":5}}]' },
      '  STINT_ALLOWANCES.1.course',
    ],
    ['an allowance that there is not', { STINT_ALLOWANCES: '[{"tabs":true}]' }, '"tabs"'],
    [
      'a module that is not there',
      { STINT_IDENTIFY: './none.mjs' },
      'STINT_IDENTIFY: ./none.mjs can',
    ],
  ])('with %s says which', async (_, changes, message) => {
    await expect(readConfig(toEnv(changes))).rejects.toThrow(message)
    await expect(readConfig(toEnv(changes))).rejects.toThrow(TypeError)
  })

  it('with a module that exports no identify says so', async () => {
    const path = writeModule('export default () => null')
    await expect(readConfig(toEnv({ STINT_IDENTIFY: path }))).rejects.toThrow(
      'must export a function named identify',
    )
  })

  it('never puts the client secret into a message', async () => {
    const env = toEnv({
      TIMEBACK_CLIENT_SECRET: 'hunter2',
      STINT_SECRET: 'short',
      TIMEBACK_ENV: '',
    })
    await expect(readConfig(env)).rejects.not.toThrow('hunter2')
  })
})

describe('the embedded storage', () => {
  it('puts a commit on the disk before it returns', async () => {
    const db = openSqlite(createDataPath())
    onTestFinished(() => db.destroy())
    const read = async (pragma: string) => {
      const { rows } = await sql`PRAGMA ${sql.raw(pragma)}`.execute(db)
      return Object.values(rows[0] as object)[0] as unknown
    }
    expect(await read('journal_mode')).toBe('wal')
    // 2 is FULL (SQLite, "PRAGMA synchronous").
    expect(await read('synchronous')).toBe(2)
    expect(await read('busy_timeout')).toBe(5_000)
  })

  it('makes the folder that its file is to be in', async () => {
    const db = openSqlite(join(dirname(createDataPath()), 'not', 'there', 'yet.db'))
    await expect(sql`select 1`.execute(db)).resolves.toBeDefined()
    await db.destroy()
  })

  it('undoes a transaction that fails, and goes on', async () => {
    const { db } = await openWorld()
    const learner = { learner: 'ada', email: 'ada@school.example', role: 'student' }
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('learners').values(learner).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await db.selectFrom('learners').selectAll().execute()).toEqual([])
    await db.insertInto('learners').values(learner).execute()
    expect(await db.selectFrom('learners').selectAll().execute()).toEqual([learner])
  })

  it('holds instants beyond 32 bits exactly', async () => {
    const { db } = await openWorld()
    const row = { learner: 'ada', object_id: 'x', attempt: Number.MAX_SAFE_INTEGER, run_id: 'r' }
    await db.insertInto('attempts').values(row).execute()
    expect(await db.selectFrom('attempts').selectAll().execute()).toEqual([row])
  })

  it('can be prepared again and again', async () => {
    const world = await openWorld()
    await expect(world.startRelay()).resolves.toBeDefined()
  })
})

describe('a relay under Node', () => {
  async function serve(world: World, options = {}) {
    const listening = await serveRelay(world.relay, {
      port: 0,
      host: '127.0.0.1',
      log: silent,
      ...options,
    })
    onTestFinished(() => listening.close())
    return listening.origin
  }

  it('answers over HTTP as it does without', async () => {
    const world = await openWorld()
    const origin = await serve(world)
    expect(await (await fetch(`${origin}/healthz`)).json()).toEqual({ ok: true })
    const { grant } = await openPage(world)
    const sentAt = world.clock.now()
    const body = JSON.stringify({
      v: 1,
      grant: grant.token,
      sentAt,
      entries: [toStart('r/a', sentAt)],
    })
    const answer = await fetch(`${origin}/v1/entries`, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ verdicts: [{ verdict: 'stored' }] })
  })

  it('settles and delivers by itself', async () => {
    const world = await openWorld()
    const { flush, wall } = await openPage(world)
    await flush(toStart('r/a', wall()), toEnd('r/a', 0, ALL_RIGHT, {}))
    const told = new Promise((resolve) => world.sandbox.subscribe(resolve))
    await serve(world, { everyMs: 1 })
    expect(await told).toMatchObject({ type: 'ActivityEvent' })
  })

  it('leaves what is not its own to the fallback', async () => {
    const origin = await serve(await openWorld(), { fallback: () => new Response('a page') })
    expect(await (await fetch(`${origin}/lesson.html`)).text()).toBe('a page')
    expect((await fetch(`${origin}/v1/nothing`)).status).toBe(404)
    expect((await fetch(`${origin}/stint.js`)).status).toBe(404)
    expect((await fetch(`${origin}/ping.js`)).status).toBe(404)
  })

  it('closes in order: no more requests, then the storage', async () => {
    const world = await openWorld()
    const { origin, close } = await serveRelay(world.relay, {
      port: 0,
      host: '127.0.0.1',
      log: silent,
    })
    await close()
    await expect(fetch(`${origin}/healthz`)).rejects.toThrow(TypeError)
    await expect(sql`select 1`.execute(world.db)).rejects.toThrow('destroyed')
  })

  it('cuts the connection where a handler rejects, and does not answer 500', async () => {
    const { origin, close } = await listen(() => Promise.reject(new Error('lost')), {
      port: 0,
      host: '127.0.0.1',
    })
    onTestFinished(close)
    await expect(fetch(origin)).rejects.toThrow(TypeError)
  })

  it('says that a port is taken', async () => {
    const { origin, close } = await listen(() => new Response(), { port: 0, host: '127.0.0.1' })
    onTestFinished(close)
    const port = Number(new URL(origin).port)
    await expect(listen(() => new Response(), { port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})

describe('createRelay', () => {
  it('refuses options that are not right before it touches the storage', async () => {
    const db = openSqlite(':memory:')
    const options = { db, identify: () => null, secret: 'short' } as never
    await expect(createRelay(options)).rejects.toThrow(TypeError)
    const { rows } = await sql`select name from sqlite_master`.execute(db)
    expect(rows).toEqual([])
    await db.destroy()
  })
})
