import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/contract/entry.ts'
import { MAX_FLUSH_BYTES, MAX_FLUSH_ENTRIES } from '../../src/contract/limits.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { FRACTIONS, MINUTE, MONDAY, SECOND, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import {
  createClock,
  createDataPath,
  openPage,
  openWorld,
  post,
  readFailure,
  readReport,
  toWords,
  type World,
} from './relay-world.ts'

/** The same slice while it grows: each copy contains the one before. */
const GROWING = [
  toSlice('r/a', 0, ['active', 0, 4_000, 0]),
  toSlice('r/a', 0, ['active', 0, 9_000, 0]),
  toSlice('r/a', 0, ['active', 0, 9_000, 0], ['idle', 9_000, 9_500, 9_000]),
] as const

async function openPageInWorld() {
  const world = await openWorld()
  return { world, ...(await openPage(world)) }
}

async function countRows(world: World): Promise<number> {
  const tables = ['runs', 'legs', 'slices', 'outbox'] as const
  const rows = await Promise.all(
    tables.map((table) => world.db.selectFrom(table).selectAll().execute()),
  )
  return rows.flat().length
}

describe('an entry', () => {
  it('is stored once and known ever after, however often it comes', async () => {
    const { flush } = await openPageInWorld()
    const entries = [toStart('r/a', MONDAY), GROWING[0], toEnd('r/a', 4_000)]
    expect(toWords(await flush(...entries))).toEqual(['stored', 'stored', 'stored'])
    expect(toWords(await flush(...entries))).toEqual(['known', 'known', 'known'])
    expect(toWords(await flush(...entries, ...entries))).toEqual(Array(6).fill('known'))
  })

  it('is judged in the order of the flush, twice in one flush too', async () => {
    const { flush } = await openPageInWorld()
    expect(await flush(GROWING[0], GROWING[1], GROWING[0])).toEqual([
      { index: 0, id: 'r/a/0', verdict: 'stored', reach: 4_000 },
      { index: 1, id: 'r/a/0', verdict: 'stored', reach: 9_000 },
      { index: 2, id: 'r/a/0', verdict: 'known', reach: 9_000 },
    ])
  })

  it('has its blanks trimmed, so that a copy which differs by them alone is no conflict', async () => {
    const { flush } = await openPageInWorld()
    await flush(toStart('r/a', MONDAY))
    const again = toStart('r/a', MONDAY, { ...FRACTIONS, name: ' Fractions ' })
    expect(toWords(await flush(again))).toEqual(['known'])
  })

  it('is the same whatever the order of its keys', async () => {
    const { flush } = await openPageInWorld()
    const start = toStart('r/a', MONDAY)
    await flush(start)
    expect(toWords(await flush(Object.fromEntries(Object.entries(start).toReversed())))).toEqual([
      'known',
    ])
  })
})

describe('a slice', () => {
  it('that has grown is stored with its new reach', async () => {
    const { flush } = await openPageInWorld()
    for (const [index, copy] of GROWING.entries()) {
      expect(await flush(copy)).toMatchObject([
        { verdict: 'stored', reach: [4_000, 9_000, 9_500][index] },
      ])
    }
  })

  it('that is an older copy is known with the longer reach, and takes nothing back', async () => {
    const { world, flush } = await openPageInWorld()
    await flush(toStart('r/a', MONDAY), GROWING[2])
    for (const older of GROWING) {
      expect(await flush(older)).toMatchObject([{ verdict: 'known', reach: 9_500 }])
    }
    expect((await readReport(world, 'r')).seen).toMatchObject({ active: 9_000, inactive: 500 })
  })

  const CONTRADICTIONS: [what: string, spans: Span[]][] = [
    ['another presence', [['idle', 0, 9_000, 0]]],
    ['another beginning', [['active', 1, 9_500, 1]]],
    ['a presence that began elsewhere', [['active', 1_000, 9_500, 0]]],
    ['a shorter span with another after it', toSpans(['active', 3_000], ['idle', 6_000])],
  ]

  it.each(CONTRADICTIONS)(
    'that contradicts the first copy by %s is a conflict, and the first stays',
    async (_, spans) => {
      const { world, flush } = await openPageInWorld()
      await flush(toStart('r/a', MONDAY), GROWING[0])
      expect(await flush(toSlice('r/a', 0, ...spans))).toEqual([
        {
          index: 0,
          id: 'r/a/0',
          verdict: 'conflict',
          code: 'not_the_same',
          path: 'spans',
          message: expect.any(String),
        },
      ])
      expect((await readReport(world, 'r')).legs[0]?.spans).toEqual([['active', 0, 4_000, 0]])
    },
  )
})

