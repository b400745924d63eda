/** What the learner works on, in Timeback's words (official SDK, `activity.start`). */
import { z } from 'zod'
import { MAX_GRADE, MAX_NAME_CHARS, MAX_SLUG_CHARS, MIN_GRADE, SLUG, SUBJECTS } from './limits.ts'

const name = z.string().trim().min(1).max(MAX_NAME_CHARS)

const slug = z.string().trim().min(1).max(MAX_SLUG_CHARS).regex(SLUG)

export const subjectSchema = z.enum(SUBJECTS)

/** A course, by subject and grade, by its code or by its OneRoster id; the relay knows which OneRoster course that is. */
export const courseSchema = z.union([
  z.strictObject({
    subject: subjectSchema,
    grade: z.int().min(MIN_GRADE).max(MAX_GRADE),
  }),
  z.strictObject({ code: slug }),
  z.strictObject({ id: slug }),
])

/** `id` is a stable slug of the activity, unique within its course. */
export const activitySchema = z.strictObject({
  id: slug,
  name,
  course: courseSchema,
})

export type Subject = z.infer<typeof subjectSchema>
export type Course = z.infer<typeof courseSchema>
export type Activity = z.infer<typeof activitySchema>
