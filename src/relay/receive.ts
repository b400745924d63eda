/**
 * Receiving: entries from pages into the ledger, in one transaction. Nothing is decided here; what a slice counts
 * as is settled later.
 *
 * Invariant: the first content of an id wins, and a slice may only grow. So a lost, repeated or reordered send
 * changes no sum, and a receipt names only what the commit has put on disk.
 */
import type { Transaction } from 'kysely'
import type { Activity } from '../contract/activity.ts'
import {
  entrySchema,
  type EndEntry,
  type Entry,
  type OnPaper,
  type SliceEntry,
  type Span,
  type StartEntry,
} from '../contract/entry.ts'
import type { Flush, Receipt, Verdict } from '../contract/flush.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import { toProblem } from '../contract/problem.ts'
import { readEntryId } from '../core/entry-id.ts'
import { toReach } from '../core/slices.ts'
import type { GrantedLearner } from './grants.ts'
import { planSettling, type Patience } from './ledger.ts'
import { setPruneFrom } from './prune.ts'
import type { Database, Tables } from './storage.ts'

/** One flush, from one learner, at one moment. */
interface Arrival extends GrantedLearner {
  receivedAt: number
  /** Our clock less the page's, plus what the way took. */
  offsetMs: number
  ignoresXp: boolean
}

type Answer = Verdict extends infer V
  ? V extends Verdict
    ? Omit<V, 'index' | 'id'>
    : never
  : never

/** One flush in a transaction of its own. */
export function receive(
  db: Database,
  granted: GrantedLearner,
  flush: Flush,
  receivedAt: number,
  patience: Patience,
): Promise<Receipt> {
  return db.transaction().execute((tx) => receiveIn(tx, granted, flush, receivedAt, patience))
}

/** Good for nothing before the transaction is committed. */
export async function receiveIn(
  tx: Transaction<Tables>,
  granted: GrantedLearner,
  flush: Flush,
  receivedAt: number,
  patience: Patience,
): Promise<Receipt> {
  const { ignoresXp = true } = patience
  const arrival = { ...granted, receivedAt, offsetMs: receivedAt - flush.sentAt, ignoresXp }
  const read = flush.entries.map((entry) => ({ entry, ...entrySchema.safeParse(entry) }))
  const verdicts: Verdict[] = []
  const runs = new Set(
    read.flatMap(({ success, data }) => (success ? readEntryId(data.id).runId : [])),
  )
  for (const runId of runs) await touchRun(tx, arrival, runId)
  for (const [index, { entry, success, data, error }] of read.entries()) {
    const answer: Answer = success
      ? await keep(tx, arrival, data)
      : { verdict: 'refused', ...toProblem(error, entry) }
    verdicts.push({ index, id: readId(entry), ...answer })
  }
  const missing: string[] = []
  for (const runId of runs)
    missing.push(...(await planSettling(tx, granted.learner, runId, patience)))
  return { v: CONTRACT_VERSION, receivedAt, verdicts, ...(missing.length > 0 && { missing }) }
}

/** An entry that cannot be read may still have a readable id: the page needs it to take the row out of its way. */
function readId(entry: unknown): string {
  const id = (entry as { id?: unknown } | null)?.id
  return typeof id === 'string' ? id.slice(0, 256) : ''
}

function keep(tx: Transaction<Tables>, arrival: Arrival, entry: Entry): Promise<Answer> {
  switch (entry.type) {
    case 'start':
      return keepStart(tx, arrival, entry)
    case 'slice':
      return keepSlice(tx, arrival, entry)
    case 'end':
      return keepEnd(tx, arrival, entry)
  }
}

