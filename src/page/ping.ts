/**
 * Pings, where they arrive: a frame of another origin that has our ping script in it tells what the learner does
 * there, so that it is counted exactly rather than by focus alone. Only instants travel, and only named origins are heard.
 */

/**
 * What a frame's page saw `agoMs` before it sent this: the two have no clock in common. `gone`: it goes, and the next one
 * there may not tell of itself.
 */
export interface Ping {
  stint: 'interaction' | 'mediastart' | 'mediastop' | 'gone'
  agoMs: number
  /** Of the page, by chance: what it says as it goes comes without a source (HTML, "window post message steps"). */
  id: number
}

const TYPES: Ping['stint'][] = ['interaction', 'mediastart', 'mediastop', 'gone']

/** Calls `hear` with what pages in frames of these origins tell, its instant by our clock. Returns its stop. */
export function watchPings(
  origins: readonly string[],
  hear: (type: Ping['stint'], timeStamp: number, id: number, source: Window | null) => void,
): () => void {
  const listener = ({ origin, source, data }: MessageEvent<Partial<Ping> | null>) => {
    const { stint, agoMs, id } = { ...data }
    const isSane = agoMs! >= 0 && agoMs! < Infinity
    if (!isSane || !origins.includes(origin) || !TYPES.includes(stint!)) return
    hear(stint!, performance.now() - agoMs!, id!, source as Window | null)
  }
  addEventListener('message', listener)
  return () => removeEventListener('message', listener)
}
