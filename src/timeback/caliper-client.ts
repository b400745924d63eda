/**
 * Sends frozen envelopes to Timeback's Caliper service, looks single events up, and has envelopes validated. What an
 * answer means is decided here; whether and when to send again is the caller's. The one rule behind every outcome: an
 * event that Timeback may have stored is never called `retry`, since it can't be deleted and nobody promises that
 * a second copy is dropped.
 *
 * Source: Timeback Caliper OpenAPI (September 2025), official Python SDK 0.4, and integrators' public clients.
 */
import { toUrn } from './caliper.ts'
import { toBaseUrl } from './endpoints.ts'
import { createExchange, readStart, toDetail } from './exchange.ts'
import { isRecord, parseJson } from './json.ts'
import { readRetry, toTokenRetry, type RetryOutcome } from './retry.ts'
import type { AccessToken } from './token.ts'

/** Perhaps processed, perhaps not: look the event up before anything else. */
export interface UnclearOutcome {
  type: 'unclear'
  /** `unreadable`: a 2xx with a page of HTML, as of a sign-in or a proxy that stood in between. */
  reason: 'no_answer' | 'server_error' | 'unreadable'
  status?: number
  /** For a person to read, such as `TimeoutError`. */
  detail?: string
}

export type SendOutcome =
  /** Any 2xx: queued at Timeback, never to be sent again. */
  | { type: 'accepted'; jobId?: string }
  | RetryOutcome
  /** Will be refused again: for a person to see, with the answer cut to 4 kB. */
  | { type: 'refused'; status: number; answer: string }
  | UnclearOutcome

/**
 * Nothing may be concluded but from `found` and `absent`. `unanswered`: the service can't be asked just now, ask again;
 * `unreadable`: what it answers says neither, as where the client may not read.
 */
export type FindOutcome = 'found' | 'absent' | 'unanswered' | 'unreadable'

export type ValidateOutcome =
  | { type: 'valid' }
  | { type: 'invalid'; status: number; answer: string }
  /** The service did not judge. */
  | { type: 'unjudged'; status?: number; detail: string }

export interface CaliperClient {
  /** `body` is an envelope as JSON, sent as it is. Never rejects. */
  send(body: string): Promise<SendOutcome>
  /** Whether Timeback shows the event, by its UUID or URN. Reads lag behind sends. Never rejects. */
  find(eventId: string): Promise<FindOutcome>
  /** Has Timeback check an envelope without storing it. Never rejects. */
  validate(body: string): Promise<ValidateOutcome>
}

export interface CaliperPlatform {
  fetch?: typeof globalThis.fetch
  timeoutMs?: number
}

// The official SDK gives one operation 30 s.
const TIMEOUT_MS = 30_000
const MAX_BODY_BYTES = 65_536
const MAX_ANSWER_BYTES = 4_096

/** Throws a `TypeError` if `caliperUrl` is no absolute http(s) URL. */
export function createCaliper(
  { caliperUrl, token }: { caliperUrl: string; token: AccessToken },
  { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS }: CaliperPlatform = {},
): CaliperClient {
  const base = `${toBaseUrl(caliperUrl, 'caliperUrl')}/caliper`
  const exchange = createExchange({ token, fetch, timeoutMs })
  const post = (path: string, body: string) =>
    exchange(base + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

  return {
    async send(body) {
      const outcome = await post('/event', body)
      switch (outcome.type) {
        case 'answered':
          return readSendResponse(outcome.response)
        case 'no-token':
          return toTokenRetry(outcome.error)
        case 'not-sent':
          return { type: 'retry', reason: 'not_sent', detail: toDetail(outcome.error) }
        case 'no-answer':
          return { type: 'unclear', reason: 'no_answer', detail: toDetail(outcome.error) }
      }
    },

    async find(eventId) {
      const url = `${base}/events/${encodeURIComponent(toUrn(eventId))}`
      const outcome = await exchange(url, { method: 'GET' })
      return outcome.type === 'answered'
        ? readFindResponse(outcome.response, eventId)
        : 'unanswered'
    },

    async validate(body) {
      const outcome = await post('/event/validate', body)
      return outcome.type === 'answered'
        ? readValidateResponse(outcome.response)
        : { type: 'unjudged', detail: toDetail(outcome.error) }
    },
  }
}

/**
 * What Timeback's answer to `POST /caliper/event` means. A 2xx counts whatever its body: documents and observations
 * name four shapes, among them an empty one. The body is only searched for a job id. Alone a page of HTML, by its type and
 * its first character, is an answer of somebody else's.
 */
export async function readSendResponse(response: Response): Promise<SendOutcome> {
  const { status } = response
  if (response.ok) {
    const body = await readStart(response, MAX_BODY_BYTES)
    if (isPage(response, body)) return { type: 'unclear', reason: 'unreadable', status }
    const jobId = toJobId(parseJson(body))
    return { type: 'accepted', ...(jobId === undefined ? {} : { jobId }) }
  }
  const answer = await readStart(response, MAX_ANSWER_BYTES)
  const retry = readRetry(response)
  if (retry) return retry
  // A 500 may come after the event was queued; a 502 or 504 is a gateway that lost sight of the server.
  if (status >= 500) return { type: 'unclear', reason: 'server_error', status }
  return { type: 'refused', status, answer }
}

/**
 * What the answer to `GET /caliper/events/{urn}` says about that event. Found only if the body names it, absent only if
 * a 404 is in JSON, as all of Timeback's are: an HTML page says that the path is wrong, not that the event is missing.
 */
export async function readFindResponse(response: Response, eventId: string): Promise<FindOutcome> {
  const body = parseJson(await readStart(response, MAX_BODY_BYTES))
  const retry = response.ok ? undefined : readRetry(response)
  if (response.status >= 500 || (retry && retry.reason !== 'redirected')) return 'unanswered'
  // A page in its place is a sign-in or a proxy that stands in between; a 200 of Timeback's is in JSON.
  if (!isRecord(body)) return response.ok ? 'unanswered' : 'unreadable'
  if (response.status === 404) return 'absent'
  if (response.status !== 200) return 'unreadable'
  // The official SDK reads `{ event }`; a stored event has our URN as `externalId`, its own `id` is a number.
  const event = isRecord(body.event) ? body.event : body
  const ids = [event.externalId, event.id].filter((id) => typeof id === 'string')
  return ids.some((id) => toUrn(id) === toUrn(eventId)) ? 'found' : 'unreadable'
}

/** What the answer to `POST /caliper/event/validate` says: 200 or 400, both in JSON and with a `status`. */
export async function readValidateResponse(response: Response): Promise<ValidateOutcome> {
  const { status } = response
  const text = await readStart(response, MAX_BODY_BYTES)
  const body = parseJson(text)
  const isJudged = response.ok || status === 400 || status === 422
  if (!isJudged || !isRecord(body)) return { type: 'unjudged', status, detail: `status ${status}` }
  if (response.ok && body.status !== 'error') return { type: 'valid' }
  return { type: 'invalid', status, answer: text.slice(0, MAX_ANSWER_BYTES) }
}

function isPage({ headers }: Response, body: string): boolean {
  return headers.get('content-type')?.startsWith('text/html') === true && /^\s*</.test(body)
}

/** At the top level (official SDK) or under `data` (an integrator's client); a string or, as seen live, a number. */
function toJobId(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined
  const nested = isRecord(body.data) ? body.data.jobId : undefined
  const jobId = body.jobId ?? nested
  return typeof jobId === 'number' || (typeof jobId === 'string' && jobId)
    ? String(jobId)
    : undefined
}
