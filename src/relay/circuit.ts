/**
 * One circuit for each service of Timeback: after a row of failures nothing is sent to it for a while, then one request
 * tries it for all. So an outage costs the service little, and what waits is as fresh at its end as it was before.
 *
 * Invariant: what an open circuit turns away was surely not sent.
 */
import { toBackoffMs } from '../core/backoff.ts'
import { NotSentError } from '../timeback/exchange.ts'
import { readRetryAfterMs } from '../timeback/retry-after.ts'
import type { Log } from './log.ts'

export interface Circuit {
  /** As `fetch`; rejects with a NotSentError while the circuit is open, or another request is trying the service. */
  fetch: typeof globalThis.fetch
  /** How many requests may go out now: any number, one that tries the service, or none. */
  slots(): number
}

export interface CircuitPlatform {
  fetch: typeof globalThis.fetch
  now: () => number
  random: () => number
}

/** Fewer may be the fault of a single request. */
const FAILURES_TO_OPEN = 5

/** An outage of hours is over for us a minute after its end, unless the service asks for more. */
const LONGEST_MS = 60_000

export function createCircuit(
  { service, log }: { service: string; log: Log },
  { fetch, now, random }: CircuitPlatform,
): Circuit {
  /** Failures in a row. */
  let failures = 0
  let openUntil = 0
  let isTrying = false

  const isOpen = () => failures >= FAILURES_TO_OPEN
  const slots = () => (!isOpen() ? Infinity : isTrying || now() < openUntil ? 0 : 1)

  const succeed = () => {
    if (isOpen()) log.info({ service }, 'answers again')
    failures = 0
  }
  const fail = (isTrial: boolean, retryAfterMs = 0) => {
    // Of what was under way when it opened, no more can be learned.
    if (isOpen() && !isTrial) return
    failures += 1
    if (!isOpen()) return
    if (failures === FAILURES_TO_OPEN)
      log.warn({ service }, 'does not answer: one request at a time tries it')
    const waitMs = Math.min(LONGEST_MS, toBackoffMs(failures - FAILURES_TO_OPEN + 1, random()))
    openUntil = now() + Math.max(retryAfterMs, waitMs)
  }

  return {
    slots,
    async fetch(input, init) {
      if (slots() === 0)
        throw new NotSentError(`${service} does not answer, and is not asked again yet`)
      const isTrial = isOpen()
      isTrying ||= isTrial
      try {
        const response = await fetch(input, init)
        // A service that says no is one that works.
        if (response.status < 500 && response.status !== 429) succeed()
        else fail(isTrial, readRetryAfterMs(response.headers, now))
        return response
      } catch (error) {
        fail(isTrial)
        throw error
      } finally {
        if (isTrial) isTrying = false
      }
    },
  }
}
