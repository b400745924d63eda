/**
 * The grant: who the relay says is working here, and what it lets this page do. Without one nothing can be sent;
 * what was seen before it came waits, for the grant of this same page only.
 */
import type { Grant, GrantRequest } from '../contract/grant.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import { toBackoffMs } from '../core/backoff.ts'
import type { Clock } from './clock.ts'
import { createLoop } from './loop.ts'
import type { Post } from './transport.ts'

/** `asking` until the relay has answered once; `unknown`: it answered that nobody is signed in. */
export type Learner = 'asking' | 'known' | 'preview' | 'unknown'

export interface GrantsOptions {
  post: Post
  clock: Clock
  onGrant: (grant: Grant) => void
  onRefused: (code: string, message: string) => void
}

export interface Grants {
  /** Asks for a grant dated back to `startedAt`, and again until the relay answers; with one at hand it does nothing. */
  ask(startedAt?: number): void
  stop(): void
}

export function createGrants(
  { post, clock, onGrant, onRefused }: GrantsOptions,
  { random = Math.random } = {},
): Grants {
  /** What the next grant has to cover from, by the wall clock. */
  let since: number | undefined
  let expiresAt = 0
  let failures = 0

  const loop = createLoop(async () => {
    const sentAt = Math.round(clock.wall())
    if (!since || sentAt < expiresAt) return
    const request: GrantRequest = { v: CONTRACT_VERSION, startedAt: since, sentAt }
    // The host's cookie is how its relay knows who this is; entries themselves go without.
    const outcome = await post<Grant>('/v1/grants', JSON.stringify(request), 'token', {
      credentials: 'include',
    })
    switch (outcome.type) {
      case 'answered': {
        const { opensAt, closesAt } = outcome.body
        // A sitting that runs out while the learner goes on is followed by the next, without a hole between.
        expiresAt = since + closesAt - opensAt
        since = sentAt
        failures = 0
        onGrant(outcome.body)
        return Math.max(0, expiresAt - sentAt)
      }
      case 'refused':
        return void onRefused(outcome.code, outcome.message)
      case 'retry':
        return toBackoffMs(++failures, random(), outcome.floorMs)
    }
  })

  return {
    ask(startedAt) {
      since ??= startedAt
      void loop.now()
    },
    stop: loop.stop,
  }
}
