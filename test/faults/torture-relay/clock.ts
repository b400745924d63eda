// The simulated clock of a round: the machine's, which jumps ahead between two lives of the relay. Within a life it
// runs as real clocks do, so that what a request takes on its way is what it really takes.

export interface Clock {
  now(): number
  readonly aheadMs: number
  jump(ms: number): void
}

export function createClock(): Clock {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    get aheadMs() {
      return aheadMs
    },
    jump(ms) {
      aheadMs += ms
    },
  }
}
