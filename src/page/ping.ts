/**
 * Pings, where they arrive: a frame of another origin that has our ping script in it tells what the learner does
 * there, so that it is counted exactly rather than by focus alone. Only instants travel, and only named origins are heard.
 */

/**
 * What a frame saw `agoMs` before it sent this: the two have no clock in common. `gone`: its page goes, and the next one
 * there may not tell of itself.
 */
export interface Ping {
  stint: 'interaction' | 'mediastart' | 'mediastop' | 'gone'
  agoMs: number
}

const TYPES: Ping['stint'][] = ['interaction', 'mediastart', 'mediastop', 'gone']

/** Calls `hear` with what frames of these origins tell, its instant by our clock. Returns its stop. */
export function watchPings(
  origins: readonly string[],
  hear: (type: Ping['stint'], timeStamp: number, source: Window) => void,
): () => void {
  const listener = ({ origin, source, data }: MessageEvent<Partial<Ping> | null>) => {
    const { stint, agoMs } = { ...data }
    // A frame that has gone by now is no source any more.
    if (
      !origins.includes(origin) ||
      !source ||
      !TYPES.includes(stint!) ||
      !(Number.isFinite(agoMs) && agoMs! >= 0)
    )
      return
    hear(stint!, performance.now() - agoMs!, source as Window)
  }
  addEventListener('message', listener)
  return () => removeEventListener('message', listener)
}
