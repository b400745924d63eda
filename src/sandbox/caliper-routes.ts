/**
 * The Caliper service behind its bearer check. Each handler asks one part (validator, store, jobs) and turns what it
 * says into an answer; none keeps anything.
 */
import { Hono } from 'hono'
import { toAccepted, toFailure, toInvalid, toSuccess } from './answers.ts'
import { readJson } from './body.ts'
import { createGuard } from './guard.ts'
import { readListQuery, selectPage } from './list.ts'
import { SCOPE_EVENT_CREATE } from './scopes.ts'
import { toAllocation } from './store.ts'
import type { ReplyStyle } from './answers.ts'
import type { Jobs } from './jobs.ts'
import type { ListFilters } from './list.ts'
import type { Platform } from './platform.ts'
import type { Store } from './store.ts'
import type { Tokens } from './tokens.ts'
import type { Verdict } from './validate.ts'

export interface SendRouteParts {
  tokens: Tokens
  validate: (body: unknown) => Verdict
  store: Store
  jobs: Jobs
  platform: Platform
  reply: ReplyStyle
}

export interface ReadRouteParts {
  tokens: Tokens
  store: Store
  jobs: Jobs
  listFilters: ListFilters
}

const NOT_JSON: Verdict = {
  ok: false,
  errors: [{ path: '', message: 'envelope: must be JSON, sent as application/json' }],
}

/** `POST /caliper/event` and `/caliper/event/validate`, no trailing slash. Source: Timeback Caliper OpenAPI. */
export function createSendRoutes(parts: SendRouteParts): Hono {
  const { tokens, validate, store, jobs, platform, reply } = parts
  const guard = createGuard(tokens, SCOPE_EVENT_CREATE)
  const judge = async (request: Request): Promise<Verdict> => {
    const body = await readJson(request)
    return body === undefined ? NOT_JSON : validate(body)
  }

  const routes = new Hono()

  routes.post('/caliper/event', guard, async ({ req }) => {
    const verdict = await judge(req.raw)
    if (!verdict.ok) return toInvalid(verdict.errors)
    const stored = store.add(verdict.envelope)
    for (const event of stored) await platform.take(event)
    return toAccepted(reply, jobs.open(stored.map(toAllocation)), stored.length)
  })

  routes.post('/caliper/event/validate', guard, async ({ req }) => {
    const verdict = await judge(req.raw)
    return verdict.ok ? toSuccess('Envelope is valid') : toInvalid(verdict.errors)
  })

  return routes
}

/**
 * `GET /caliper/events`, `/caliper/events/{externalId}` and `/jobs/{jobId}/status`. Source: Timeback Caliper OpenAPI
 * for the paths, the official Python SDK for what is read from the answers.
 */
export function createReadRoutes({ tokens, store, jobs, listFilters }: ReadRouteParts): Hono {
  // No document names a scope for reading.
  const guard = createGuard(tokens)
  const routes = new Hono()

  routes.get('/caliper/events', guard, ({ req }) => {
    const read = readListQuery(req.query())
    if (!read.ok) return toFailure(400, read.message)
    return Response.json(selectPage(store.listVisible(), read.query, listFilters))
  })

  routes.get('/caliper/events/:externalId', guard, ({ req }) => {
    const event = store.findVisible(req.param('externalId'))
    return event ? Response.json({ event }) : toFailure(404, 'Event not found')
  })

  routes.get('/jobs/:jobId/status', guard, ({ req }) => {
    const job = jobs.read(req.param('jobId'))
    return job ? Response.json({ job }) : toFailure(404, 'Job not found')
  })

  return routes
}
