/**
 * That the learner did something; never what. A finger that scrolls is told by scroll, any other by pointer events;
 * screen readers, switches and voice control arrive as focus, click, selection or input.
 */
import { listen } from './listen.ts'

const TYPES =
  'pointerdown pointermove keydown wheel scroll touchmove click input selectionchange dragover focus'

/** Calls `interact` with the instant of each interaction. Events made by scripts do not count. Returns its stop. */
export function watchInteraction(
  interact: (timeStamp: number) => void,
  target: EventTarget = window,
): () => void {
  return listen(
    TYPES,
    ({ isTrusted, timeStamp }) => {
      if (isTrusted) interact(timeStamp)
    },
    target,
  )
}
