/** How long to wait before the next try: full jitter, so that many pages never come back at once. */

const FIRST_MS = 1_000
const LONGEST_MS = 300_000

/** `chance` is in [0, 1) and is handed in; `floorMs` is what the other side asked for (`Retry-After`). */
export function toBackoffMs(failures: number, chance: number, floorMs = 0): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20))
  return floorMs + Math.round(ceiling * chance)
}
