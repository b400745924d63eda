/**
 * The page's comings and goings: back to a network or a learner's eyes, out of prerendering, and out of running at all.
 * What a learner sees of it meanwhile, visibility tells.
 */
import { listen } from './listen.ts'

/** Calls `comeBack` when a try that failed is worth another: online again, or looked at again. Returns its stop. */
export function watchReturning(comeBack: () => unknown): () => void {
  return listen('visibilitychange online', () => {
    if (!document.hidden) comeBack()
  })
}

/** Calls `go` when the page is left or frozen (Page Lifecycle): what it holds then, it may hold for days. Returns its stop. */
export const watchGoing = (go: () => void): (() => void) => listen('freeze pagehide', go)

/**
 * Calls `activate` once the page is there for a learner: at once with `now`, or, as nobody may ever see a page that is
 * prerendered (Prerendering Revamped), when that is shown. The instant on its monotonic clock is then earlier than the
 * event that tells of it; undefined where the browser does not say. Returns its stop.
 */
export function watchActivation(
  now: number,
  activate: (at: number | undefined) => void,
): () => void {
  if (!(document as { prerendering?: boolean }).prerendering) activate(now)
  return listen('prerenderingchange', () => {
    const [load] = performance.getEntriesByType('navigation') as { activationStart?: number }[]
    activate(load?.activationStart)
  })
}
