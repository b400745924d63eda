/** `stint course show`: a course as Timeback has it, and nothing of anybody who takes it but how many they are. */
import type { CommandPlatform } from './commands.ts'
import { connect } from './connect.ts'
import { toViewLines } from './lines.ts'
import { createAsking } from './read-facts.ts'
import { readCourseView } from './view.ts'

export async function show(
  { courseId, json }: { courseId: string; json: boolean },
  platform: CommandPlatform,
): Promise<number> {
  const timeback = connect(platform.env, platform.fetch)
  const found = await readCourseView(courseId, timeback, createAsking(platform))
  if (found.type === 'found') {
    platform.print(
      json ? JSON.stringify(found.value, null, 2) : toViewLines(found.value).join('\n'),
    )
    return 0
  }
  const why = found.why === undefined ? '' : ` (${found.why})`
  platform.print(
    found.type === 'absent'
      ? `There is no course ${courseId} at Timeback (${timeback.place})${why}, or this client may not see it.`
      : found.why,
  )
  return 1
}
