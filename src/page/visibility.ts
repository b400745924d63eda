/**
 * Whether the learner can see the page (Page Visibility, Page Lifecycle). A page that is frozen, or kept for the way
 * back (back-forward cache), is hidden, though nobody may have told it so. Each `hidden` may be the last event of all:
 * on phones `visibilitychange` often is, elsewhere `pagehide`, which may come while the page is still visible.
 */
import { listen } from './listen.ts'

export type VisibilitySignal = 'visible' | 'hidden'

/** Calls `dispatch` with each change and its instant on the page's monotonic clock. Returns its stop. */
export function watchVisibility(
  dispatch: (type: VisibilitySignal, timeStamp: number) => void,
): () => void {
  return listen('visibilitychange freeze resume pagehide pageshow', (event) => {
    const { type, timeStamp } = event
    // The first `pageshow` belongs to the load, and tells nothing new.
    if (type === 'pageshow' && !(event as PageTransitionEvent).persisted) return
    const isGone = type === 'freeze' || type === 'pagehide'
    dispatch(isGone ? 'hidden' : document.visibilityState, timeStamp)
  })
}
