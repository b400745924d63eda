/** What the operator says of single activities: what they are worth, and whether PowerPath keeps their results. */
import { z } from 'zod'
import { courseSchema, type Activity, type Course } from '../contract/activity.ts'
import type { Known } from './roster.ts'

/**
 * One activity, in one course or in all. `xp` is what it is worth; else `resource` names the OneRoster resource whose
 * `metadata.xp` says so. `powerPath`: it is a PowerPath lesson, whose results and XP PowerPath writes itself.
 */
export const activityEntrySchema = z.strictObject({
  id: z.string().min(1),
  course: courseSchema.exactOptional(),
  xp: z.number().min(0).exactOptional(),
  resource: z.string().min(1).exactOptional(),
  powerPath: z.boolean().exactOptional(),
})

export type ActivityEntry = z.infer<typeof activityEntrySchema>

/**
 * An entry of the activity's course, whatever the page calls that, comes before one of all courses. `courseId` is the
 * activity's; `findCourseId` says which course an entry means. Undefined where there is no entry; not known only while
 * Timeback can't be asked which course is meant.
 */
export async function findActivity(
  entries: readonly ActivityEntry[],
  { id, course, courseId }: Pick<Activity, 'id' | 'course'> & { courseId: string },
  findCourseId: (course: Course) => Promise<Known<string>>,
): Promise<Known<ActivityEntry | undefined>> {
  const own = entries.filter((entry) => entry.id === id)
  const isSame = (entry: ActivityEntry) => JSON.stringify(entry.course) === JSON.stringify(course)
  const same = own.find(isSame)
  if (same) return { known: true, value: same }
  for (const entry of own) {
    if (!entry.course) continue
    const meant = await findCourseId(entry.course)
    if (meant.known && meant.value === courseId) return { known: true, value: entry }
    if (!meant.known && meant.code === 'timeback_unreachable') return meant
  }
  return { known: true, value: own.find((entry) => !entry.course) }
}