async function touchRun(
  tx: Transaction<Tables>,
  { learner, preview, receivedAt }: Arrival,
  runId: string,
) {
  const { prune_from: pruneFrom } = await tx
    .insertInto('runs')
    .values({
      learner,
      run_id: runId,
      preview: preview ? 1 : 0,
      first_at: receivedAt,
      last_at: receivedAt,
      prune_from: receivedAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['learner', 'run_id']).doUpdateSet({ last_at: receivedAt }),
    )
    .returning('prune_from')
    .executeTakeFirstOrThrow()
  // What comes to a pruned run will have to be pruned as well.
  if (pruneFrom === null) await setPruneFrom(tx, learner, runId, receivedAt)
}

/** The way takes time and never gives any back, so the smallest difference of the clocks is the truest. */
async function touchLeg(
  tx: Transaction<Tables>,
  { learner, offsetMs }: Arrival,
  runId: string,
  legId: string,
) {
  await tx
    .insertInto('legs')
    .values({ learner, run_id: runId, leg_id: legId, offset_ms: offsetMs })
    .onConflict((conflict) =>
      conflict
        .columns(['learner', 'run_id', 'leg_id'])
        .doUpdateSet({ offset_ms: offsetMs })
        .where('legs.offset_fixed', '=', 0)
        .where('legs.offset_ms', '>', offsetMs),
    )
    .execute()
}

async function keepStart(
  tx: Transaction<Tables>,
  arrival: Arrival,
  entry: StartEntry,
): Promise<Answer> {
  const { runId, legId = '' } = readEntryId(entry.id)
  const { learner } = arrival
  await touchLeg(tx, arrival, runId, legId)
  const row = await tx
    .selectFrom('legs')
    .innerJoin('runs', (join) =>
      join.onRef('runs.learner', '=', 'legs.learner').onRef('runs.run_id', '=', 'legs.run_id'),
    )
    .select(['legs.start', 'runs.activity'])
    .where('legs.learner', '=', learner)
    .where('legs.run_id', '=', runId)
    .where('leg_id', '=', legId)
    .executeTakeFirstOrThrow()
  const json = JSON.stringify(entry)
  if (row.start !== null) return row.start === json ? known(0) : notTheSame('a leg starts once')
  if (
    row.activity !== null &&
    !isSameActivity(JSON.parse(row.activity) as Activity, entry.activity)
  ) {
    return { ...notTheSame('this run is of another activity'), path: 'activity' }
  }
  await tx
    .updateTable('legs')
    .set({ start: json })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .where('leg_id', '=', legId)
    .execute()
  if (row.activity === null) {
    await tx
      .updateTable('runs')
      .set({ activity: JSON.stringify(entry.activity) })
      .where('learner', '=', learner)
      .where('run_id', '=', runId)
      .execute()
  }
  return row.activity === null ? stored(0) : { ...stored(0), continues: true }
}

/**
 * No page waits longer for an answer, and so no flush of a page that is honest was longer on its way. More would let one
 * that is not claim time that has not been.
 */
const SLOWEST_WAY_MS = 15_000

/**
 * A leg stays where its time was told, though a quicker flush finds that this was too late by so much. What such a flush
 * brings had happened when it came, and must not be taken for what is still to be.
 */
const toLateMs = (placedByMs: number, { offsetMs }: Arrival): number =>
  Math.min(Math.max(0, placedByMs - offsetMs), SLOWEST_WAY_MS)

