/** Batching: which of the waiting rows go into one flush. A flush holds one grant's entries only. */
import { MAX_FLUSH_ENTRIES } from '../contract/limits.ts'

export interface Waiting {
  grantId: string
  /** JSON characters of its entry. */
  size: number
}

/** Takes rows of the first row's grant, in their order, while they fit; a row that fits nowhere goes alone. */
export function takeBatch<Row extends Waiting>(
  rows: readonly Row[],
  { maxSize, maxEntries = MAX_FLUSH_ENTRIES }: { maxSize: number; maxEntries?: number },
): Row[] {
  const batch: Row[] = []
  let size = 0
  for (const row of rows) {
    if (row.grantId !== rows[0]?.grantId) continue
    if (batch.length >= maxEntries || (batch.length > 0 && size + row.size > maxSize)) break
    batch.push(row)
    size += row.size + 1
  }
  return batch
}
