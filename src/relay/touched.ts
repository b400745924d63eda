/**
 * The rows that arrivals are about: all of them read at once, changed in memory, and written back at once, so that an
 * entry costs little when many come together.
 *
 * Invariant: what is read stays true until it is written. The first statement writes the runs, and whoever has written
 * a run keeps all others from it until the transaction ends.
 */
import type { Transaction } from 'kysely'
import { toRead, type Arrival, type ReadEntry } from './arrival.ts'
import type { Rows } from './keep.ts'
import { isAmong, toBatches } from './many-rows.ts'
import { setPruneFrom } from './prune.ts'
import type { LegRow, RunRow, SliceRow, Tables } from './storage.ts'

export interface Touched {
  runs: Sheet<RunRow>
  legs: Sheet<LegRow>
  slices: Sheet<SliceRow>
  /** How many legs a run has, by its name, where something came of a leg that it did not have. */
  legCounts: Map<string, number>
}

/** Rows of one table, by the names of their keys, and those of them that have changed since they were read. */
interface Sheet<Row> {
  rows: Map<string, Row>
  changed: Map<string, Row>
}

type Key = readonly [learner: string, ...(string | number)[]]

/** The learner comes last, as no other part has a slash in it. */
const toName = ([learner, ...parts]: Key): string => [...parts, learner].join('/')

const toRunKey = (row: Pick<RunRow, 'learner' | 'run_id'>) => [row.learner, row.run_id] as const
const toLegKey = (row: LegRow) => [row.learner, row.run_id, row.leg_id] as const
const toSliceKey = (row: SliceRow) => [row.learner, row.run_id, row.leg_id, row.n] as const

/** Says that something came of the runs, opening those that are new, and reads all that the arrivals' entries are about. */
export async function readTouched(
  tx: Transaction<Tables>,
  arrivals: readonly Arrival[],
): Promise<Touched> {
  const legs = new Map<string, Key>()
  const slices = new Map<string, Key>()
  for (const arrival of arrivals) {
    const { learner } = arrival
    for (const { runId, legId, n } of toRead(arrival)) {
      const leg = [learner, runId, legId] as const
      legs.set(toName(leg), leg)
      if (n !== undefined) slices.set(toName([...leg, n]), [...leg, n])
    }
  }
  const touched = {
    runs: toSheet(await touchRuns(tx, arrivals), toRunKey),
    legs: toSheet(await readLegs(tx, [...legs.values()]), toLegKey),
    slices: toSheet(await readSlices(tx, [...slices.values()]), toSliceKey),
  }
  const fresh = [...legs].filter(([name]) => !touched.legs.rows.has(name)).map(([, key]) => key)
  return { ...touched, legCounts: await countLegs(tx, fresh) }
}

export function findRows(
  { runs, legs, slices, legCounts }: Touched,
  learner: string,
  { runId, legId, n }: ReadEntry,
): Rows {
  const leg = legs.rows.get(toName([learner, runId, legId]))
  return {
    run: runs.rows.get(toName([learner, runId]))!,
    leg,
    legCount: leg ? 0 : (legCounts.get(toName([learner, runId])) ?? 0),
    slice: n === undefined ? undefined : slices.rows.get(toName([learner, runId, legId, n])),
  }
}

export function changeRows(touched: Touched, { run, leg, legCount, slice }: Rows): void {
  change(touched.runs, toRunKey(run), run)
  if (leg) {
    const isNew = !touched.legs.rows.has(toName(toLegKey(leg)))
    if (isNew) touched.legCounts.set(toName(toRunKey(run)), legCount + 1)
    change(touched.legs, toLegKey(leg), leg)
  }
  if (slice) change(touched.slices, toSliceKey(slice), slice)
}

