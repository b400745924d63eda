/**
 * Units that a learner mastered, by our own events: what Timeback was told just now is not in its facts yet, and what
 * waits in the outbox is not there at all.
 */
import type { CaliperEnvelope } from '../timeback/caliper-schema.ts'
import { toDay } from './day.ts'
import type { Database } from './storage.ts'

/** What went out before that long is left to Timeback's facts: should they never show it, it does not count for ever. */
const SHOWN_AFTER_MS = 600_000

const DAY_MS = 86_400_000

/** The units of each activity in a course, by its object id, that were mastered in the week of `at` and sent of late. */
export async function readOwnUnits(
  db: Database,
  of: { learner: string; courseId: string; timezone: string; at: number },
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('outbox')
    .select('body')
    .where('learner', '=', of.learner)
    .where('kind', '=', 'caliper')
    .where('state', 'in', ['waiting', 'unclear', 'delivered'])
    // Since when it was due is about when it went out.
    .where((is) =>
      is.or([is('state', '!=', 'delivered'), is('next_at', '>=', of.at - SHOWN_AFTER_MS)]),
    )
    .orderBy('seq')
    .execute()
  const week = toSunday(of.at, of.timezone)
  const units = new Map<string, number>()
  for (const event of rows.flatMap(({ body }) => (JSON.parse(body) as CaliperEnvelope).data)) {
    if (event.type !== 'ActivityEvent' || event.extensions?.['courseId'] !== of.courseId) continue
    const mastered = event.generated.items.find(({ type }) => type === 'masteredUnits')?.value ?? 0
    // The facts of another week are not looked at: there it may be shown.
    const isOfWeek = toSunday(Date.parse(event.eventTime), of.timezone) === week
    if (mastered > 0 && isOfWeek) units.set(event.object.id, mastered)
  }
  return units
}

/** The day on which Timeback's week of an instant begins, in UTC. */
function toSunday(at: number, timezone: string): number {
  const midnight = Date.parse(toDay(at, timezone))
  return midnight - new Date(midnight).getUTCDay() * DAY_MS
}
