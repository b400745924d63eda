/** All routes of the sandbox on one origin: Timeback's, each behind its own guard, and the sandbox's own without any. */
import { Hono } from 'hono'
import { toFailure, toImsFailure } from './answers.ts'
import { createReadRoutes, createSendRoutes } from './caliper-routes.ts'
import { createControlRoutes } from './control.ts'
import { createAnalyticsRoutes } from './edubridge/analytics-routes.ts'
import { createEnrollmentRoutes } from './edubridge/enrollment-routes.ts'
import { createOneRosterRoutes } from './oneroster/routes.ts'
import { createPowerPathRoutes } from './powerpath/routes.ts'
import { createTokenRoute } from './token-route.ts'
import { createValidator } from './validate.ts'
import { createViewRoutes } from './view/routes.ts'
import { toState } from './view/state.ts'
import type { ControlParts } from './control.ts'
import type { Enroller } from './edubridge/enrollments.ts'
import type { Jobs } from './jobs.ts'
import type { Rows } from './oneroster/rows.ts'
import type { Writer } from './oneroster/write.ts'
import type { Platform } from './platform.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import type { Tokens } from './tokens.ts'

export interface AppParts extends ControlParts {
  settings: Settings
  tokens: Tokens
  store: Store
  jobs: Jobs
  rows: Rows
  writer: Writer
  enroller: Enroller
  platform: Platform
}

/** `now` gives epoch milliseconds. */
export function createApp(parts: AppParts, now: () => number): Hono {
  const { settings, platform } = parts
  const { reply, listFilters } = settings
  const validate = createValidator(settings)
  const readState = () => toState({ ...parts, switches: settings }, now())

  const app = new Hono()
  // What is due by now is there for whoever asks now.
  app.use(async (_, next) => {
    platform.settle()
    await next()
  })
  app.route('/', createTokenRoute({ ...parts, ...settings }))
  app.route('/', createSendRoutes({ ...parts, validate, reply }))
  app.route('/', createReadRoutes({ ...parts, listFilters }))
  app.route('/', createOneRosterRoutes({ ...parts, switches: settings }))
  app.route('/', createEnrollmentRoutes(parts))
  app.route('/', createAnalyticsRoutes({ ...parts, switches: settings }, now))
  app.route('/', createPowerPathRoutes(parts))
  app.route('/', createViewRoutes(readState))
  app.route('/', createControlRoutes(parts))
  app.notFound(({ req }) => answerUnknown(req.path))
  return app
}

/** The services that share an error body have paths of their own; all other answers are as Caliper's. */
function answerUnknown(path: string): Response {
  const isShared = /^\/(?:ims\/oneroster|edubridge|powerpath)\//.test(path)
  return isShared ? toImsFailure(404, `there is no ${path}`) : toFailure(404, 'Not found')
}
