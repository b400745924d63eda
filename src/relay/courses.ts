/** Which OneRoster course an activity's `{ subject, grade }`, `{ code }` or `{ id }` means: the operator's map. */
import { z } from 'zod'
import { subjectSchema, type Course } from '../contract/activity.ts'
import { MAX_GRADE, MIN_GRADE } from '../contract/limits.ts'

/**
 * One course of the operator's. `sourcedId` is the OneRoster course; `subject` is what Caliper wants to know of it;
 * with a `grade` it is found by `{ subject, grade }`, with a `code` by `{ code }`. `name` is shown where OneRoster's
 * own is not.
 */
export const courseEntrySchema = z
  .strictObject({
    sourcedId: z.string().min(1),
    subject: subjectSchema,
    grade: z.int().min(MIN_GRADE).max(MAX_GRADE).optional(),
    code: z.string().min(1).optional(),
    name: z.string().min(1).optional(),
  })
  .refine(({ grade, code }) => grade !== undefined || code !== undefined, 'give a grade or a code')

export type CourseEntry = z.infer<typeof courseEntrySchema>

export function findCourse(
  courses: readonly CourseEntry[],
  course: Course,
): CourseEntry | undefined {
  return courses.find((entry) => {
    if ('id' in course) return entry.sourcedId === course.id
    if ('code' in course) return entry.code === course.code
    return entry.subject === course.subject && entry.grade === course.grade
  })
}

/** As the official SDK names it: the code, else `Math G3`. */
export function toCourseName({ name, code, subject, grade }: CourseEntry): string {
  return name ?? code ?? `${subject} G${grade}`
}
