import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MAX_FLUSH_BYTES } from '../../src/contract/limits.ts'
import { listen, serveRelay } from '../../src/relay/node/server.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { createRelay } from '../../src/relay/relay.ts'
import { createDataPath, openPage, openWorld, type World } from './relay-world.ts'
import { ALL_RIGHT, toEnd, toStart } from './entries.ts'

const silent = { info() {}, warn() {}, error() {} }

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

  it.each([
    ['takes', 0, 200],
    ['refuses, as it is too large,', MAX_FLUSH_BYTES, 413],
  ])('%s a flush that comes in chunks, as some proxies send it', async (_, fill, status) => {
    const world = await openWorld()
    const { grant, wall } = await openPage(world)
    const origin = await serve(world)
    const entries = [toStart('r/a', wall())]
    const flush = { v: 1, grant: grant.token, sentAt: wall(), entries, more: 'é'.repeat(fill) }
    const chunked = {
      method: 'POST',
      body: new Blob([JSON.stringify(flush)]).stream(),
      duplex: 'half',
    }
    const answer = await fetch(`${origin}/v1/entries`, chunked)
    expect(answer.status).toBe(status)
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
