/** Whether the learner can see the page (Page Visibility), and whether its window has the focus. */
import { listen } from './listen.ts'

export type VisibilitySignal = 'visible' | 'hidden' | 'focus' | 'blur'

/** Calls `dispatch` with each change and its instant on the page's monotonic clock. Returns its stop. */
export function watchVisibility(
  dispatch: (type: VisibilitySignal, timeStamp: number) => void,
): () => void {
  return listen('visibilitychange focus blur', ({ type, target, timeStamp }) => {
    if (type === 'visibilitychange') dispatch(document.visibilityState, timeStamp)
    // The focus of an element inside the page is an interaction, not the window's.
    else if (target === window) dispatch(type as 'focus' | 'blur', timeStamp)
  })
}
