/**
 * The grant: who the relay says is working here, and what it lets this page do. Without one nothing can be sent;
 * what was seen before it came waits, for the grant of this same page only.
 */
import type { Grant, GrantRequest } from '../contract/grant.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import { LONGEST_MS } from '../core/backoff.ts'
import type { Page } from './page.ts'
import type { TabTicket } from './ticket.ts'
import type { Refusal } from './transport.ts'

/**
 * `asking` until the relay has answered once; `unknown`: it answered that nobody is signed in; `not-enrolled`: not in
 * this course, and the operator wants nothing counted then.
 */
export type Learner = 'asking' | 'known' | 'preview' | 'unknown' | 'not-enrolled'

/**
 * Gets a grant for what began at `startedAt` (epoch ms of the page's clock), if there is none, it has run out or the
 * relay does not know it any more (`isStale`). Returns ms to wait if there was no word about the learner. Never rejects.
 */
export type RenewGrant = (
  startedAt: number | undefined,
  isStale?: boolean,
) => Promise<number | undefined>

/** A slice that is open may reach back a minute, and the relay opens a sitting a minute early. */
const EARLY_MS = 120_000

/** As the relay would say it. */
const NOBODY: Refusal = {
  type: 'refused',
  status: 401,
  code: 'not_signed_in',
  message: 'Nobody is signed in',
}

/** Whether the relay speaks of the learner, and not of the request or of the page's origin. */
const isOfLearner = ({ status, code }: Refusal) =>
  status === 401 || /learner_(unknown|ambiguous)/.test(code)

export function createRenewGrant(
  { post, clock, grantId, onGrant, onNobody, onRefused }: Page,
  ticket: TabTicket,
): RenewGrant {
  let since = 0
  let expiresAt = 0
  return async (startedAt, isStale) => {
    const sentAt = clock.wall()
    if (grantId() && !isStale && sentAt < expiresAt) return
    // A ticket is good for minutes, however late the learner starts.
    if (!startedAt && !ticket.isNew()) return
    // The first is dated back to the first run that waits for one, and so is what takes its place. The next ones follow
    // while the one before still holds, or are dated back to its end, as far as a page that is awake may be late.
    if (!isStale)
      since = expiresAt ? Math.max(expiresAt, sentAt - LONGEST_MS) : since || startedAt || sentAt
    // Until there is an answer, the next try is for the same time.
    expiresAt = 0
    const hearNobody = (refusal: Refusal) => {
      // Who comes after them has nothing to do with what was before.
      expiresAt = sentAt
      return onNobody(refusal) as undefined
    }
    const proof = await ticket.toProof().catch((cause: unknown) => reportError(cause))
    if (proof === undefined) return 0
    if (proof === null) return hearNobody(NOBODY)
    const request: GrantRequest = { v: CONTRACT_VERSION, startedAt: since, sentAt, ...proof }
    // The host's cookie is how its relay knows who this is; entries themselves go without.
    const outcome = await post<Grant>('/v1/grants', request, 'token', 'include')
    switch (outcome.type) {
      case 'answered':
        expiresAt = since + outcome.body.closesAt - outcome.body.opensAt - EARLY_MS
        await onGrant(outcome.body, since)
        ticket.keep(outcome.body)
        return
      case 'refused':
        if (isOfLearner(outcome)) {
          ticket.forget()
          return hearNobody(outcome)
        }
        onRefused(outcome)
        return 0
      case 'retry':
        return outcome.floorMs
    }
  }
}
