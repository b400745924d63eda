/** That the learner did something; never what. Assistive technology arrives as focus and input events. */
import { listen } from './listen.ts'

const TYPES = 'pointerdown pointermove keydown wheel scroll touchstart touchmove input focusin'

/** Calls `interact` with the instant of each interaction. Events made by scripts do not count. Returns its stop. */
export function watchInteraction(interact: (timeStamp: number) => void): () => void {
  return listen(TYPES, ({ isTrusted, timeStamp }) => {
    if (isTrusted) interact(timeStamp)
  })
}
