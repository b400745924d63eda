import { describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import type { Failure } from '../../src/contract/flush.ts'
import { createHasRoom } from '../../src/relay/node/room.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { readAnswer } from '../../src/page/transport.ts'
import { createDataPath, get, openPage, openWorld } from './relay-world.ts'
import { FRACTIONS, toStart } from './entries.ts'

const MEGABYTE = 1_024 * 1_024

describe('a relay without room', () => {
  it('receives nothing, and says when to come again, in the body too', async () => {
    let hasRoom = false
    const world = await openWorld({ options: { hasRoom: async () => hasRoom } })
    const page = await openPage(world)
    const response = await page.send(toStart('r/a', page.wall()))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(await response.clone().json()).toMatchObject({
      error: { code: 'storage_full' },
      retryAfterMs: 60_000,
    } satisfies Partial<Failure> | object)
    // What a page makes of it: it keeps the entries.
    expect(await readAnswer(response, 'verdicts' as never)).toEqual({
      type: 'retry',
      floorMs: 60_000,
    })
    expect((await get(world.relay, '/readyz')).status).toBe(503)
    expect(await world.db.selectFrom('runs').selectAll().execute()).toEqual([])

    hasRoom = true
    expect(await page.flush(toStart('r/a', page.wall()))).toMatchObject([{ verdict: 'stored' }])
    expect((await get(world.relay, '/readyz')).status).toBe(200)
  })

  it('says the same where the disk is full after all, and has kept nothing of the flush', async () => {
    const db = openSqlite(createDataPath())
    const world = await openWorld({ options: { db } })
    const page = await openPage(world)
    const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(db)
    await sql`PRAGMA max_page_count = ${sql.raw(String(rows[0]!.page_count))}`.execute(db)
    const activity = { ...FRACTIONS, name: 'y'.repeat(150) }
    const entries = Array.from({ length: 60 }, (_, n) => toStart(`r${n}/a`, page.wall(), activity))
    const response = await page.send(...entries)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'storage_full' } })
    expect(await db.selectFrom('runs').selectAll().execute()).toEqual([])
  })
})

describe('the room on a disk', () => {
  function look(free: number | Error) {
    let at = 0
    let looks = 0
    let bytes = free
    const statfs = async () => {
      looks += 1
      if (bytes instanceof Error) throw bytes
      return { bavail: bytes / 4_096, bsize: 4_096 }
    }
    return {
      hasRoom: createHasRoom('/data/relay.db', { statfs, now: () => at }),
      looks: () => looks,
      become: (ms: number, then: number) => {
        at += ms
        bytes = then
      },
    }
  }

  it.each([
    [127 * MEGABYTE, false],
    [128 * MEGABYTE, true],
  ])('%i bytes: %s', async (free, expected) => {
    expect(await look(free).hasRoom()).toBe(expected)
  })

  it('is looked at again after two seconds, and not for each flush', async () => {
    const { hasRoom, looks, become } = look(200 * MEGABYTE)
    await hasRoom()
    become(1_999, 0)
    expect(await hasRoom()).toBe(true)
    expect(looks()).toBe(1)
    become(1, 0)
    expect(await hasRoom()).toBe(false)
    become(2_000, 200 * MEGABYTE)
    expect(await hasRoom()).toBe(true)
  })

  it('is there where the system can’t say', async () => {
    expect(await look(new Error('no')).hasRoom()).toBe(true)
  })
})
