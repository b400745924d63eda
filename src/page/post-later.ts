/**
 * The one request that the browser keeps for a page and sends when that has gone, however it went: a renderer that
 * crashed too (Fetch, "deferred fetching"; Chromium has it). Its answer is nobody's to hear, so no row leaves by it.
 */
import { attempt } from './kept.ts'

/** Puts another request in the place of the one that waits, in one task; without a body, none waits any more. */
export type PostLater = (body?: string) => void

export type FetchLater = (url: string, init: RequestInit) => unknown

/** The browser's own, where it has one. */
export const browserFetchLater = (globalThis as { fetchLater?: FetchLater }).fetchLater

export function createPostLater(url: string, fetchLater: FetchLater): PostLater {
  let waiting: AbortController | undefined
  return (body) => {
    const former = waiting
    waiting = undefined
    const arm = () => {
      const next = new AbortController()
      fetchLater(url, { method: 'POST', body: body!, credentials: 'omit', signal: next.signal })
      waiting = next
    }
    // Before the former one goes, as the page may end in between. It throws where there is no room for two (a frame of
    // another origin has 8 KiB), where a frame may not, or where others have filled the quota: then there may be none.
    if (body) attempt(arm)
    if (!former) return
    former.abort()
    if (body && !waiting) attempt(arm)
  }
}
