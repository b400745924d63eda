import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import type { Receipt } from '../../src/contract/flush.ts'
import { toArrival, type Arrival } from '../../src/relay/arrival.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { receiveIn } from '../../src/relay/receive.ts'
import { prepareStorage, type Database } from '../../src/relay/storage.ts'
import {
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  SECOND,
  toClaimed,
  toEnd,
  toSlice,
  toStart,
} from './entries.ts'

/** Names that could be taken for one another if they were only put in a row. */
const LEARNERS = ['ada', 'ada/r', 'r/ada']
const RUNS = ['r', 's']
const LEGS = ['a', 'b']

const anyLeg = fc
  .tuple(fc.constantFrom(...RUNS), fc.constantFrom(...LEGS))
  .map((ids) => ids.join('/'))

/** Starts that agree and that don't, slices that grow, shrink and contradict, ends, and what can't be read. */
const anyEntry = anyLeg.chain((leg) => {
  const [runId] = leg.split('/')
  const entries: unknown[] = [
    toStart(leg, MONDAY),
    toStart(leg, MONDAY + SECOND),
    toStart(leg, MONDAY, { ...FRACTIONS, id: 'decimals' }),
    ...[0, 1].flatMap((n) => [
      toSlice(leg, n, ['active', 0, 4_000, 0]),
      toSlice(leg, n, ['active', 0, 9_000, 0]),
      toSlice(leg, n, ['active', 0, 9_000, 0], ['idle', 9_000, 20_000, 9_000]),
      toClaimed(toSlice(leg, n, ['active', 0, 9_000, 0]), [1_000, 2_000]),
      toSlice(leg, n, ['hidden', 0, 9_000, 0]),
    ]),
    toEnd(leg, MINUTE),
    toEnd(leg, MINUTE, { xpEarned: 3 }),
    { ...toStart(leg, MONDAY), id: `${runId}/start` },
    null,
  ]
  return fc.constantFrom(...entries)
})

const anyFlush = fc.record({
  learner: fc.constantFrom(...LEARNERS),
  preview: fc.boolean(),
  opensAt: fc.constantFrom(MONDAY, MONDAY + MINUTE),
  entries: fc.array(anyEntry, { minLength: 1, maxLength: 5 }),
  wayMs: fc.constantFrom<number[]>(0, 40, 3_000, 60_000),
})

/** What settling, pruning and a host's word change while nothing comes. */
const CHANGES: Record<string, (db: Database) => Promise<unknown>> = {
  nothing: async () => {},
  settled: async (db) => {
    await db.updateTable('legs').set({ offset_fixed: 1 }).execute()
    await db
      .updateTable('slices')
      .set(({ ref }) => ({ told_reach: ref('reach') }))
      .execute()
    await db.updateTable('runs').set({ due_at: null }).where('end', 'is', null).execute()
  },
  completed: (db) =>
    db
      .updateTable('runs')
      .set({ completed: 1, due_at: null })
      .where('end', 'is not', null)
      .execute(),
  recorded: (db) =>
    db
      .updateTable('runs')
      .set({ recorded: JSON.stringify({ result: {}, at: MONDAY }) })
      .where('run_id', '=', 's')
      .execute(),
  pruned: async (db) => {
    for (const table of ['legs', 'slices'] as const) await db.deleteFrom(table).execute()
    await db.updateTable('runs').set({ prune_from: null }).execute()
  },
}

const anyHistory = fc.record({
  results: fc.constantFrom('page' as const, 'host' as const),
  steps: fc.array(
    fc.record({
      flushes: fc.array(anyFlush, { minLength: 1, maxLength: 8 }),
      change: fc.constantFrom(...Object.keys(CHANGES)),
    }),
    { minLength: 1, maxLength: 5 },
  ),
})

type History = typeof anyHistory extends fc.Arbitrary<infer T> ? T : never

/** The flushes of each step in groups as `cut` makes them. Returns each step's receipts, and all rows in the end. */
async function live({ results, steps }: History, cut: (arrivals: Arrival[]) => Arrival[][]) {
  const db = openSqlite(':memory:')
  await prepareStorage(db)
  let at = MONDAY + HOUR
  const receipts: Receipt[][] = []
  for (const { flushes, change } of steps) {
    const arrivals = flushes.map(({ learner, preview, opensAt, entries, wayMs }) => {
      at += SECOND
      const granted = { learner, preview, opensAt, closesAt: opensAt + HOUR }
      return toArrival(granted, { v: 1, grant: '', sentAt: at - wayMs, entries }, at)
    })
    const kept: Receipt[] = []
    for (const group of cut(arrivals)) {
      const patience = { leaseMs: HOUR, gapMs: MINUTE, results }
      kept.push(...(await db.transaction().execute((tx) => receiveIn(tx, group, patience))))
    }
    receipts.push(kept)
    await CHANGES[change]!(db)
  }
  const [runs, legs, slices] = await Promise.all([
    db.selectFrom('runs').selectAll().orderBy('learner').orderBy('run_id').execute(),
    db
      .selectFrom('legs')
      .selectAll()
      .orderBy('learner')
      .orderBy('run_id')
      .orderBy('leg_id')
      .execute(),
    db
      .selectFrom('slices')
      .selectAll()
      .orderBy('learner')
      .orderBy('run_id')
      .orderBy('leg_id')
      .orderBy('n')
      .execute(),
  ])
  await db.destroy()
  return { receipts, rows: { runs, legs, slices } }
}

describe('flushes that are kept together', () => {
  it('are judged and leave behind the same as one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const alone = await live(history, (arrivals) => arrivals.map((arrival) => [arrival]))
        const together = await live(history, (arrivals) => [arrivals])
        expect(together.rows).toEqual(alone.rows)
        const toJudged = (receipts: Receipt[][]) => receipts.flat().map(({ verdicts }) => verdicts)
        expect(toJudged(together.receipts)).toEqual(toJudged(alone.receipts))
        // The others are told what is missing once all of the group is there.
        const toLast = (receipts: Receipt[][]) => receipts.map((step) => step.at(-1))
        expect(toLast(together.receipts)).toEqual(toLast(alone.receipts))
      }),
      { numRuns: 40 },
    )
  }, 30_000)

  it('may have more entries than one statement takes', async () => {
    const entries = (leg: string) =>
      Array.from({ length: 200 }, (_, n) => toSlice(leg, n, ['active', 0, SECOND, 0]))
    const flushes = Array.from({ length: 20 }, (_, index) => ({
      learner: 'ada',
      preview: false,
      opensAt: MONDAY,
      entries: entries(`r${index % 4}/${index}`),
      wayMs: 0,
    }))
    const history: History = { results: 'page', steps: [{ flushes, change: 'nothing' }] }
    const { receipts, rows } = await live(history, (arrivals) => [arrivals])
    const verdicts = receipts.flat(1).flatMap((receipt) => receipt.verdicts)
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['stored']))
    expect(rows.slices).toHaveLength(20 * 200)
  }, 30_000)
})
