/**
 * The ids of a course's parts, derived from the course's own as the official SDK's sync does (`<course>-component`,
 * `<course>-resource`, `<course>-cr`), with a slug after it. No id has a position in it: what is moved stays itself.
 */
import type { CourseFile } from './file-schema.ts'

export interface Named {
  title: string
  slug?: string
}

/** `Adding fractions!` is `adding-fractions`; '' where nothing is left of it, as of a title in another script. */
export function toSlug({ slug, title }: Named): string {
  if (slug !== undefined) return slug
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

export function toCourseId({ id, code, title }: CourseFile['course']): string {
  return id ?? code ?? toSlug({ title })
}

export const toComponentId = (courseId: string, unit: Named & { id?: string }): string =>
  unit.id ?? `${courseId}-component-${toSlug(unit)}`

export const toResourceId = (courseId: string, lesson: Named & { resourceId?: string }): string =>
  lesson.resourceId ?? `${courseId}-resource-${toSlug(lesson)}`

export const toComponentResourceId = (courseId: string, lesson: Named & { id?: string }): string =>
  lesson.id ?? `${courseId}-cr-${toSlug(lesson)}`

export const toClassId = (courseId: string, one: Named & { id?: string }): string =>
  one.id ?? `${courseId}-class-${toSlug(one)}`

/** As the official SDK has it: Timeback's row of a mastered course names it (`timeback/gradebook`). */
export const toWholeCourseLessonId = (courseId: string): string => `${courseId}-cr`
