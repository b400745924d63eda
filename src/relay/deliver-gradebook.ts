/**
 * The gradebook's part of delivering: rows that are put under ids of our own, so that any doubt is met by putting them
 * again; and the reading back of a result once what should have made it has been delivered.
 */
import type { Answer } from '../timeback/answer.ts'
import type { GradebookWrite } from '../timeback/gradebook.ts'
import type { OneRosterClient } from '../timeback/oneroster.ts'
import type { RetryOutcome } from '../timeback/retry.ts'
import type { Readback } from './grade.ts'
import type { Log } from './log.ts'
import type { Database, OutboxChanges, OutboxHead } from './storage.ts'

/** What came of a write. `retry` covers what is unclear, too; `missing` is what the row names, for now. */
export type WriteOutcome =
  | { type: 'accepted'; jobId?: string }
  | RetryOutcome<'missing'>
  | Extract<Answer<never>, { type: 'retry' | 'refused' }>

/** When the gradebook is looked at: after these waits, one after the other, since reads lag behind writes. */
const LOOK_AFTER_MS = [5_000, 15_000, 30_000, 60_000, 120_000, 600_000]

/** So long until it is asked again whether what makes it has gone out; longer where that needs a person. */
const DELIVERED_AFTER_MS = 5_000
const PARKED_AFTER_MS = 600_000

/** So often, over some minutes, what a row names may be missing, be it only that reads lag behind writes. */
const MOST_MISSES = 8

/** Puts the line item, then the result on it; `misses` is how often something was missing before. Never rejects. */
export async function writeGradebook(
  oneRoster: OneRosterClient,
  body: string,
  misses: number,
): Promise<WriteOutcome> {
  const { lineItem, result } = JSON.parse(body) as GradebookWrite
  for (const [kind, { id, row }] of [
    ['lineItem', lineItem],
    ['result', result],
  ] as const) {
    const answer = await oneRoster.put(kind, id, row)
    switch (answer.type) {
      case 'read':
        continue
      case 'absent': {
        // What it names is missing: the course, the student, or a lesson; or the line item that was put just before.
        const refused = toRefused(404, `${kind}: ${answer.answer ?? ''}`)
        return kind === 'result' ? toMissing(refused, misses) : refused
      }
      case 'refused':
        return { ...answer, answer: `${kind}: ${answer.answer}` }
      case 'retry':
        // Seen live: a link to a missing resource is a 500, such as that of a mastered course to its lesson.
        if (answer.status !== 500 || !('componentResource' in lineItem.row)) return answer
        return toMissing(toRefused(500, `${kind}: ${answer.reason}`), misses)
    }
  }
  return { type: 'accepted' }
}

type Refused = Extract<WriteOutcome, { type: 'refused' }>

const toRefused = (status: number, answer: string): Refused => ({ type: 'refused', status, answer })

/** Refused, but for as long as it may only be late. */
const toMissing = (refused: Refused, misses: number): WriteOutcome =>
  misses < MOST_MISSES ? { type: 'retry', reason: 'missing', status: refused.status } : refused

/** What becomes of a row that looks for a result: found, to be looked for again, or not to be found. */
export async function readBack(
  db: Database,
  { oneRoster, log, now }: { oneRoster: OneRosterClient; log: Log; now: () => number },
  row: OutboxHead,
  body: string,
): Promise<OutboxChanges> {
  const { after, lineItemId, studentId, resultId } = JSON.parse(body) as Readback
  const waitMs = LOOK_AFTER_MS[row.checks]
  const open = await readOpen(db, row, after)
  if (open.length > 0) {
    return { next_at: now() + (open.includes('parked') ? PARKED_AFTER_MS : DELIVERED_AFTER_MS) }
  }
  const answer = await oneRoster.listResults({ lineItemId, studentId })
  const results = answer.type === 'read' ? answer.value : []
  const found = results.find(({ sourcedId }) => sourcedId === resultId)
  if (found) {
    const { score, metadata } = found
    const { xp = null, attempt = null } = metadata
    return { state: 'delivered', answer: JSON.stringify({ score, xp, attempt }) }
  }
  const why = answer.type === 'read' ? 'not in the gradebook' : answer.type
  if (waitMs !== undefined) return { checks: row.checks + 1, next_at: now() + waitMs, answer: why }
  log.warn(
    { learner: row.learner, run: row.run_id },
    'delivered, and the gradebook does not show it',
  )
  return { state: 'unseen', answer: why }
}

/** The states of what makes the result and has not gone out; what came into the outbox later has no part in it. */
async function readOpen(
  db: Database,
  { learner, settlement_id, seq }: OutboxHead,
  kind: Readback['after'],
) {
  const open = await db
    .selectFrom('outbox')
    .select('state')
    .where('learner', '=', learner)
    .where('settlement_id', '=', settlement_id)
    .where('kind', '=', kind)
    .where('seq', '<', seq)
    .where('state', 'not in', ['delivered', 'dropped'])
    .execute()
  return open.map(({ state }) => state)
}
