/**
 * Faults on request: each is armed for the next `count` requests of one kind and used up in order. A fault decides two
 * things: whether the request is worked through, and what the client gets instead of its answer.
 */
import { toFailure, toImsFailure, toOAuthFailure } from './answers.ts'
import { parseFault } from './fault.ts'
import type { ArmedFault, Fault } from './fault.ts'

/**
 * Thrown by the sandbox's `fetch` where a real server would break the connection. In a test it is the network error
 * itself. A Node server has to destroy the socket when it catches it, or the client would see a 500:
 *
 *     serve({ fetch: (request, { outgoing }) => sandbox.fetch(request).catch((error) => {
 *       outgoing.destroy()
 *       return RESPONSE_ALREADY_SENT // from '@hono/node-server/utils/response'
 *     }) })
 */
export class LostAnswerError extends Error {
  readonly code = 'lost_answer'
  override readonly name = 'LostAnswerError'

  constructor() {
    super('the sandbox was asked to break the connection instead of answering')
  }
}

export interface Faults {
  /** Throws a `TypeError` for a fault that makes no sense. */
  add: (fault: Fault) => void
  clear: () => void
  /** Those not used up yet, with the count that is left. */
  pending: () => ArmedFault[]
}

/** Whole services, whatever is asked of them. */
const PREFIXES: readonly (readonly [string, ArmedFault['on']])[] = [
  ['/ims/oneroster/rostering/', 'roster'],
  ['/ims/oneroster/resources/', 'roster'],
  ['/ims/oneroster/gradebook/', 'gradebook'],
  ['/edubridge/', 'edubridge'],
  ['/powerpath/', 'powerpath'],
]

/** `wait` resolves after so many milliseconds. */
export function createFaults(wait: (ms: number) => Promise<void>) {
  let armed: ArmedFault[] = []

  const take = (request: Request): ArmedFault | undefined => {
    const on = readTarget(request)
    const fault = armed.find((candidate) => candidate.on === on)
    if (!fault) return undefined
    armed = armed.flatMap((other) => (other === fault ? useUp(other) : [other]))
    return fault
  }

  const faults: Faults = {
    add(asked) {
      const parsed = parseFault(asked)
      if (!parsed.ok) throw new TypeError(`bad fault: ${JSON.stringify(parsed.errors)}`)
      armed.push(parsed.fault)
    },
    clear: () => void (armed = []),
    pending: () => [...armed],
  }

  return {
    faults,
    /** Answers through the next fault for this request, or plainly if there is none. */
    async apply(request: Request, answer: () => Promise<Response>): Promise<Response> {
      const fault = take(request)
      if (!fault) return answer()
      const { status, lostAnswer, html, delayMs } = fault
      const isSpoilt = status !== undefined || lostAnswer || html
      const isProcessed = fault.processed ?? (lostAnswer || !isSpoilt)
      const plain = isProcessed ? await answer() : undefined
      if (delayMs !== undefined) await wait(delayMs)
      if (lostAnswer) throw new LostAnswerError()
      return plain && !isSpoilt ? plain : toSpoilt(fault)
    },
  }
}

function useUp(fault: ArmedFault): ArmedFault[] {
  return fault.count > 1 ? [{ ...fault, count: fault.count - 1 }] : []
}

function readTarget({ method, url }: Request): ArmedFault['on'] | undefined {
  const { pathname } = new URL(url)
  if (method === 'POST' && pathname === '/oauth2/token') return 'token'
  if (method === 'POST' && pathname === '/caliper/event') return 'event'
  if (method === 'GET' && /^\/(?:caliper\/events|jobs)(?:\/|$)/.test(pathname)) return 'read'
  return PREFIXES.find(([prefix]) => pathname.startsWith(prefix))?.[1]
}

function toSpoilt({ on, status, retryAfterSeconds }: ArmedFault): Response {
  if (status === undefined) {
    const page = '<!doctype html><title>Sign in</title><p>Please sign in to the network.'
    return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  }
  const answer = toFaultAnswer(on, status)
  if (retryAfterSeconds !== undefined) answer.headers.set('retry-after', String(retryAfterSeconds))
  return answer
}

function toFaultAnswer(on: ArmedFault['on'], status: number): Response {
  if (on === 'token' && (status === 400 || status === 401)) {
    return toOAuthFailure(status, 'invalid_client')
  }
  const isCaliper = on === 'token' || on === 'event' || on === 'read'
  if (status === 400 && isCaliper) return toFailure(status, 'a fault was asked for')
  return toImsFailure(status, status === 401 ? 'jwt expired' : 'a fault was asked for')
}