describe('a start', () => {
  it('of another activity in the same run is a conflict, and the run keeps its own', async () => {
    const { world, flush } = await openPageInWorld()
    const other = { ...FRACTIONS, id: 'decimals' }
    await flush(toStart('r/a', MONDAY))
    expect(await flush(toStart('r/b', MONDAY, other))).toMatchObject([
      { verdict: 'conflict', code: 'not_the_same', path: 'activity' },
    ])
    expect((await readReport(world, 'r')).activity).toEqual(FRACTIONS)
  })

  it('of the same activity in another course is a conflict', async () => {
    const { flush } = await openPageInWorld()
    await flush(toStart('r/a', MONDAY))
    const elsewhere = { ...FRACTIONS, course: { subject: 'Math', grade: 6 } } as const
    expect(toWords(await flush(toStart('r/b', MONDAY, elsewhere)))).toEqual(['conflict'])
  })

  it('of the same activity under a new title goes on with the run', async () => {
    const { flush } = await openPageInWorld()
    await flush(toStart('r/a', MONDAY))
    const renamed = { ...FRACTIONS, name: 'Fractions, second edition' }
    expect(toWords(await flush(toStart('r/b', MONDAY, renamed)))).toEqual(['stored'])
  })

  it('that dates a leg anew is a conflict', async () => {
    const { flush } = await openPageInWorld()
    await flush(toStart('r/a', MONDAY))
    expect(toWords(await flush(toStart('r/a', MONDAY + SECOND)))).toEqual(['conflict'])
  })
})

describe('an end', () => {
  it('that differs from the first is a conflict, and the first wins', async () => {
    const { world, flush } = await openPageInWorld()
    const first = toEnd('r/a', 4_000, { totalQuestions: 10, correctQuestions: 4 })
    await flush(toStart('r/a', MONDAY), GROWING[0], first)
    expect(await flush(toEnd('r/a', 4_000))).toMatchObject([
      { verdict: 'conflict', code: 'not_the_same', path: '' },
    ])
    expect((await readReport(world, 'r')).result).toEqual(first.result)
  })

  it('keeps the XP of the page, does not believe it, and says so', async () => {
    const { flush } = await openPageInWorld()
    const end = toEnd('r/a', 4_000, { xpEarned: 500 })
    expect(await flush(end)).toEqual([
      { index: 0, id: 'r/end', verdict: 'stored', reach: 0, ignored: ['result.xpEarned'] },
    ])
  })
})

describe('learners', () => {
  it('who name a run alike stay apart', async () => {
    const world = await openWorld()
    const ada = await openPage(world, 'ada')
    const ben = await openPage(world, 'ben')
    await ada.flush(toStart('r/a', MONDAY), GROWING[0])
    const decimals = { ...FRACTIONS, id: 'decimals' }
    expect(toWords(await ben.flush(toStart('r/a', MONDAY, decimals), GROWING[2]))).toEqual([
      'stored',
      'stored',
    ])
    expect((await readReport(world, 'r', { learner: 'ada' })).seen).toMatchObject({
      active: 4_000,
      inactive: 0,
    })
    expect((await readReport(world, 'r', { learner: 'ben' })).activity).toEqual(decimals)
  })
})

