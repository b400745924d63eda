/** The relay's addresses. Each route reads and checks what came, calls one function, and answers; failures become answers in one place. */
import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import { courseSchema } from '../contract/activity.ts'
import type { ContextAnswer } from '../contract/context.ts'
import { flushSchema } from '../contract/flush.ts'
import { grantRequestSchema, type Grant, type GrantRequest } from '../contract/grant.ts'
import { MAX_FLUSH_BYTES } from '../contract/limits.ts'
import { toProblem } from '../contract/problem.ts'
import { ticketRequestSchema } from '../contract/ticket.ts'
import { audit } from './audit.ts'
import type { Contexts } from './context.ts'
import { RelayError, toStorageFailure } from './failure.ts'
import type { Grants } from './grants.ts'
import { identifyLearner, rememberLearner, type Identify, type FindLearner } from './identify.ts'
import { launch } from './launch.ts'
import type { Log } from './log.ts'
import { keepLoss } from './losses.ts'
import type { Receive } from './group.ts'
import type { RecordAnswer } from './record.ts'
import { reportRun } from './report.ts'
import type { Counting } from '../core/policy.ts'
import { StorageError, type Database } from './storage.ts'
import type { Tickets } from './tickets.ts'

/** What a page can load: the embed, the widget and its further files, and what a framed page tells its parent by. */
export const SCRIPT_NAMES = [
  'stint.js',
  'stint-widget.js',
  'stint-panel.js',
  'stint-es.js',
  'ping.js',
] as const

export type ScriptName = (typeof SCRIPT_NAMES)[number]

export interface RoutesOptions {
  db: Database
  grants: Grants
  identify: Identify
  tickets: Tickets
  /** Finds who is named by an e-mail only; undefined where the relay asks nothing of Timeback. */
  findLearner: FindLearner | undefined
  counting: Counting
  timezone: string
  receive: Receive
  /** What Timeback knows of a learner; undefined where the relay asks nothing of it. */
  contexts: Contexts | undefined
  record: (given: unknown) => Promise<RecordAnswer>
  /** Whether pages of this origin may use the relay; its own always may. */
  isAllowed: (origin: string) => boolean
  /** Gets tickets, and reads any learner's runs; without one, learners read their own and that is all. */
  apiKey: string | undefined
  /** The scripts for pages. */
  script: ((name: ScriptName) => Promise<string>) | undefined
  /** Whether the relay goes on; one that is about to end says so. */
  isReady: () => boolean
  /** Whether the storage has room for more. */
  hasRoom: () => Promise<boolean>
  log: Log
  now: () => number
}

const auditSchema = z.object({ learner: z.string().min(1), day: z.iso.date() })

export function createRoutes(options: RoutesOptions): Hono {
  const { db, grants, log, now } = options
  const app = new Hono()

  app.onError((error, context) => {
    const said = error instanceof StorageError ? toStorageFailure(error.reason) : error
    const failure = said instanceof RelayError ? said : undefined
    if (failure?.retryAfterMs) context.header('retry-after', `${failure.retryAfterMs / 1_000}`)
    if ((failure?.status ?? 500) >= 500) {
      log.error({ err: error, path: context.req.path }, 'a request failed')
    }
    const { status, ...known } = failure
      ? { status: failure.status, ...failure.toFailure() }
      : {
          status: 500,
          ...new RelayError(500, 'internal', 'The relay failed; try again').toFailure(),
        }
    return context.json(known, status as ContentfulStatusCode)
  })
  app.notFound(() => {
    throw new RelayError(404, 'not_found', 'The relay has nothing at this address')
  })

  app.get('/healthz', (context) => context.json({ ok: true }))
  app.get('/readyz', async (context) => {
    if (!options.isReady()) throw new RelayError(503, 'not_ready', 'The relay is about to end')
    if (!(await options.hasRoom())) throw toStorageFailure('full')
    await db.selectFrom('runs').select('run_id').limit(1).execute()
    return context.json({ ok: true })
  })
  for (const name of SCRIPT_NAMES) {
    app.get(`/${name}`, async (context) => {
      if (!options.script)
        throw new RelayError(404, 'not_found', 'This relay was given no script to serve')
      return context.body(await options.script(name), 200, {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=300',
        'access-control-allow-origin': '*',
        // For pages with `Cross-Origin-Embedder-Policy: require-corp`.
        'cross-origin-resource-policy': 'cross-origin',
      })
    })
  }

  // Every page may read an answer, so that one which is turned away can say why; what it may do is decided after.
  app.use('/v1/*', cors({ origin: (origin) => origin, credentials: true, maxAge: 86_400 }))
  app.use('/v1/*', checkOrigin(options.isAllowed))

  app.post('/v1/grants', async (context) => {
    const request = await readBody(context, grantRequestSchema)
    return context.json(await giveGrant(options, context.req.raw, request))
  })

  app.post('/v1/tickets', async (context) => {
    await requireOperator(context, options)
    const { learner, lifeMs } = await readBody(context, ticketRequestSchema)
    const recipient = await rememberLearner(db, learner, options.findLearner)
    return context.json(await options.tickets.issue(recipient, lifeMs))
  })

  app.get('/v1/launch', (context) => {
    const { req } = context
    const isAllowed = (origin: string) => isOwn(origin, req.url) || options.isAllowed(origin)
    return launch(req.raw, { tickets: options.tickets, isAllowed })
  })

  app.post('/v1/entries', async (context) => {
    // Before anything that takes time: it says how far the page's clock is from ours.
    const receivedAt = now()
    const flush = await readBody(context, flushSchema)
    const granted = await grants.readEntriesToken(flush.grant)
    if (!(await options.hasRoom())) throw toStorageFailure('full')
    const { learner } = granted
    if (flush.lost) {
      await keepLoss(db, learner, flush.lost, receivedAt)
      log.warn({ learner, lost: flush.lost }, 'a browser lost what it had kept')
    }
    return context.json(await options.receive(granted, flush, receivedAt))
  })

  app.get('/v1/runs/:runId', async (context) => {
    const runId = context.req.param('runId')
    const learner = await readReader(context, options, runId)
    const report = await reportRun(db, learner, runId, options.counting)
    if (!report) throw new RelayError(404, 'run_unknown', 'Nothing has come of this run yet')
    return context.json(report)
  })

  app.get('/v1/audit', async (context) => {
    await requireOperator(context, options)
    const { learner, day } = readAs(auditSchema, context.req.query())
    return context.json(await audit(db, options, { learner, day }))
  })

  app.post('/v1/runs/:runId/result', async (context) => {
    await requireOperator(context, options)
    const body = await readBody(context, z.record(z.string(), z.unknown()))
    return context.json(await options.record({ ...body, runId: context.req.param('runId') }))
  })

  app.get('/v1/context', async (context) => {
    const { learner, reading } = await grants.renewReading(readBearer(context))
    const { grade, ...query } = context.req.query()
    const course = readAs(
      courseSchema,
      grade === undefined ? query : { ...query, grade: Number(grade) },
    )
    if (!options.contexts) {
      throw new RelayError(
        404,
        'context_off',
        'This relay looks nothing up at Timeback: set its `context` to timeback',
      )
    }
    const answer: ContextAnswer = { ...(await options.contexts.read(learner, course)), reading }
    return context.json(answer)
  })

  return app
}

