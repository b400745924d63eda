/**
 * OneRoster over HTTP: each kind's collection and items, and the views. A handler asks the writer or the query and
 * turns what it says into an answer; none decides anything.
 */
import { Hono } from 'hono'
import { toImsFailure } from '../answers.ts'
import { readJson } from '../body.ts'
import { createGuard } from '../guard.ts'
import { isPlainObject } from '../values.ts'
import { KIND_NAMES, KINDS } from './kinds.ts'
import { selectRows } from './query.ts'
import { VIEWS } from './views.ts'
import type { Context } from 'hono'
import type { Tokens } from '../tokens.ts'
import type { Kind } from './kinds.ts'
import type { Row, Rows } from './rows.ts'
import type { Refusal, Writer, Written } from './write.ts'

export interface RouteSwitches {
  /** What a collection's path without its slash is. Two integrators saw 404 and 422, three others had no trouble. */
  missingSlash: 404 | 422 | 'accept'
  /** Of a PUT to a row that was there. Seen live: 201, as if it were new. */
  updateStatus: 200 | 201
}

export interface OneRosterParts {
  tokens: Tokens
  rows: Rows
  writer: Writer
  switches: RouteSwitches
}

/** Source: Timeback OneRoster OpenAPI. */
export function createOneRosterRoutes(parts: OneRosterParts): Hono {
  const routes = new Hono()
  for (const kind of KIND_NAMES) addKind(routes, kind, parts)
  for (const view of VIEWS) {
    const { path, kind, hasItems, select } = view
    const guard = createGuard(parts.tokens, ...KINDS[kind].scopes.read)
    const listed = (c: Context) => select(parts.rows, (name) => c.req.param(name) ?? '')
    for (const at of toPaths(routes, path, parts.switches)) {
      routes.get(at, guard, (c) => answerList(kind, listed(c), c))
    }
    if (!hasItems) continue
    routes.get(toItemPath(path), guard, (c) => {
      const found = listed(c).find(({ sourcedId }) => sourcedId === idOf(c))
      return answerItem(kind, idOf(c), found)
    })
  }
  return routes
}

function addKind(routes: Hono, kind: Kind, parts: OneRosterParts) {
  const { tokens, rows, writer, switches } = parts
  const { path, takes, scopes } = KINDS[kind]
  const mayRead = createGuard(tokens, ...scopes.read)
  const mayWrite = createGuard(tokens, ...scopes.write)
  for (const at of toPaths(routes, path, switches)) {
    routes.get(at, mayRead, (c) => answerList(kind, rows.list(kind), c))
    if (takes === 'nothing') continue
    routes.post(at, mayWrite, (c) =>
      answerWrite(kind, c, (value) => writer.create(kind, value), toPairs),
    )
  }
  routes.get(toItemPath(path), mayRead, (c) => answerItem(kind, idOf(c), rows.find(kind, idOf(c))))
  if (takes !== 'nothing') addItemWrites(routes, kind, parts)
}

function addItemWrites(routes: Hono, kind: Kind, { tokens, writer, switches }: OneRosterParts) {
  const { path, takes, scopes } = KINDS[kind]
  const item = toItemPath(path)
  const mayWrite = createGuard(tokens, ...scopes.write)
  routes.put(item, mayWrite, (c) =>
    answerWrite(
      kind,
      c,
      (value) => writer.put(kind, idOf(c), value),
      ({ row, isNew }) => toItem(kind, row, isNew ? 201 : switches.updateStatus),
    ),
  )
  routes.delete(item, createGuard(tokens, ...scopes.remove), (c) => {
    const written = writer.remove(kind, idOf(c))
    return written.ok ? new Response(null, { status: 204 }) : toRefused(written)
  })
  if (takes === 'writes') return

  routes.patch(item, mayWrite, (c) =>
    answerWrite(
      kind,
      c,
      (value) => writer.patch(kind, idOf(c), value),
      ({ row }) => toItem(kind, row, 200),
    ),
  )
}

const toItemPath = (path: string) => `${path.replace(/\/$/, '')}/:id`
const idOf = (c: Context) => c.req.param('id') ?? ''

/** The paths that answer; the one without the slash is refused on the way, if it is not to be taken. */
function toPaths(routes: Hono, path: string, { missingSlash }: RouteSwitches): string[] {
  if (!path.endsWith('/')) return [path]
  const bare = path.slice(0, -1)
  if (missingSlash === 'accept') return [path, bare]
  routes.all(bare, () => toImsFailure(missingSlash, `a collection ends in a slash: ${path}`))
  return [path]
}

function answerList(kind: Kind, rows: readonly Row[], c: Context): Response {
  const page = selectRows(kind, rows, c.req.query())
  return page.ok ? Response.json(page.body) : toImsFailure(page.status, page.message)
}

function answerItem(kind: Kind, id: string, row: Row | undefined): Response {
  return row ? toItem(kind, row, 200) : toImsFailure(404, `${KINDS[kind].one} ${id} not found`)
}

async function answerWrite(
  kind: Kind,
  c: Context,
  write: (value: unknown) => Written,
  toAnswer: (written: Written & { ok: true }) => Response,
): Promise<Response> {
  const { one } = KINDS[kind]
  const body = await readJson(c.req.raw)
  if (!isPlainObject(body) || !Object.hasOwn(body, one)) {
    return toImsFailure(400, `expected JSON, sent as application/json, with the key ${one}`)
  }
  const written = write(body[one])
  return written.ok ? toAnswer(written) : toRefused(written)
}

function toPairs({ row }: { row: Row }): Response {
  const { sourcedId } = row
  const pairs = { suppliedSourcedId: sourcedId, allocatedSourcedId: sourcedId }
  return Response.json({ sourcedIdPairs: pairs }, { status: 201 })
}

function toItem(kind: Kind, row: Row, status: number): Response {
  return Response.json({ [KINDS[kind].one]: row }, { status })
}

function toRefused({ status, message, details }: Refusal): Response {
  return toImsFailure(status, message, details)
}
