// What one learner sends costs the relay about as much as it is: it never costs the others their relay.

import type { KyselyPlugin } from 'kysely'
import { describe, expect, it } from 'vitest'
import { MAX_LEGS_PER_RUN } from '../../src/contract/limits.ts'
import { DEFAULT_POLICY, toTerms } from '../../src/core/policy.ts'
import { readRun } from '../../src/relay/ledger.ts'
import { toPlaced } from '../../src/relay/reserve.ts'
import { toTimeline } from '../../src/relay/timeline.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import {
  ALL_RIGHT,
  FRACTIONS,
  MINUTE,
  MONDAY,
  SECOND,
  toClaimed,
  toEnd,
  toSlice,
  toSpans,
  toStart,
} from './entries.ts'
import { toKnownRun } from './known-run.ts'
import { openPage, openWorld, readReport, toWords } from './relay-world.ts'

const TERMS = toTerms({ policy: DEFAULT_POLICY, allowances: [] }, FRACTIONS)

const COUNT = 1_000

/** So many instants are read to find what reaches into a stretch, by halving twice. */
const FEW = 40

/** The same objects, and how often an instant of theirs was asked for. */
function count<S extends { from: number; to: number }>(stretches: S[]) {
  const counted = { reads: 0, stretches: [] as S[] }
  counted.stretches = stretches.map(
    (stretch) =>
      new Proxy(stretch, {
        get(target, name) {
          if (name === 'from' || name === 'to') counted.reads += 1
          return Reflect.get(target, name) as unknown
        },
      }),
  )
  return counted
}

/** Short stretches with as long between them. */
const toEvery = (length: number, ms: number) =>
  Array.from({ length }, (_, n) => ({ from: 2 * n * ms, to: (2 * n + 1) * ms }))

describe('work on paper', () => {
  it('is one stretch of its leg, however often and in however many slices it was said', async () => {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(5 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toClaimed(
        toSlice('r/a', 0, ...toSpans(['idle', 4 * MINUTE])),
        [50_000, 90_000],
        [70_000, 80_000],
      ),
      toClaimed(
        toSlice('r/a', 1, ['active', 4 * MINUTE, 5 * MINUTE, 4 * MINUTE]),
        [10_000, 20_000],
        [90_000, 95_000],
        [10_000, 20_000],
      ),
    )
    const { legs } = (await readRun(world.db, 'ada', 'r'))!
    expect(legs[0]!.onPaper).toEqual([
      { from: 10_000, to: 20_000 },
      { from: 50_000, to: 95_000 },
    ])
  })

  it('is looked for in a span by what reaches into that, not by all that the leg says', () => {
    const slices = toEvery(COUNT, 50).map(({ from, to }, n) => ({
      n,
      spans: toSpans(['active', from], ['idle', to - from]).slice(-1),
    }))
    const said = count(toEvery(COUNT, 50))
    const [leg] = toKnownRun(slices).legs
    const placed = toPlaced({ ...leg!, onPaper: said.stretches }, TERMS)
    expect(placed.map(({ metric }) => metric)).toEqual(Array(COUNT).fill('unknown'))
    expect(said.reads).toBeLessThan(FEW * COUNT)
  })
})

describe('a timeline', () => {
  it('is explained by what was told of each piece, not by all that was told of the learner', () => {
    const slices = [{ n: 0, spans: toSpans(['active', 2 * COUNT * 50]) }]
    const told = count(
      toEvery(COUNT, 50).map(({ from, to }) => ({
        from: MONDAY + from,
        to: MONDAY + to,
        runId: 'r',
        metric: 'active' as const,
        reason: null,
      })),
    )
    const timeline = toTimeline(toKnownRun(slices).legs[0]!, TERMS, told.stretches)
    expect(timeline).toHaveLength(2 * COUNT)
    expect(told.reads).toBeLessThan(2 * FEW * COUNT)
  })
})

/** A world that counts what it asks for, of which runs it reads slices, and how often it looks of which leg one is. */
async function openCounted() {
  const asked = { queries: 0, counts: 0, slicesOf: new Set<unknown>(), legIds: 0 }
  const counting: KyselyPlugin = {
    transformQuery({ node }) {
      asked.queries += 1
      if (node.kind === 'SelectQueryNode' && node.groupBy) asked.counts += 1
      return node
    },
    async transformResult({ result }) {
      const rows = result.rows.map((row) => {
        if (!('spans' in row)) return row
        asked.slicesOf.add(row['run_id'])
        return new Proxy(row, {
          get(target, name) {
            if (name === 'leg_id') asked.legIds += 1
            return Reflect.get(target, name) as unknown
          },
        })
      })
      return { ...result, rows }
    },
  }
  const db = openSqlite(':memory:').withPlugin(counting)
  const world = await openWorld({ options: { db } })
  const page = await openPage(world)
  world.clock.pass(30 * MINUTE)
  /** Settles `r`, and says what it was asked for that. */
  const settle = async () => {
    const reach = 10 * SECOND
    const spans = toSpans(['active', reach])
    const wallAt = MONDAY + 20 * MINUTE
    const end = toEnd('r/a', reach, ALL_RIGHT, { a: { slices: 1, reach } })
    await page.flush(toStart('r/a', wallAt), toSlice('r/a', 0, ...spans), end)
    asked.queries = 0
    asked.slicesOf.clear()
    await world.relay.deliver()
    expect((await readReport(world, 'r')).counted.active).toBe(reach)
    return asked
  }
  return { world, db, page, asked, settle }
}