/** What the host says now comes before what this tab was told earlier. Throws `not_signed_in` if nobody says anything. */
async function giveGrant(
  { db, grants, identify, tickets, findLearner }: RoutesOptions,
  asked: Request,
  request: GrantRequest,
): Promise<Grant> {
  const { ticket, tab, renewal } = request
  if (ticket !== undefined) {
    return grants.issue(await tickets.use(ticket, tab), request, { isRenewable: true })
  }
  const learner = await identifyLearner(db, identify, asked, findLearner)
  if (learner) return grants.issue(learner, request)
  if (renewal === undefined) throw new RelayError(401, 'not_signed_in', 'Nobody is signed in')
  const { recipient, sitting } = await grants.readRenewal(renewal)
  return grants.issue(recipient, request, { isRenewable: true, sitting })
}

/** A page of a foreign origin is turned away before anything is read. */
function checkOrigin(isAllowed: (origin: string) => boolean) {
  return async (context: Context, next: () => Promise<void>) => {
    const origin = context.req.header('origin')
    if (origin !== undefined && !isOwn(origin, context.req.url) && !isAllowed(origin)) {
      throw new RelayError(
        403,
        'origin_not_allowed',
        `Pages of ${origin} may not use this relay: add it to the relay's origins`,
      )
    }
    await next()
  }
}

/** By the host alone: a proxy in front speaks https to the page and http to us. */
function isOwn(origin: string, url: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(url).host
}

function tooLarge(): never {
  throw new RelayError(
    413,
    'too_large',
    `A request has at most ${MAX_FLUSH_BYTES} bytes: send fewer entries at once`,
  )
}

/** A server holds a request to the length that it says; one that says none is measured as it comes. */
async function readText({ req }: Context): Promise<string> {
  const length = req.header('content-length')
  if (length !== undefined && req.header('transfer-encoding') === undefined) {
    if (Number(length) > MAX_FLUSH_BYTES) tooLarge()
    return req.text()
  }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of req.raw.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_FLUSH_BYTES) tooLarge()
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** JSON, whatever the content type says: pages send `text/plain`, which needs no preflight. */
async function readBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  let body: unknown
  try {
    body = JSON.parse(await readText(context))
  } catch (cause) {
    if (cause instanceof RelayError) throw cause
    throw new RelayError(400, 'not_json', 'The body is not JSON')
  }
  return readAs(schema, body)
}

function readAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const { path, message } = toProblem(read.error, value)
  throw new RelayError(400, 'invalid_request', message, path)
}

function readBearer(context: Context): string {
  const token = context.req.header('authorization')?.replace(/^Bearer /, '')
  if (token) return token
  throw new RelayError(401, 'not_allowed', 'Show a reading token or the API key as a bearer token')
}

async function isOperator(token: string, { apiKey }: RoutesOptions): Promise<boolean> {
  return apiKey !== undefined && isSame(token, apiKey)
}

async function requireOperator(context: Context, options: RoutesOptions): Promise<void> {
  if (!(await isOperator(readBearer(context), options)))
    throw new RelayError(401, 'not_allowed', 'Show the API key as a bearer token')
}

/** Whose run may be read: the learner's own by a reading token, anybody's by the operator's key. */
async function readReader(
  context: Context,
  options: RoutesOptions,
  runId: string,
): Promise<string> {
  const { db, grants } = options
  const token = readBearer(context)
  if (!(await isOperator(token, options))) return grants.readReadingToken(token)
  const runs = await db.selectFrom('runs').select('learner').where('run_id', '=', runId).execute()
  if (runs.length > 1 && !context.req.query('learner')) {
    throw new RelayError(
      409,
      'run_ambiguous',
      'Several learners have this run: say ?learner=',
      'learner',
    )
  }
  const learner = context.req.query('learner') ?? runs[0]?.learner
  if (learner === undefined)
    throw new RelayError(404, 'run_unknown', 'Nothing has come of this run yet')
  return learner
}

/** Compares digests, so that how long it takes tells nothing about the key. */
async function isSame(a: string, b: string): Promise<boolean> {
  const digest = async (text: string) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).join()
  return (await digest(a)) === (await digest(b))
}
