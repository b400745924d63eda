/**
 * Talking to the relay: one way to send, one way to read. Every outcome is a value; nothing here throws, and
 * nothing here decides what happens to a row.
 */
import type { Failure } from '../contract/flush.ts'
import { KEEPALIVE_BYTES, KEEPALIVE_REQUESTS } from '../contract/limits.ts'

/**
 * `retry`: it may work later, not before `floorMs`; `isAway` if there was no answer of anybody's. `refused`: the relay
 * read it and says no.
 */
export type Outcome<T> =
  { type: 'answered'; body: T } | { type: 'retry'; floorMs: number; isAway?: boolean } | Refusal

export interface Refusal {
  type: 'refused'
  /** Of HTTP. */
  status: number
  code: string
  message: string
}

/**
 * POSTs JSON to a path of the relay. `proof` is a field that our relay's answer has and a proxy's page has not.
 * With `keepalive` it survives the page (Fetch), as long as no more of that is in flight than a browser allows: what
 * is beyond goes out as any other request, which may be lost with the page, while its rows are not.
 */
export type Post = <T>(
  path: string,
  body: object,
  proof: keyof T,
  credentials: RequestCredentials,
  keepalive?: boolean,
) => Promise<Outcome<T>>

/** Of HTTP: too slow, too early, too often. They say when to ask, and nothing of what was asked. */
const LATER = [408, 425, 429]

/** A connection that hangs must not hold up what comes after it. */
const TIMEOUT_MS = 15_000

/** `relay` is the relay's address, without a slash at its end. */
export function createPost(relay: string, fetch: typeof globalThis.fetch): Post {
  let bytesInFlight = 0
  let inFlight = 0
  return async (path, content, proof, credentials, isLast) => {
    // A string goes out as `text/plain`, which needs no preflight.
    const body = JSON.stringify(content)
    const bytes = new Blob([body]).size
    const keepalive =
      !!isLast && inFlight < KEEPALIVE_REQUESTS && bytesInFlight + bytes <= KEEPALIVE_BYTES
    inFlight += +keepalive
    bytesInFlight += +keepalive && bytes
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    try {
      const init: RequestInit = { method: 'POST', body, credentials, keepalive, signal }
      return await readAnswer(await fetch(relay + path, init), proof)
    } catch {
      // No answer at all: offline, or a relay that is down.
      return { type: 'retry', floorMs: 0, isAway: true }
    } finally {
      inFlight -= +keepalive
      bytesInFlight -= +keepalive && bytes
    }
  }
}

/** Reads an answer whoever gave it: the relay, a proxy with an HTML page, a connection cut short. */
export async function readAnswer<T>(response: Response, proof: keyof T): Promise<Outcome<T>> {
  const body = { ...((await response.json().catch(() => undefined)) as T & Partial<Failure>) }
  if (response.ok && body[proof]) return { type: 'answered', body }
  const { error, retryAfterMs = 0 } = body
  const { status } = response
  // Only a refusal that our relay signs with a code counts; anything else may be a proxy having a bad day.
  // `Retry-After` is read from the body: a page of another origin does not get to see the header.
  if (error?.code && status < 500 && !LATER.includes(status) && !retryAfterMs)
    return { ...error, type: 'refused', status }
  return { type: 'retry', floorMs: retryAfterMs }
}
