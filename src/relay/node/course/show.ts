/** `stint course show`: a course as Timeback has it, and nothing of anybody who takes it but how many they are. */
import type { CourseWorld } from './course-command.ts'
import { connect } from './connect.ts'
import { toViewLines } from './lines.ts'
import { createAsking } from './read-facts.ts'
import { readCourseView } from './view.ts'

export async function show(
  { courseId, json }: { courseId: string; json: boolean },
  world: CourseWorld,
): Promise<number> {
  const timeback = connect(world.env, world.fetch)
  const found = await readCourseView(courseId, timeback, createAsking(world))
  if (found.type === 'found') {
    world.print(json ? JSON.stringify(found.value, null, 2) : toViewLines(found.value).join('\n'))
    return 0
  }
  const why = found.why === undefined ? '' : ` (${found.why})`
  world.print(
    found.type === 'absent'
      ? `There is no course ${courseId} at Timeback (${timeback.place})${why}, or this client may not see it.`
      : found.why,
  )
  return 1
}
