/**
 * Audio and video that play: a learner who listens does nothing, and is there. What loops without a sound is decoration.
 */
import { listen } from './listen.ts'

const TYPES = 'playing pause ended waiting emptied volumechange'

/** A document, or a shadow root: media events do not leave it. */
export type MediaRoot = Document | ShadowRoot

/** Calls `change` when an element of the root begins to play or may have stopped. Returns its stop. */
export const watchMedia = (change: (timeStamp: number) => void, root: MediaRoot): (() => void) =>
  listen(TYPES, ({ timeStamp }) => change(timeStamp), root)

export const hasPlaying = (root: MediaRoot): boolean =>
  [...root.querySelectorAll<HTMLMediaElement>('audio,video')].some(
    ({ paused, ended, readyState, loop, muted, volume }) =>
      !paused && !ended && readyState > 2 && !(loop && (muted || !volume)),
  )
