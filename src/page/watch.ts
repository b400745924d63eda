/** All that the browser tells of the learner, as signals: one file per fact, brought together here. */
import type { SignalType } from '../core/presence.ts'
import { readDocuments, readFocusedFrame } from './frames.ts'
import { watchInteraction } from './interaction.ts'
import { listen } from './listen.ts'
import { hasPlaying, watchMedia, type MediaRoot } from './media.ts'
import { watchPings } from './ping.ts'
import { watchVisibility } from './visibility.ts'

export interface Watch {
  /** Looks at what no event tells: frames that came or went, and where the focus is. Call it at each tick. */
  look(): void
  stop(): void
}

/**
 * `interact` is called for each interaction, so it has to be quick; `dispatch` for all else. Both get the instant on
 * this page's monotonic clock. `origins` are those whose frames are believed.
 */
export function watchLearner(
  interact: (timeStamp: number) => void,
  dispatch: (type: SignalType, timeStamp?: number) => void,
  origins: readonly string[],
): Watch {
  /** What is listened to, and how that is stopped. */
  const entered = new Map<MediaRoot, () => void>()
  /** Pages in frames that tell of themselves, by their ids: where, and whether something plays there. */
  const told = new Map<number, [Window, boolean]>()
  let isFramed = false
  let isPlaying = false
  let stopped = false

  const look = (timeStamp?: number) => {
    if (stopped) return
    const frame = readFocusedFrame(enter)
    for (const root of readDocuments()) enter(root)
    for (const [root, stop] of entered) {
      // A frame that was taken away leaves its document without a window.
      if (toView(root)) continue
      stop()
      entered.delete(root)
    }
    const tellers = [...told.values()]
    const plays =
      [...entered.keys()].some(hasPlaying) || tellers.some(([view, yes]) => yes && !view.closed)
    if (plays !== isPlaying) dispatch(plays ? 'mediastart' : 'mediastop', timeStamp)
    isPlaying = plays
    // A frame that tells of itself needs no guess.
    const framed = !!frame && !tellers.some(([view]) => view === frame)
    if (framed !== isFramed) dispatch(framed ? 'frame' : 'unframe')
    isFramed = framed
  }

  const enter = (root: MediaRoot) => {
    if (entered.has(root)) return
    const view = toView(root)
    // Each window has a time origin of its own (High Resolution Time).
    const shiftMs = view ? performance.now() - view.performance.now() : 0
    // A frame's document, not its window: that may belong to another origin by the time we leave it.
    const target = root === document ? window : root
    const stops = [
      watchMedia((at) => look(at + shiftMs), root),
      // What is done in a shadow root is heard in its document; only media events do not leave it.
      ...('host' in root ? [] : [watchInteraction((at) => interact(at + shiftMs), target)]),
    ]
    entered.set(root, () => stops.forEach((stop) => stop()))
  }

  const stops = [
    watchVisibility(dispatch),
    // Media inside an open shadow root: it is found when somebody clicks there, or, at a look, has the focus there. Not
    // at each key: the way of an event costs more to ask for than all else.
    listen('pointerdown', (event) => {
      for (const node of event.composedPath())
        if ('host' in node && 'mode' in node) enter(node as ShadowRoot)
    }),
    // The focus is in a frame only after it left the window.
    listen('blur', () => setTimeout(look)),
    watchPings(origins, (type, timeStamp, id, view) => {
      const isInput = type === 'interaction'
      if (!view || type === 'gone') told.delete(id)
      else told.set(id, [view, isInput ? !!told.get(id)?.[1] : type === 'mediastart'])
      if (isInput) interact(timeStamp)
      else look(timeStamp)
    }),
  ]
  look()

  return {
    look,
    stop() {
      stopped = true
      for (const stop of [...stops, ...entered.values()]) stop()
    },
  }
}

const toView = (root: MediaRoot) => (root.ownerDocument ?? (root as Document)).defaultView
