/** Something that is done again and again: when its time has come, or at once when asked; never twice at a time. */
export interface Loop {
  /** Does it now, after the turn under way if there is one. Resolves when it is done. */
  now(): Promise<void>
  stop(): void
}

/** `act` resolves to the ms until the next turn, or to nothing if there shall be none; it never rejects. */
export function createLoop(act: () => Promise<number | undefined>): Loop {
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = Promise.resolve()
  let stopped = false
  const now = () =>
    (turn = turn.then(async () => {
      clearTimeout(timer)
      const delayMs = stopped ? undefined : await act()
      if (delayMs !== undefined && !stopped) timer = setTimeout(now, delayMs)
    }))
  return {
    now,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
