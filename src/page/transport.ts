/**
 * Talking to the relay: one way to send, one way to read. Every outcome is a value; nothing here throws, and
 * nothing here decides what happens to a row.
 */
import type { Failure } from '../contract/flush.ts'

/** `retry`: it may work later, not before `floorMs`. `refused`: the relay read it and says no. */
export type Outcome<T> =
  { type: 'answered'; body: T } | { type: 'retry'; floorMs: number } | Refusal

export interface Refusal {
  type: 'refused'
  /** Of HTTP. */
  status: number
  code: string
  message: string
}

/**
 * POSTs JSON to a path of the relay. `proof` is a field that our relay's answer has and a proxy's page has not.
 * With `keepalive` it survives the page (Fetch); browsers allow 64 KiB of that in flight.
 */
export type Post = <T>(
  path: string,
  body: object,
  proof: keyof T,
  credentials: RequestCredentials,
  keepalive?: boolean,
) => Promise<Outcome<T>>

/** A connection that hangs must not hold up what comes after it. */
const TIMEOUT_MS = 15_000

/** `relay` is the relay's address, without a slash at its end. */
export function createPost(relay: string, fetch: typeof globalThis.fetch): Post {
  // A string goes out as `text/plain`, which needs no preflight.
  return (path, body, proof, credentials, keepalive = false) =>
    fetch(relay + path, {
      method: 'POST',
      body: JSON.stringify(body),
      credentials,
      keepalive,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).then(
      (response) => readAnswer(response, proof),
      // No answer at all: offline, or a relay that is down.
      () => ({ type: 'retry', floorMs: 0 }),
    )
}

/** Reads an answer whoever gave it: the relay, a proxy with an HTML page, a connection cut short. */
export async function readAnswer<T>(response: Response, proof: keyof T): Promise<Outcome<T>> {
  const body = { ...((await response.json().catch(() => undefined)) as T & Partial<Failure>) }
  if (response.ok && body[proof]) return { type: 'answered', body }
  const { error, retryAfterMs = 0 } = body
  const { status } = response
  // Only a refusal that our relay signs with a code counts; anything else may be a proxy having a bad day.
  // `Retry-After` is read from the body: a page of another origin does not get to see the header.
  if (error?.code && status < 500 && !retryAfterMs) return { type: 'refused', status, ...error }
  return { type: 'retry', floorMs: retryAfterMs }
}
