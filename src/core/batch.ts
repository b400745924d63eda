/** Batching: how waiting rows go into flushes. A flush holds one grant's entries only. */

/**
 * Cuts rows into batches of at most `most`, grant by grant. Counting is enough: a slice has at most 64 spans, so that
 * it never comes to more than 4.3 kB.
 */
export function toBatches<Row extends { grantId: string }>(
  rows: readonly Row[],
  most: number,
): Row[][] {
  const batches: Row[][] = []
  for (const id of new Set(rows.map(({ grantId }) => grantId))) {
    const granted = rows.filter(({ grantId }) => grantId === id)
    for (let at = 0; at < granted.length; at += most) batches.push(granted.slice(at, at + most))
  }
  return batches
}
