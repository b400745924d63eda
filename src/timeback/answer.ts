/**
 * What comes of a question to Timeback, for everything but sending events: reads, and writes under an id of ours. Such
 * a request can be made twice without harm, so whatever is unclear is `retry`. `absent` is said only by a 404 in JSON,
 * as all of Timeback's are; and a list that is empty is no proof either, since rows outside the client's own
 * organisations are left out without a word.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025), which shares its error body with EduBridge and PowerPath.
 */
import { createExchange, readStart, toDetail, type ExchangeRequest } from './exchange.ts'
import { isRecord, parseJson } from './json.ts'
import { readRetry, toRetry, toTokenRetry, type RetryOutcome, type RetryReason } from './retry.ts'
import type { AccessToken } from './token.ts'

/**
 * - `no_answer`: nothing came back in time
 * - `server_error`: a 5xx
 * - `unreadable`: a 2xx which is not what was asked for, such as an HTML page; `detail` says what is wrong with it
 */
export type AnswerRetryReason = RetryReason | 'no_answer' | 'server_error' | 'unreadable'

export type Answer<T> =
  | { type: 'read'; value: T }
  /** There is no such row, or of a write: something that it names is missing. `answer` says what, cut to 4 kB. */
  | { type: 'absent'; answer?: string }
  /** Ask again later, after `retryAfterMs` at the earliest. */
  | RetryOutcome<AnswerRetryReason>
  /** Will be refused again: for a person to see, with the answer cut to 4 kB. */
  | { type: 'refused'; status: number; answer: string }

/** Turns a 2xx's JSON (`undefined` for none) and text into what was asked for; `undefined` where that is not in it. */
export type Reader<T> = (body: unknown, text: string) => T | undefined

/** Never rejects. */
export type Ask = <T>(url: string, request: ExchangeRequest, read: Reader<T>) => Promise<Answer<T>>

export interface ClientOptions {
  /** `Endpoints.apiUrl`. */
  apiUrl: string
  token: AccessToken
}

export interface ClientPlatform {
  fetch?: typeof globalThis.fetch
  timeoutMs?: number
}

/** The official SDK gives one operation 30 s. */
export const TIMEOUT_MS = 30_000

// 3,000 rows, the most that one page can have, of some 5 kB.
const MAX_BODY_BYTES = 16_777_216
const MAX_ANSWER_BYTES = 4_096

export function createAsk(options: Parameters<typeof createExchange>[0]): Ask {
  const exchange = createExchange(options)
  return async (url, request, read) => {
    const outcome = await exchange(url, request)
    switch (outcome.type) {
      case 'answered':
        return readAnswer(outcome.response, read)
      case 'no-token':
        return toTokenRetry(outcome.error)
      case 'not-sent':
        return { type: 'retry', reason: 'not_sent', detail: toDetail(outcome.error) }
      case 'no-answer':
        return { type: 'retry', reason: 'no_answer', detail: toDetail(outcome.error) }
    }
  }
}

/** `read` sees only a 2xx. A 401 comes here after a second token: retry, since scopes are a 403. */
export async function readAnswer<T>(response: Response, read: Reader<T>): Promise<Answer<T>> {
  const { status } = response
  if (response.ok) {
    const text = await readStart(response, MAX_BODY_BYTES)
    const body = parseJson(text)
    const value = read(body, text)
    if (value !== undefined) return { type: 'read', value }
    return toUnreadable(response, body === undefined ? 'no JSON' : 'not what was asked for')
  }
  const answer = await readStart(response, MAX_ANSWER_BYTES)
  const retry = readRetry(response)
  if (retry) return retry
  if (status >= 500) return toRetry('server_error', response)
  // An HTML page says that the path is wrong, not that the row is missing.
  if (status === 404 && isRecord(parseJson(answer))) return { type: 'absent', answer }
  return { type: 'refused', status, answer }
}

/** A 2xx that is not what was asked for. */
export function toUnreadable(response: Response, detail: string): RetryOutcome<'unreadable'> {
  return { ...toRetry('unreadable', response), detail }
}
