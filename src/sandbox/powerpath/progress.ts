/**
 * How far a learner is in a course, read off the gradebook: what is tied to a component or to a lesson counts, and a
 * lesson is complete with its first `fully graded` result. Rows that carry only the course say nothing of a lesson.
 */
import { readNumber, readReference, readText } from '../oneroster/rows.ts'
import type { Row, Rows } from '../oneroster/rows.ts'

interface Entry {
  type: 'component' | 'resource'
  assessmentLineItemSourcedId: string
  courseComponentSourcedId?: string
  courseComponentResourceSourcedId?: string
  title: string
  results: Row[]
}

/** One entry for each line item of the course that is tied to a part of it. Source: Timeback PowerPath OpenAPI. */
export function listCourseProgress(rows: Rows, courseId: string, studentId: string): Entry[] {
  const components = listComponentIds(rows, courseId)
  const lessons = listLessons(rows, courseId).map(({ sourcedId }) => sourcedId)
  return rows.list('assessmentLineItems').flatMap((lineItem): Entry[] => {
    if (lineItem.status !== 'active') return []
    const shared = {
      assessmentLineItemSourcedId: lineItem.sourcedId,
      title: readText(lineItem, 'title') ?? '',
      results: listResults(rows, lineItem.sourcedId, studentId),
    }
    const lesson = readReference(lineItem, 'componentResource')
    if (lesson !== undefined && lessons.includes(lesson)) {
      return [{ type: 'resource', ...shared, courseComponentResourceSourcedId: lesson }]
    }
    const component = readReference(lineItem, 'component')
    if (component !== undefined && components.includes(component)) {
      return [{ type: 'component', ...shared, courseComponentSourcedId: component }]
    }
    return []
  })
}

/**
 * How far a learner is in one course, in numbers. Of several attempts at a lesson the one with the most XP counts.
 * Source: Timeback PowerPath OpenAPI, Integration Guides.
 */
export function sumCourseProgress(rows: Rows, courseId: string, studentId: string) {
  const lessons = listLessons(rows, courseId)
  const attainable = lessons.map((lesson) => {
    const resource = rows.find('resources', readReference(lesson, 'resource') ?? '')
    return readNumber(resource, 'metadata.xp') ?? 0
  })
  const entries = listCourseProgress(rows, courseId, studentId)
  const earned = lessons.map(({ sourcedId }) => {
    const own = entries.filter((entry) => entry.courseComponentResourceSourcedId === sourcedId)
    const results = own.flatMap((entry) => entry.results)
    return Math.max(0, ...results.map((result) => readNumber(result, 'metadata.xp') ?? 0))
  })
  return {
    completedLessons: listCompletedLessons(rows, courseId, studentId).length,
    totalLessons: lessons.length,
    totalAttainableXp: sum(attainable),
    totalXpEarned: sum(earned),
  }
}

/** The lessons with a `fully graded` result of the learner. Source: Timeback Platform Integration Guides. */
export function listCompletedLessons(rows: Rows, courseId: string, studentId: string): string[] {
  const completed = listCourseProgress(rows, courseId, studentId)
    .filter(({ results }) => results.some((result) => result['scoreStatus'] === 'fully graded'))
    .flatMap(({ courseComponentResourceSourcedId: lesson }) => lesson ?? [])
  return [...new Set(completed)]
}

/** The component-resources of a course. */
function listLessons(rows: Rows, courseId: string): Row[] {
  const components = listComponentIds(rows, courseId)
  return rows
    .list('componentResources')
    .filter((row) => row.status === 'active')
    .filter((row) => components.includes(readReference(row, 'courseComponent') ?? ''))
}

function listComponentIds(rows: Rows, courseId: string): string[] {
  return rows
    .list('courseComponents')
    .filter((row) => row.status === 'active' && readReference(row, 'course') === courseId)
    .map(({ sourcedId }) => sourcedId)
}

function listResults(rows: Rows, lineItemId: string, studentId: string): Row[] {
  return rows
    .list('assessmentResults')
    .filter((row) => row.status === 'active')
    .filter((row) => readReference(row, 'assessmentLineItem') === lineItemId)
    .filter((row) => readReference(row, 'student') === studentId)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
