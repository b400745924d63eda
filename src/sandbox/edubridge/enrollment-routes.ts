/** `/edubridge/enrollments`: who is enrolled in what, and how one gets in and out. */
import { Hono } from 'hono'
import { toImsFailure } from '../answers.ts'
import { readJson } from '../body.ts'
import { createGuard } from '../guard.ts'
import { listEnrollments } from '../school/filing.ts'
import { isPlainObject } from '../values.ts'
import { toEnrollment } from './enrollments.ts'
import type { Rows } from '../oneroster/rows.ts'
import type { Tokens } from '../tokens.ts'
import type { Enroller } from './enrollments.ts'

export interface EnrollmentRouteParts {
  tokens: Tokens
  rows: Rows
  enroller: Enroller
}

/** Source: Timeback EduBridge OpenAPI. */
export function createEnrollmentRoutes({ tokens, rows, enroller }: EnrollmentRouteParts): Hono {
  // No scope of its own is published for EduBridge.
  const guard = createGuard(tokens)
  const routes = new Hono().basePath('/edubridge/enrollments')

  // An unknown user, or one of another organisation, has an empty list.
  routes.get('/user/:userId', guard, ({ req }) => {
    const found = listEnrollments(rows, req.param('userId'))
    return Response.json({ data: found.map((row) => toEnrollment(rows, row)) })
  })

  routes.post('/enroll/:userId/:courseId/:schoolId?', guard, async ({ req }) => {
    const body = await readOptionalJson(req.raw)
    if (!isPlainObject(body)) return toImsFailure(400, 'expected JSON, sent as application/json')
    const { userId, courseId, schoolId } = req.param()
    const written = enroller.enroll({ userId, courseId, schoolId }, body)
    return written.ok
      ? Response.json({ data: toEnrollment(rows, written.row) }, { status: 201 })
      : toImsFailure(written.status, written.message, written.details)
  })

  routes.delete('/unenroll/:userId/:courseId/:schoolId?', guard, ({ req }) => {
    const { userId, courseId, schoolId } = req.param()
    const count = enroller.unenroll({ userId, courseId, schoolId })
    return count > 0
      ? new Response(null, { status: 204 })
      : toImsFailure(404, `${userId} is not enrolled in ${courseId}`)
  })

  return routes
}

/** A request that says nothing of a type has no body. */
async function readOptionalJson(request: Request): Promise<unknown> {
  return request.headers.has('content-type') ? readJson(request) : {}
}
