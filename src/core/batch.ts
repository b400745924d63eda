/** Batching: how waiting rows go into flushes. A flush holds one grant's entries only. */

/**
 * Cuts rows into batches of at most `most`, grant by grant. Counting is enough: a slice has at most 64 spans, so that
 * it never comes to more than 4.3 kB. What holds an `end` comes last: the next batch may be long in coming, and a run
 * that has ended waits for its slices only so long.
 */
export function toBatches<Row extends { grantId: string; entry: { type: string } }>(
  rows: readonly Row[],
  most: number,
): Row[][] {
  const batches: Row[][] = []
  const ordered = putLast(rows, isEnd)
  for (const id of new Set(ordered.map(({ grantId }) => grantId))) {
    const granted = ordered.filter(({ grantId }) => grantId === id)
    for (let at = 0; at < granted.length; at += most) batches.push(granted.slice(at, at + most))
  }
  return putLast(batches, (batch) => batch.some(isEnd))
}

const isEnd = ({ entry }: { entry: { type: string } }) => entry.type === 'end'

/** All else stays in its order. */
const putLast = <T>(all: readonly T[], isLast: (one: T) => boolean) => [
  ...all.filter((one) => !isLast(one)),
  ...all.filter(isLast),
]
