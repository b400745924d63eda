/** What has been told of a learner, or is about to be: the stretches that have an owner for good. */
import type { Kysely } from 'kysely'
import type { Metric } from '../core/measure.ts'
import type { Tables } from './storage.ts'

/** What has been told of a learner, by any run. */
export interface ToldStretch {
  runId: string
  from: number
  to: number
  metric: Metric
  reason: string | null
}

/** With the settlement that took it. */
export interface SettledStretch extends ToldStretch {
  settlementId: string
}

/** Whatever of `[from, to)` some run has told, in epoch ms; the ends of the first and the last may lie outside. */
export async function readTold(
  db: Kysely<Tables>,
  learner: string,
  { from, to }: { from: number; to: number },
): Promise<SettledStretch[]> {
  const rows = await db
    .selectFrom('told')
    .selectAll()
    .where('learner', '=', learner)
    .where('to_at', '>', from)
    .where('from_at', '<', to)
    .orderBy('from_at')
    .execute()
  return rows.map((row) => ({
    runId: row.run_id,
    from: row.from_at,
    to: row.to_at,
    metric: row.metric as Metric,
    reason: row.reason,
    settlementId: row.settlement_id,
  }))
}
