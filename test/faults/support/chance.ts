// Chance from a seed: the same choices again for the same number, whoever asks in the same order.

export interface Chance {
  /** From 0 up to 1. */
  next(): number
  /** A whole number, both ends included. */
  between(from: number, to: number): number
  /** Whether it happens, which it does so often of 1. */
  is(share: number): boolean
  oneOf<T>(list: readonly T[]): T
  /** Another source: what is drawn from it changes nothing here. */
  fork(): Chance
}

/** Mulberry32: 32 bits of state are enough for choices, and it is six lines. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    is: (share) => next() < share,
    oneOf: (list) => list[between(0, list.length - 1)]!,
    fork: () => createChance(between(0, 2 ** 32 - 1)),
  }
}
