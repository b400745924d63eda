/**
 * A refused envelope, taken apart: Timeback refuses an envelope whole, though one event of it may be all that is wrong.
 * Each event becomes a row of its own in the envelope's place in the lane, with its id and its bytes as they were frozen;
 * so the right ones go out, and the wrong one parks with the answer to itself.
 */
import type { CaliperEnvelope } from '../timeback/caliper-schema.ts'
import type { Database, OutboxHead } from './storage.ts'

/** Whether there is anything to take apart. */
export const isSplittable = ({ kind, event_ids }: OutboxHead): boolean =>
  kind === 'caliper' && (JSON.parse(event_ids) as string[]).length > 1

/**
 * One transaction: a sender that dies leaves the row whole or apart, never an event in two rows. Nothing is done
 * where the lease ran out and another has the row.
 */
export async function splitRow(
  db: Database,
  row: OutboxHead,
  { answer, at }: { answer: string; at: number },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const whole = await tx
      .selectFrom('outbox')
      .selectAll()
      .where('learner', '=', row.learner)
      .where('outbox_id', '=', row.outbox_id)
      .where('lease_until', '=', row.lease_until)
      .executeTakeFirst()
    if (!whole) return
    const envelope = JSON.parse(whole.body) as CaliperEnvelope
    const parts = envelope.data.map((event) => ({
      event_ids: JSON.stringify([event.id]),
      body: JSON.stringify({ ...envelope, data: [event] }),
    }))
    // Room behind it, so that what was to be told later still is.
    await tx
      .updateTable('outbox')
      .set(({ eb }) => ({ seq: eb('seq', '+', parts.length - 1) }))
      .where('learner', '=', row.learner)
      .where('seq', '>', whole.seq)
      .execute()
    const fresh = { ...whole, tries: 0, checks: 0, next_at: at, lease_until: null, answer }
    for (const [index, part] of parts.entries()) {
      const place = { ...part, seq: whole.seq + index }
      if (index > 0)
        await tx
          .insertInto('outbox')
          .values({ ...fresh, ...place, outbox_id: crypto.randomUUID() })
          .execute()
      else
        await tx
          .updateTable('outbox')
          .set({ ...fresh, ...place })
          .where('learner', '=', row.learner)
          .where('outbox_id', '=', row.outbox_id)
          .execute()
    }
  })
}
