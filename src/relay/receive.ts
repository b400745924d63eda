/**
 * Receiving: entries from pages into the ledger, in one transaction, from however many flushes.
 *
 * Invariant: the flushes are taken one after the other, so that each finds what the ones before it have changed; and a
 * receipt names only what the commit has put on disk.
 */
import type { Transaction } from 'kysely'
import type { Receipt, Verdict } from '../contract/flush.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import { toRead, type Arrival, type ArrivedEntry } from './arrival.ts'
import { keep, type Answer } from './keep.ts'
import { planSettling, type Patience } from './ledger.ts'
import type { Database, RunRow, Tables } from './storage.ts'
import { changeRows, findRows, readTouched, writeTouched, type Touched } from './touched.ts'

/** One flush in a transaction of its own. */
export async function receive(
  db: Database,
  arrival: Arrival,
  patience: Patience,
): Promise<Receipt> {
  const [receipt] = await db.transaction().execute((tx) => receiveIn(tx, [arrival], patience))
  return receipt!
}

/** A receipt for each, in their order; good for nothing before the transaction is committed. */
export async function receiveIn(
  tx: Transaction<Tables>,
  arrivals: readonly Arrival[],
  patience: Patience,
): Promise<Receipt[]> {
  const touched = await readTouched(tx, arrivals)
  const verdicts = arrivals.map((arrival) => judge(touched, arrival, patience))
  await writeTouched(tx, touched)
  const missing = await planSettling(tx, [...touched.runs.rows.values()], patience)
  return arrivals.map((arrival, index) => ({
    v: CONTRACT_VERSION,
    receivedAt: arrival.receivedAt,
    verdicts: verdicts[index]!,
    ...toMissing(touched, arrival, missing),
  }))
}

function judge(touched: Touched, arrival: Arrival, { ignoresXp = true }: Patience): Verdict[] {
  const answer = (arrived: ArrivedEntry): Answer => {
    if ('problem' in arrived) return { verdict: 'refused', ...arrived.problem }
    const before = findRows(touched, arrival.learner, arrived)
    const { answer: said, rows } = keep(before, arrival, arrived, ignoresXp)
    changeRows(touched, rows)
    return said
  }
  return arrival.entries.map((arrived, index) => ({ index, id: arrived.id, ...answer(arrived) }))
}

/** What its runs lack once all that came with it is there. */
function toMissing(
  touched: Touched,
  arrival: Arrival,
  missingOf: ReadonlyMap<RunRow, string[]>,
): Pick<Receipt, 'missing'> {
  const runs = new Set(
    toRead(arrival).map((entry) => findRows(touched, arrival.learner, entry).run),
  )
  const missing = [...runs].flatMap((run) => missingOf.get(run) ?? [])
  return missing.length > 0 ? { missing } : {}
}
