/** What is done again and again: in its time, at once when asked, later and later while it fails; never twice at a time. */
import { toBackoffMs } from '../core/backoff.ts'

export interface Loop {
  /** Takes a turn now, after the one under way if there is one. Resolves when it is over. */
  now(): Promise<void>
  stop(): void
}

/**
 * `turn` resolves to nothing, or after a failure to the ms that it must wait at least. One that rejects has failed too:
 * that is reported, once.
 */
export function createLoop(
  turn: () => Promise<number | undefined>,
  everyMs: () => number,
  { random = Math.random } = {},
): Loop {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Promise.resolve()
  let failures = 0
  let stopped = false
  let report = (cause: unknown) => {
    reportError(cause)
    report = () => {}
  }
  const now = () =>
    (last = last.then(async () => {
      clearTimeout(timer)
      if (stopped) return
      const floorMs = await turn().catch((cause: unknown) => {
        report(cause)
        return 0
      })
      failures = floorMs === undefined ? 0 : failures + 1
      if (!stopped)
        timer = setTimeout(now, failures ? toBackoffMs(failures, random(), floorMs) : everyMs())
    }))
  return {
    now,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
