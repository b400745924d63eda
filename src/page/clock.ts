/**
 * The page's two clocks. `mono` never jumps and is the one that events are stamped with (High Resolution Time:
 * `Event.timeStamp` and `performance.now()` share their origin); `wall` says what time it is.
 */
export interface Clock {
  /** Ms since the page's time origin. */
  mono(): number
  /** Whole ms since the epoch. */
  wall(): number
}

export const browserClock: Clock = {
  mono: () => performance.now(),
  wall: () => Date.now(),
}