describe('a flush that can’t be read', () => {
  const grantless = { v: 1, sentAt: MONDAY, entries: [GROWING[0]] }

  it.each([
    ['no JSON', '{"v":1,', 400, 'not_json', undefined],
    ['nothing', '', 400, 'not_json', undefined],
    ['no object', 'null', 400, 'invalid_request', ''],
    ['no grant', grantless, 400, 'invalid_request', 'grant'],
    ['an empty grant', { ...grantless, grant: '' }, 400, 'invalid_request', 'grant'],
    ['a grant of nobody', { ...grantless, grant: 'a.b.c' }, 401, 'grant_invalid', undefined],
  ])('with %s is answered %s %s %s', async (_, body, status, code, path) => {
    const world = await openWorld()
    const failure = await readFailure(await post(world.relay, '/v1/entries', body))
    expect(failure).toEqual([
      status,
      { code, message: expect.any(String), ...(path !== undefined && { path }) },
    ])
    expect(await countRows(world)).toBe(0)
  })

  it.each([
    ['a version that is not known', { v: 2 }, 'v'],
    ['no instant', { sentAt: undefined }, 'sentAt'],
    ['no entries', { entries: undefined }, 'entries'],
    ['entries that are no list', { entries: GROWING[0] }, 'entries'],
    ['an empty list', { entries: [] }, 'entries'],
    ['too many entries', { entries: Array(MAX_FLUSH_ENTRIES + 1).fill(GROWING[0]) }, 'entries'],
  ])('with %s stores nothing, and says where', async (_, changes, path) => {
    const { world, grant } = await openPageInWorld()
    const body = { ...grantless, grant: grant.token, ...changes }
    const failure = await readFailure(await post(world.relay, '/v1/entries', body))
    expect(failure).toEqual([400, { code: 'invalid_request', path, message: expect.any(String) }])
    expect(await countRows(world)).toBe(0)
  })

  it.each([
    ['says so', (length: number) => ({ 'content-length': String(length) })],
    ['does not say so', () => ({})],
  ])('because it is too large is a 413, whether the request %s', async (_, toHeaders) => {
    const { world, grant } = await openPageInWorld()
    const body = JSON.stringify({
      ...grantless,
      grant: grant.token,
      more: 'x'.repeat(MAX_FLUSH_BYTES),
    })
    const answer = await post(world.relay, '/v1/entries', body, toHeaders(body.length))
    expect(await readFailure(answer)).toEqual([
      413,
      { code: 'too_large', message: expect.any(String) },
    ])
    expect(await countRows(world)).toBe(0)
  })

  it('is not one of as many entries as are allowed', async () => {
    const { flush } = await openPageInWorld()
    const entries = Array.from({ length: MAX_FLUSH_ENTRIES }, (_, n) =>
      toSlice('r/a', n, ['active', n * SECOND, (n + 1) * SECOND, 0]),
    )
    expect(toWords(await flush(...entries))).toEqual(Array(MAX_FLUSH_ENTRIES).fill('stored'))
  })
})

describe('a receipt', () => {
  it('carries the relay’s clock, not the page’s', async () => {
    const world = await openWorld()
    const page = await openPage(world, 'ada', { clockErrorMs: 5 * MINUTE })
    const answer = await (await page.send(GROWING[0])).json()
    expect(answer).toMatchObject({ v: 1, receivedAt: world.clock.now() })
  })

  it('says when the flush came, and not when there was time for it', async () => {
    const clock = createClock()
    const hasRoom = async () => {
      clock.pass(10 * SECOND)
      return true
    }
    const world = await openWorld({ clock, options: { hasRoom } })
    const page = await openPage(world)
    const cameAt = clock.now()
    const answer = await (await page.send(GROWING[0])).json()
    expect(answer).toMatchObject({ receivedAt: cameAt })
  })

  it('names only what another process finds in the file at once', async () => {
    const path = createDataPath()
    const world = await openWorld({ options: { db: openSqlite(path) } })
    const page = await openPage(world)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ...toSpans(['active', 4_000])))

    // The first relay is not closed: as if it had been killed right after its answer.
    const after = await openWorld({ options: { db: openSqlite(path) } })
    const again = await openPage(after)
    expect(toWords(await again.flush(GROWING[0]))).toEqual(['known'])
    expect(await readReport(after, 'r')).toMatchObject({
      activity: FRACTIONS,
      seen: { active: 4_000 },
    })
  })

  it('is not given if the storage fails, and nothing of the flush is kept', async () => {
    const { world, send, flush } = await openPageInWorld()
    await world.db.schema.alterTable('slices').renameTo('lost').execute()
    const [status, { code }] = await readFailure(await send(toStart('r/a', MONDAY), GROWING[0]))
    expect([status, code]).toEqual([500, 'internal'])
    await world.db.schema.alterTable('lost').renameTo('slices').execute()
    expect(await countRows(world)).toBe(0)
    expect(toWords(await flush(toStart('r/a', MONDAY), GROWING[0]))).toEqual(['stored', 'stored'])
  })
})

describe('a browser that lost what it had kept', () => {
  it('is in the log, with the learner who was there and how much it was, and its entries are taken', async () => {
    const { world, grant } = await openPageInWorld()
    const flush = { v: 1, grant: grant.token, sentAt: MONDAY, entries: [toStart('r/a', MONDAY)] }
    const lost = { rows: 2, ms: 5_000 }
    const answer = await post(world.relay, '/v1/entries', { ...flush, lost })
    expect(await answer.json()).toMatchObject({ verdicts: [{ verdict: 'stored' }] })
    const lines = world.logged.filter((line) => line.includes('a browser lost'))
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ lost }])
    expect(lines[0]).not.toContain('@')
  })
})