/** Writes what has changed. What a run's first statement has set, and what settling sets, is not among it. */
export async function writeTouched(
  tx: Transaction<Tables>,
  { runs, legs, slices }: Touched,
): Promise<void> {
  for (const rows of toBatches([...runs.changed.values()])) {
    await tx
      .insertInto('runs')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['learner', 'run_id']).doUpdateSet(({ ref }) => ({
          activity: ref('excluded.activity'),
          end: ref('excluded.end'),
          end_received_at: ref('excluded.end_received_at'),
        })),
      )
      .execute()
  }
  for (const rows of toBatches([...legs.changed.values()])) {
    await tx
      .insertInto('legs')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['learner', 'run_id', 'leg_id']).doUpdateSet(({ ref }) => ({
          start: ref('excluded.start'),
          offset_ms: ref('excluded.offset_ms'),
          offset_fixed: ref('excluded.offset_fixed'),
          earlier: ref('excluded.earlier'),
        })),
      )
      .execute()
  }
  for (const rows of toBatches([...slices.changed.values()])) {
    await tx
      .insertInto('slices')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['learner', 'run_id', 'leg_id', 'n']).doUpdateSet(({ ref }) => ({
          reach: ref('excluded.reach'),
          spans: ref('excluded.spans'),
          on_paper: ref('excluded.on_paper'),
          received_at: ref('excluded.received_at'),
          opens_at: ref('excluded.opens_at'),
          closes_at: ref('excluded.closes_at'),
        })),
      )
      .execute()
  }
}

async function touchRuns(tx: Transaction<Tables>, arrivals: readonly Arrival[]): Promise<RunRow[]> {
  const came = new Map<string, Came>()
  for (const arrival of arrivals) {
    const { learner, preview, receivedAt: at } = arrival
    for (const { runId } of toRead(arrival)) {
      const name = toName([learner, runId])
      const run = { learner, run_id: runId, preview: preview ? 1 : 0, first_at: at, prune_from: at }
      came.set(name, { ...run, ...came.get(name), last_at: at })
    }
  }
  const touched: RunRow[] = []
  for (const rows of toBatches([...came.values()])) {
    const written = await tx
      .insertInto('runs')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['learner', 'run_id'])
          .doUpdateSet(({ ref }) => ({ last_at: ref('excluded.last_at') })),
      )
      .returningAll()
      .execute()
    touched.push(...written)
  }
  // What comes to a pruned run will have to be pruned as well.
  for (const row of touched) {
    const { first_at: firstAt } = came.get(toName(toRunKey(row)))!
    if (row.prune_from === null) await setPruneFrom(tx, row.learner, row.run_id, firstAt)
  }
  return touched
}

/** What is written of a run in any case. */
type Came = Pick<RunRow, 'learner' | 'run_id' | 'preview' | 'first_at' | 'last_at' | 'prune_from'>

async function readLegs(tx: Transaction<Tables>, keys: readonly Key[]): Promise<LegRow[]> {
  const read: LegRow[] = []
  for (const some of toBatches(keys)) {
    const isNamed = isAmong(['learner', 'run_id', 'leg_id'], some)
    read.push(...(await tx.selectFrom('legs').selectAll().where(isNamed).execute()))
  }
  return read
}

/** Of the runs of these legs; one without a leg is not among them. */
async function countLegs(
  tx: Transaction<Tables>,
  legs: readonly Key[],
): Promise<Map<string, number>> {
  const runs = new Map(
    legs.map(([learner, runId]) => [toName([learner, runId!]), [learner, runId]]),
  )
  const counts = new Map<string, number>()
  for (const some of toBatches([...runs.values()])) {
    const counted = await tx
      .selectFrom('legs')
      .select(({ fn }) => ['learner', 'run_id', fn.countAll().as('count')])
      .where(isAmong(['learner', 'run_id'], some))
      .groupBy(['learner', 'run_id'])
      .execute()
    for (const row of counted) counts.set(toName(toRunKey(row)), Number(row.count))
  }
  return counts
}

async function readSlices(tx: Transaction<Tables>, keys: readonly Key[]): Promise<SliceRow[]> {
  const read: SliceRow[] = []
  for (const some of toBatches(keys)) {
    const isNamed = isAmong(['learner', 'run_id', 'leg_id', 'n'], some)
    read.push(...(await tx.selectFrom('slices').selectAll().where(isNamed).execute()))
  }
  return read
}

const toSheet = <Row>(rows: readonly Row[], toKey: (row: Row) => Key): Sheet<Row> => ({
  rows: new Map(rows.map((row) => [toName(toKey(row)), row])),
  changed: new Map(),
})

function change<Row>({ rows, changed }: Sheet<Row>, key: Key, row: Row): void {
  const name = toName(key)
  if (rows.get(name) === row) return
  rows.set(name, row)
  changed.set(name, row)
}
