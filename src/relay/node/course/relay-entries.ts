/** What the relay has to be told of a course, as its configuration takes it: `courses` and `activities`. Pure. */
import type { Course } from '../../../contract/activity.ts'
import type { ActivityEntry } from '../../activities.ts'
import type { CourseEntry } from '../../courses.ts'
import { readGrades } from './course-rows.ts'
import type { CourseFile } from './file-schema.ts'
import { toCourseId, toResourceId, toSlug } from './ids.ts'

export interface RelayEntries {
  courses: CourseEntry[]
  activities: ActivityEntry[]
}

export function toRelayEntries(file: CourseFile): RelayEntries {
  return { courses: toCourseEntries(file), activities: toActivityEntries(file) }
}

/** One for each grade, since a page names one. A code is found with the first. */
function toCourseEntries({ course }: CourseFile): CourseEntry[] {
  const { subject, code } = course
  return readGrades(course).map((grade, n) => ({
    sourcedId: toCourseId(course),
    subject,
    grade,
    ...(code !== undefined && n === 0 && { code }),
  }))
}

/** One for each lesson and each way in which a page can name its course: other courses may have lessons of that name. */
function toActivityEntries({ course, units }: CourseFile): ActivityEntry[] {
  const { subject, code } = course
  const names: Course[] = readGrades(course).map((grade) => ({ subject, grade }))
  if (code !== undefined) names.push({ code })
  const lessons = units.flatMap((unit) => unit.lessons)
  return lessons.flatMap((lesson) =>
    names.map((name) => ({
      id: toSlug(lesson),
      course: name,
      resource: toResourceId(toCourseId(course), lesson),
      ...(lesson.lessonType && { powerPath: true }),
    })),
  )
}

/** `json` is the command that gives what would be too long here. */
export function toEntryLines({ courses, activities }: RelayEntries, json: string): string[] {
  if (courses.length === 0) return []
  const lines = courses.map((entry) => JSON.stringify(entry)).join(',')
  const head = ['For the list in the relay’s STINT_COURSES, or its courses:', '', `  ${lines}`]
  if (activities.length === 0) return head
  return [
    ...head,
    '',
    'What its lessons are worth, and which are PowerPath’s, is for STINT_ACTIVITIES: "activities" of',
    '',
    `  ${json}`,
  ]
}
