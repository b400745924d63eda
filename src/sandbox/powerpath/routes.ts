/** PowerPath, as far as a tracker reads it: how far a learner is in one course, and in the courses of a subject. */
import { Hono } from 'hono'
import { toImsFailure } from '../answers.ts'
import { createGuard } from '../guard.ts'
import { readReference } from '../oneroster/rows.ts'
import { listEnrollments } from '../school/filing.ts'
import { POWERPATH_READ_SCOPES } from '../scopes.ts'
import { listCourseProgress, sumCourseProgress } from './progress.ts'
import type { Rows } from '../oneroster/rows.ts'
import type { Tokens } from '../tokens.ts'

/**
 * `GET /powerpath/lessonPlans/getCourseProgress/{courseId}/student/{studentId}`, with `lessonId` for one lesson, and
 * `/placement/getSubjectProgress?student=&subject=`. Nobody here can test out. Source: Timeback PowerPath OpenAPI.
 */
export function createPowerPathRoutes({ tokens, rows }: { tokens: Tokens; rows: Rows }): Hono {
  const guard = createGuard(tokens, ...POWERPATH_READ_SCOPES)
  const routes = new Hono().basePath('/powerpath')

  routes.get('/lessonPlans/getCourseProgress/:courseId/student/:studentId', guard, ({ req }) => {
    const { courseId, studentId } = req.param()
    const lessonId = req.query('lessonId')
    const all = listCourseProgress(rows, courseId, studentId)
    const lineItems = all.filter(
      ({ courseComponentResourceSourcedId: lesson }) =>
        lessonId === undefined || lesson === lessonId,
    )
    return Response.json({ lineItems, testOut: { status: 'not_eligible' } })
  })

  // The parameter is `student` here, not `studentId`, and the first key is spelt `inEnrolled`.
  routes.get('/placement/getSubjectProgress', guard, ({ req }) => {
    const { student, subject } = req.query()
    if (student === undefined || subject === undefined) {
      return toImsFailure(422, 'student and subject are needed')
    }
    return Response.json({ progress: listSubjectProgress(rows, student, subject) })
  })

  return routes
}

/** Every course of the subject, enrolled or not, as the real catalogue is answered whole. */
function listSubjectProgress(rows: Rows, studentId: string, subject: string) {
  const enrolled = listEnrollments(rows, studentId).map((row) => readReference(row, 'course'))
  return rows
    .list('courses')
    .filter(({ status, subjects }) => {
      return status === 'active' && Array.isArray(subjects) && subjects.includes(subject)
    })
    .map((course) => ({
      course,
      inEnrolled: enrolled.includes(course.sourcedId),
      hasUsedTestOut: false,
      testOutLessonId: null,
      ...sumCourseProgress(rows, course.sourcedId, studentId),
    }))
}
