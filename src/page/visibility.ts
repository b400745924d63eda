/**
 * Whether the learner can see the page (Page Visibility), and where the focus goes: to this window or another, or to
 * an element of the page, which is how assistive technology shows that somebody is there.
 */
import { listen } from './listen.ts'

export type VisibilitySignal = 'visible' | 'hidden' | 'focus' | 'blur'

/** Calls `dispatch` with each change and its instant on the page's monotonic clock. Returns its stop. */
export function watchVisibility(
  dispatch: (type: VisibilitySignal, timeStamp: number) => void,
): () => void {
  return listen('visibilitychange focus blur', ({ type, timeStamp }) =>
    dispatch(
      type === 'visibilitychange' ? document.visibilityState : (type as 'focus' | 'blur'),
      timeStamp,
    ),
  )
}
