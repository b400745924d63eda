/** How long to wait before the next try: jitter over the whole range, so that many pages never come back at once. */

const SHORTEST_MS = 1_000
export const LONGEST_MS = 300_000

/** `chance` is in [0, 1) and is handed in; `floorMs` is what the other side asked for (`Retry-After`). */
export function toBackoffMs(failures: number, chance: number, floorMs = 0): number {
  const ceiling = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** failures)
  return floorMs + SHORTEST_MS + Math.round((ceiling - SHORTEST_MS) * chance)
}