describe('a run among others that are open', () => {
  const toRuns = (length: number, toWallAt: (n: number) => number) =>
    Array.from({ length }, (_, n) => [
      toStart(`open-${n}/a`, toWallAt(n)),
      toSlice(`open-${n}/a`, 0, ...toSpans(['active', SECOND], ['idle', SECOND])),
    ]).flat()

  it('is settled with as many queries among many at the same instants as among few', async () => {
    const asked = await Promise.all(
      [3, 60].map(async (runs) => {
        const { page, settle } = await openCounted()
        await page.flush(...toRuns(runs, (n) => MONDAY + 20 * MINUTE + 1 + n))
        const { queries, slicesOf } = await settle()
        expect(slicesOf.size).toBe(runs + 1)
        return queries
      }),
    )
    expect(asked[1]).toBe(asked[0])
  })

  it('reads nothing of what was told of other instants, before its own or after', async () => {
    const { page, settle } = await openCounted()
    const others = toRuns(40, (n) => MONDAY + n * SECOND + (n % 2) * 25 * MINUTE)
    await page.flush(...others)
    expect([...(await settle()).slicesOf]).toEqual(['r'])
  })
})

describe('the legs of a run', () => {
  const LEG_IDS = Array.from({ length: MAX_LEGS_PER_RUN }, (_, n) => `leg-${n}`)

  async function openWith(ids: readonly string[]) {
    const opened = await openCounted()
    const starts = ids.map((id) => toStart(`r/${id}`, MONDAY))
    for (let n = 0; n < starts.length; n += 200) {
      const verdicts = await opened.page.flush(...starts.slice(n, n + 200))
      expect(new Set(toWords(verdicts))).toEqual(new Set(['stored']))
    }
    return opened
  }

  it('are as many as they may be, and go on; whatever would open one more is refused', async () => {
    const { world, page } = await openWith(LEG_IDS)
    const verdicts = await page.flush(
      toSlice('r/more', 0, ['active', 0, SECOND, 0]),
      toStart('r/more', MONDAY),
      toEnd('r/more', SECOND),
      toSlice('r/leg-999', 0, ['active', 0, SECOND, 0]),
      toStart('s/more', MONDAY),
      toEnd('r/leg-999', SECOND),
    )
    expect(toWords(verdicts)).toEqual([
      'refused',
      'refused',
      'refused',
      'stored',
      'stored',
      'stored',
    ])
    const refused = { code: 'field_range', message: 'A run has at most 1000 legs' }
    expect(verdicts.slice(0, 3)).toMatchObject([
      { ...refused, path: 'id' },
      { ...refused, path: 'id' },
      { ...refused, path: 'legId' },
    ])
    expect((await readReport(world, 'r')).legs).toHaveLength(MAX_LEGS_PER_RUN)
  })

  it('are counted within a flush, too', async () => {
    const { page } = await openWith(LEG_IDS.slice(10))
    const ids = [...LEG_IDS.slice(0, 10), 'more', 'another', 'more']
    const verdicts = await page.flush(...ids.map((id) => toStart(`r/${id}`, MONDAY)))
    expect(toWords(verdicts)).toEqual([...Array(10).fill('stored'), ...Array(3).fill('refused')])
  })

  it('are counted for a flush that opens one, and for no other', async () => {
    const { page, asked } = await openCounted()
    await page.flush(toStart('r/a', MONDAY))
    expect(asked.counts).toBe(1)
    await page.flush(toStart('r/a', MONDAY), toSlice('r/a', 0, ['active', 0, SECOND, 0]))
    expect(asked.counts).toBe(1)
  })

  it('are told apart by looking at each of their slices a few times', async () => {
    const { db, page, asked } = await openCounted()
    const legs = LEG_IDS.slice(0, 100).map((id) => `r/${id}`)
    await page.flush(
      ...legs.flatMap((leg) => [toStart(leg, MONDAY), toSlice(leg, 0, ['active', 0, SECOND, 0])]),
    )
    asked.legIds = 0
    const run = await readRun(db, 'ada', 'r')
    expect(run!.legs.map(({ slices }) => slices.length)).toEqual(Array(100).fill(1))
    expect(asked.legIds).toBeLessThan(4 * legs.length)
  })
})
