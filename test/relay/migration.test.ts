import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { prepareStorage, type Database } from '../../src/relay/storage.ts'
import { MINUTE, MONDAY, SECOND, toClaimed, toSlice, toSpans, toStart } from './entries.ts'
import { createClock, createDataPath, openPage, openWorld, readReport } from './relay-world.ts'
import { readCompletions, readTimes } from './told-view.ts'

/** When the old relay ended: run `done` was told, of run `open` 60 s were told and 30 s were not. */
const ENDED_AT = MONDAY + 18 * MINUTE
const LEASE_MS = 15 * MINUTE

const MIGRATIONS = [
  '001-first',
  '002-on-paper',
  '003-tickets',
  '004-gradebook',
  '005-growth',
  '006-losses',
  '007-earlier',
]

/** A relay of today on a database that the first migration alone has made, and a relay of that time has filled. */
async function openFirst() {
  const path = createDataPath()
  const first = new DatabaseSync(path)
  first.exec(readFileSync(new URL('first-database.sql', import.meta.url), 'utf8'))
  first.close()
  const world = await openWorld({
    options: { db: openSqlite(path) },
    clock: createClock(ENDED_AT),
  })
  return { path, world }
}

const readRows = (path: string) => {
  const database = new DatabaseSync(path, { readOnly: true })
  const rows = (table: string) => database.prepare(`select * from ${table}`).all()
  const read = {
    migrations: rows('kysely_migration').map(({ name }) => name),
    slices: rows('slices'),
  }
  database.close()
  return read
}

describe('a database of the first version', () => {
  it('is brought up to date, and every row of it is kept as it was', async () => {
    const { path } = await openFirst()
    const { migrations, slices } = readRows(path)
    expect(migrations).toEqual(MIGRATIONS)
    expect(slices).toMatchObject([
      { run_id: 'done', reach: 120_000, told_reach: 120_000, on_paper: null },
      { run_id: 'open', reach: 90_000, told_reach: 60_000, on_paper: null },
    ])
  })

  it('is brought up to date once, however often it is opened', async () => {
    const { path, world } = await openFirst()
    await world.startRelay()
    const again = await openWorld({ options: { db: openSqlite(path) } })
    expect(await readReport(again, 'done')).toMatchObject({ state: 'ended', attempt: 1 })
    expect(readRows(path).migrations).toEqual(MIGRATIONS)
  })

  it('has its runs explained as if they had come today', async () => {
    const { world } = await openFirst()
    expect(await readReport(world, 'done')).toMatchObject({
      whole: true,
      seen: { active: 90_000, inactive: 30_000, unknown: 0 },
      counted: { active: 90_000, inactive: 30_000 },
      legs: [{ timeline: [{ outcome: 'told' }, { outcome: 'told', reason: 'idle' }] }],
    })
    const [leg] = (await readReport(world, 'open')).legs
    expect(leg?.timeline.map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ['active', 'told'],
      ['inactive', 'waiting'],
    ])
  })

  it('has what was waiting sent, what was untold told, and nothing told again', async () => {
    const { world } = await openFirst()
    await world.relay.deliver()
    // The bytes that the old relay froze.
    expect(readTimes(world)).toMatchObject([
      { run: 'open', at: MONDAY + 3 * MINUTE, seconds: { active: 60, inactive: 0 } },
    ])
    world.clock.pass(LEASE_MS)
    await world.relay.deliver()
    expect(readTimes(world).slice(1)).toMatchObject([
      { run: 'open', at: MONDAY + 3 * MINUTE + 30 * SECOND, seconds: { active: 0, inactive: 30 } },
    ])
    world.clock.pass(2 * LEASE_MS)
    await world.relay.deliver()
    expect(world.sends()).toHaveLength(2)
    expect(readCompletions(world)).toEqual([])
  })

  it('takes a later copy of a slice that it holds, with work on paper in it', async () => {
    const { world } = await openFirst()
    const { flush } = await openPage(world)
    const grown = toSlice('open/a', 0, ...toSpans(['active', 60_000], ['idle', 40_000]))
    const verdicts = await flush(toClaimed(grown, [60_000, 80_000]))
    expect(verdicts).toMatchObject([{ verdict: 'stored', reach: 100_000 }])
    world.clock.pass(LEASE_MS)
    await world.relay.deliver()
    expect((await readReport(world, 'open')).counted).toMatchObject({
      active: 60_000,
      inactive: 20_000,
      unknown: 20_000,
    })
  })

  it('knows its entries, its attempts and its learners', async () => {
    const { world } = await openFirst()
    const { flush } = await openPage(world)
    expect(
      await flush(
        toStart('open/a', MONDAY + 2 * MINUTE),
        toSlice('open/a', 0, ...toSpans(['idle', 60_000])),
        toStart('open/b', world.clock.now()),
      ),
    ).toMatchObject([
      { verdict: 'known' },
      { verdict: 'conflict' },
      { verdict: 'stored', continues: true },
    ])
    const end = { v: 1, type: 'end', id: 'open/end', legId: 'a', at: 90_000, result: {}, legs: {} }
    await flush(end)
    await world.relay.deliver()
    expect(readCompletions(world)).toMatchObject([{ run: 'open', attempt: 2 }])
  })
})

/** Asks `db` the same, but for the statement of that number, which is never asked: the process died before it. */
function dyingAt(db: Database, number: number): { db: Database; hasDied: () => boolean } {
  let asked = 0
  const plugin = {
    transformQuery<Node>({ node }: { node: Node }) {
      asked += 1
      if (asked === number) throw new Error('killed')
      return node
    },
    transformResult: async <Result>({ result }: { result: Result }) => result,
  }
  return { db: db.withPlugin(plugin as never), hasDied: () => asked >= number }
}

const readSchema = async (db: Database) =>
  (await sql`select sql from sqlite_master order by name`.execute(db)).rows

describe('a relay that dies while it makes its tables', () => {
  it('makes them all in its next life, wherever that was', async () => {
    const untouched = openSqlite(':memory:')
    await prepareStorage(untouched)
    const schema = await readSchema(untouched)
    let number = 1
    for (; ; number += 1) {
      const db = openSqlite(':memory:')
      const dying = dyingAt(db, number)
      await prepareStorage(dying.db).catch(() => {})
      if (!dying.hasDied()) break
      await prepareStorage(db)
      expect(await readSchema(db), `killed before statement ${number}`).toEqual(schema)
      await db.destroy()
    }
    expect(number).toBeGreaterThan(40)
  })
})
