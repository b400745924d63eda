/** Pings, where they come from: a framed page tells the page around it what the learner does here. */
import { watchInteraction } from './interaction.ts'
import { listen } from './listen.ts'
import { hasPlaying, watchMedia } from './media.ts'
import type { Ping } from './ping.ts'

/** While the learner is busy, the page around hears of it so often; the instants that it hears are exact. */
const PING_EVERY_MS = 250

/** Tells the page around this one, if it is of this origin, until the returned stop is called. */
export function pingParent(origin: string): () => void {
  const id = Math.random()
  let sentAt = -Infinity
  let pendingAt = 0
  let isPlaying = false

  // The two pages have no clock in common, so an instant goes out as its age.
  const send = (stint: Ping['stint'], timeStamp: number) =>
    parent.postMessage({ stint, id, agoMs: performance.now() - timeStamp } satisfies Ping, origin)

  const flush = () => {
    if (pendingAt) send('interaction', (sentAt = pendingAt))
    pendingAt = 0
  }
  const look = (timeStamp: number, plays = hasPlaying(document)) => {
    if (plays === isPlaying) return
    isPlaying = plays
    send(plays ? 'mediastart' : 'mediastop', timeStamp)
  }

  const timer = setInterval(() => {
    flush()
    if (isPlaying) look(performance.now())
  }, PING_EVERY_MS)
  const stops = [
    watchInteraction((timeStamp) => {
      pendingAt = timeStamp
      if (timeStamp - sentAt > PING_EVERY_MS) flush()
    }),
    watchMedia(look, document),
    // Whatever plays here ends with this page, and nobody else would say so: the frame keeps its window.
    listen('pagehide', ({ timeStamp }) => {
      look(timeStamp, false)
      send('gone', timeStamp)
    }),
  ]
  look(performance.now())
  return () => {
    clearInterval(timer)
    for (const stop of stops) stop()
  }
}