async function keepSlice(
  tx: Transaction<Tables>,
  arrival: Arrival,
  entry: SliceEntry,
): Promise<Answer> {
  const { runId, legId = '', n = 0 } = readEntryId(entry.id)
  const { learner, receivedAt, opensAt, closesAt } = arrival
  await touchLeg(tx, arrival, runId, legId)
  const key = { learner, run_id: runId, leg_id: legId, n }
  const before = await tx
    .selectFrom('legs')
    .leftJoin('slices', (join) =>
      join
        .onRef('slices.learner', '=', 'legs.learner')
        .onRef('slices.run_id', '=', 'legs.run_id')
        .onRef('slices.leg_id', '=', 'legs.leg_id')
        .on('slices.n', '=', n),
    )
    .select(['offset_ms', 'spans', 'on_paper', 'reach', 'opens_at', 'closes_at'])
    .where('legs.learner', '=', learner)
    .where('legs.run_id', '=', runId)
    .where('legs.leg_id', '=', legId)
    .executeTakeFirstOrThrow()
  const reach = toReach(entry)
  const onPaper = entry.onPaper ?? []
  const copy = {
    spans: JSON.stringify(entry.spans),
    on_paper: entry.onPaper ? JSON.stringify(onPaper) : null,
    reach,
    received_at: receivedAt + toLateMs(before.offset_ms, arrival),
  }
  if (before.spans === null) {
    await tx
      .insertInto('slices')
      .values({ ...key, ...copy, opens_at: opensAt, closes_at: closesAt })
      .execute()
    return stored(reach)
  }
  const told = JSON.parse(before.spans) as Span[]
  const said = JSON.parse(before.on_paper ?? '[]') as OnPaper[]
  if (isGrownFrom(told, entry.spans) && isBeginning(onPaper, said)) return known(before.reach ?? 0)
  if (!isGrownFrom(entry.spans, told) || !isBeginning(said, onPaper)) {
    return { ...notTheSame('a later copy of a slice contains the earlier one'), path: 'spans' }
  }
  await tx
    .updateTable('slices')
    .set({
      ...copy,
      opens_at: Math.min(opensAt, before.opens_at ?? opensAt),
      closes_at: Math.max(closesAt, before.closes_at ?? closesAt),
    })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .where('leg_id', '=', legId)
    .where('n', '=', n)
    .execute()
  return stored(reach)
}

async function keepEnd(
  tx: Transaction<Tables>,
  arrival: Arrival,
  entry: EndEntry,
): Promise<Answer> {
  const { runId } = readEntryId(entry.id)
  const { learner, receivedAt, ignoresXp } = arrival
  await touchLeg(tx, arrival, runId, entry.legId)
  const { end } = await tx
    .selectFrom('runs')
    .select('end')
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow()
  const json = JSON.stringify(entry)
  if (end !== null)
    return end === json ? known(0) : notTheSame('a run ends once, and the first end wins')
  await tx
    .updateTable('runs')
    .set({ end: json, end_received_at: receivedAt })
    .where('learner', '=', learner)
    .where('run_id', '=', runId)
    .execute()
  const isIgnored = ignoresXp && entry.result.xpEarned !== undefined
  return { ...stored(0), ...(isIgnored && { ignored: ['result.xpEarned'] }) }
}

const stored = (reach: number) => ({ verdict: 'stored', reach }) as const
const known = (reach: number) => ({ verdict: 'known', reach }) as const
const notTheSame = (why: string) =>
  ({
    verdict: 'conflict',
    code: 'not_the_same',
    path: '',
    message: `Another copy came first: ${why}`,
  }) as const

/** Whether `longer` is `shorter` some time later: the same spans, the last of them maybe longer, more after it. */
export function isGrownFrom(longer: readonly Span[], shorter: readonly Span[]): boolean {
  return shorter.every(([presence, from, to, ...more], index) => {
    const other = longer[index]
    if (!other) return false
    const [otherPresence, otherFrom, otherTo, ...otherMore] = other
    const isLast = index === shorter.length - 1
    return (
      otherPresence === presence &&
      otherFrom === from &&
      (isLast ? otherTo >= to : otherTo === to) &&
      more.length === otherMore.length &&
      more.every((said, place) => said === otherMore[place])
    )
  })
}

/** Whether a list begins with all that another holds. */
const isBeginning = (shorter: readonly unknown[], longer: readonly unknown[]) =>
  shorter.every((one, index) => JSON.stringify(one) === JSON.stringify(longer[index]))

function isSameActivity(a: Activity, b: Activity): boolean {
  return a.id === b.id && JSON.stringify(a.course) === JSON.stringify(b.course)
}
