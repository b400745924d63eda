/** Batching: how waiting rows go into flushes. A flush holds one grant's entries only. */
import { MAX_FLUSH_ENTRIES } from '../contract/limits.ts'

export interface Waiting {
  grantId: string
  /** The entry as it goes over the wire. */
  json: string
}

/** Cuts rows into batches of at most `maxChars` of JSON; a row that is too long goes alone. Keeps their order in each grant. */
export function toBatches<Row extends Waiting>(rows: readonly Row[], maxChars: number): Row[][] {
  const batches: Row[][] = []
  const open = new Map<string, { batch: Row[]; chars: number }>()
  for (const row of rows) {
    const chars = row.json.length + 1
    let last = open.get(row.grantId)
    if (!last || last.chars + chars > maxChars || last.batch.length >= MAX_FLUSH_ENTRIES) {
      last = { batch: [], chars: 0 }
      open.set(row.grantId, last)
      batches.push(last.batch)
    }
    last.batch.push(row)
    last.chars += chars
  }
  return batches
}
