/** PowerPath, as far as a tracker reads it: the progress of one learner in one course. */
import { Hono } from 'hono'
import { createGuard } from '../guard.ts'
import { POWERPATH_READ_SCOPES } from '../scopes.ts'
import { listCourseProgress } from './progress.ts'
import type { Rows } from '../oneroster/rows.ts'
import type { Tokens } from '../tokens.ts'

/**
 * `GET /powerpath/lessonPlans/getCourseProgress/{courseId}/student/{studentId}`, with `lessonId` for one lesson. Nobody
 * here can test out. Source: Timeback PowerPath OpenAPI.
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

  return routes
}
