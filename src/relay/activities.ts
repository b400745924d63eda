/** What the operator says of single activities: what they are worth, and whether PowerPath keeps their results. */
import { z } from 'zod'
import { courseSchema, type Activity } from '../contract/activity.ts'

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

/** An entry of the activity's course comes before one of all courses. */
export function findActivity(
  entries: readonly ActivityEntry[],
  { id, course }: Activity,
): ActivityEntry | undefined {
  const own = entries.filter((entry) => entry.id === id)
  const isSame = (entry: ActivityEntry) => JSON.stringify(entry.course) === JSON.stringify(course)
  return own.find(isSame) ?? own.find((entry) => !entry.course)
}
