/** The ways in which a page's entries can reach the relay. */
import * as fc from 'fast-check'
import type { Entry } from '../../src/contract/entry.ts'

const MOST_IN_A_FLUSH = 6

/** Every entry at least once, some of them and some of the `older` copies again, shuffled, and cut into flushes. */
export const toFlushes = (
  entries: readonly Entry[],
  older: readonly Entry[] = [],
): fc.Arbitrary<Entry[][]> =>
  fc
    .tuple(fc.subarray([...entries]), fc.subarray([...older]))
    .map(([again, lost]) => [...entries, ...again, ...lost])
    .chain((all) =>
      fc.tuple(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.integer({ min: 1, max: MOST_IN_A_FLUSH }), {
          minLength: all.length,
          maxLength: all.length,
        }),
      ),
    )
    .map(([shuffled, sizes]) =>
      sizes
        .map((size, index) => {
          const from = sizes.slice(0, index).reduce((sum, other) => sum + other, 0)
          return shuffled.slice(from, from + size)
        })
        .filter((flush) => flush.length > 0),
    )
