/**
 * The page's comings and goings (Page Lifecycle). On phones `hidden` is often the last event of all; elsewhere
 * `pagehide` is, and may come while the page is still visible; a frozen page runs no code until it is resumed or
 * discarded.
 */
import { listen } from './listen.ts'

/** Calls `leave` at each moment that may be the last. Returns its stop. */
export function watchLeaving(leave: () => void): () => void {
  return listen('visibilitychange freeze pagehide', ({ type }) => {
    if (type !== 'visibilitychange' || document.hidden) leave()
  })
}

/** Calls `comeBack` when a try that failed is worth another: online again, or looked at again. Returns its stop. */
export function watchReturning(comeBack: () => unknown): () => void {
  return listen('visibilitychange online', () => {
    if (!document.hidden) comeBack()
  })
}

/** A page that is prerendered is not there yet: nobody may ever see it (Prerendering Revamped). */
export const isPrerendering = (): boolean =>
  !!(document as Document & { prerendering?: boolean }).prerendering

/**
 * Calls `activate` when a prerendered page is shown, with the instant on its monotonic clock, which is earlier than
 * the event that tells of it; undefined where the browser does not say. Returns its stop.
 */
export function watchActivation(activate: (at: number | undefined) => void): () => void {
  return listen('prerenderingchange', () => {
    const [load] = performance.getEntriesByType('navigation') as { activationStart?: number }[]
    activate(load?.activationStart)
  })
}
