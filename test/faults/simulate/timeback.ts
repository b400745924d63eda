/**
 * Timeback as bad as it may be: it answers late, twice, never, with 429, 500, 401; it forgets an event's id after a
 * while, and then counts it again; and it shows late what it took. What it took is in its ledger for good.
 */
import type { Random } from './random.ts'
import { createPlace, type Place, type Scheduler } from './scheduler.ts'

/** An event as Timeback counts it. One that came twice after its id was forgotten is here twice. */
export interface Counted {
  at: number
  event: TimebackEvent
}

/** As much of an event as is looked at. */
export interface TimebackEvent {
  id: string
  type: 'TimeSpentEvent' | 'ActivityEvent'
  actor: { id: string }
  object: { id: string }
  generated: { attempt?: number; items: { type: string; value: number }[] }
  extensions: { runId: string }
}

export interface Nature {
  /** Of all requests, so many meet a fault of some kind. */
  faultRate: number
  /** An id is known for so long; 0 for a Timeback that knows none. */
  remembersMs: number
  /** What it took is seen after so long, at the most. */
  showsWithinMs: number
  tokenSeconds: number
}

export interface Timeback {
  place: Place
  ledger: Counted[]
  /** Heals: no request meets a fault any more. */
  nature: Nature
  answer(method: string, path: string, body: string, bearer: string): Reply
}

/** What becomes of a request: an answer after a while, or none. */
export interface Reply {
  ms: number
  response: (() => Response) | undefined
}

const json =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    })

export function createTimeback(scheduler: Scheduler, random: Random, nature: Nature): Timeback {
  const ledger: Counted[] = []
  const takenAt = new Map<string, number>()
  const shownAt = new Map<string, number>()
  let tokens = 0
  let validFrom = 0

  const take = (body: string) => {
    const { data } = JSON.parse(body) as { data: TimebackEvent[] }
    const at = scheduler.now()
    for (const event of data) {
      const before = takenAt.get(event.id)
      if (before !== undefined && at - before < nature.remembersMs) continue
      takenAt.set(event.id, at)
      ledger.push({ at, event })
      if (!shownAt.has(event.id)) shownAt.set(event.id, at + random.int(0, nature.showsWithinMs))
    }
  }

  const taken = () => json(200, { status: 'success', message: 'queued', data: { jobId: '7' } })

  const receive = (body: string): Reply => {
    const ms = random.int(20, 400)
    const fault = random.chance(nature.faultRate) ? random.int(0, 8) : -1
    const retryAfter = { 'retry-after': String(random.int(1, 20)) }
    switch (fault) {
      case 0:
        return { ms, response: json(429, { message: 'slow down' }, retryAfter) }
      case 1:
        return { ms, response: json(503, { message: 'later' }) }
      case 2:
        return { ms, response: json(500, { message: 'failed' }) }
      case 3:
        return { ms: 0, response: undefined }
      case 4:
        // All tokens so far are good for nothing any more.
        validFrom = tokens + 1
        return { ms, response: json(401, { message: 'expired' }) }
    }
    take(body)
    switch (fault) {
      case 5:
        return { ms, response: json(500, { message: 'failed, but queued' }) }
      case 6:
        return { ms: 0, response: undefined }
      case 7:
        return { ms: random.int(5_000, 40_000), response: taken() }
      case 8:
        return { ms, response: () => new Response('<html>Sign in</html>', { headers: HTML }) }
      default:
        return { ms, response: taken() }
    }
  }

  const find = (path: string): Reply => {
    const ms = random.int(20, 300)
    if (random.chance(nature.faultRate / 2)) {
      return random.chance(0.5)
        ? { ms: 0, response: undefined }
        : { ms, response: json(500, { message: 'failed' }) }
    }
    const id = decodeURIComponent(path.split('/').at(-1)!)
    const isShown = scheduler.now() >= (shownAt.get(id) ?? Infinity)
    return { ms, response: isShown ? json(200, { event: { externalId: id } }) : json(404, {}) }
  }

  const timeback: Timeback = {
    place: createPlace('timeback', random.next),
    ledger,
    nature,
    answer(method, path, body, bearer) {
      if (path.endsWith('/token')) {
        tokens += 1
        const grant = { token_type: 'Bearer', expires_in: nature.tokenSeconds }
        return { ms: 10, response: json(200, { access_token: `token-${tokens}`, ...grant }) }
      }
      if (Number(bearer.split('-').at(-1)) < validFrom)
        return { ms: 5, response: json(401, { message: 'expired' }) }
      return method === 'POST' ? receive(body) : find(path)
    },
  }
  return timeback
}

const HTML = { 'content-type': 'text/html' }
