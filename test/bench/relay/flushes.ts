// What a page of one learner sends: a run's start, then its open slice, longer with each flush, as pages do each 15 s.

import type { Flush } from '../../../src/contract/flush.ts'
import type { Span } from '../../../src/contract/entry.ts'
import { toSliceId, toStartId } from '../../../src/core/entry-id.ts'

const LEG_ID = 'leg-1'

/** So many flushes a minute, and with each so many more spans: a body of 1.4 kB on average. */
const FLUSHES_PER_SLICE = 4
const SPANS_PER_FLUSH = 12
const SPAN_MS = 1_250

export interface Page {
  /** The next flush, as its bytes. The first has the run's start in it. */
  next(): string
}

/** `openedAt` is when the leg began, so long before now that all it tells of has happened. */
export function createPage(grant: string, runId: string, openedAt: number): Page {
  let sent = 0
  return {
    next() {
      const entries: unknown[] = [toSlice(runId, sent)]
      if (sent === 0) entries.unshift(toStart(runId, openedAt))
      sent += 1
      const flush: Flush = { v: 1, grant, sentAt: Date.now(), entries }
      return JSON.stringify(flush)
    },
  }
}

export const toStart = (runId: string, wallAt: number) => ({
  v: 1,
  type: 'start',
  id: toStartId(runId, LEG_ID),
  activity: { id: 'fractions', name: 'Fractions', course: { subject: 'Math', grade: 5 } },
  wallAt,
  monoAt: 40,
})

/** The slice that is open at a leg's flush of that number: as long as it is by then. */
export function toSlice(runId: string, sent: number) {
  const n = Math.floor(sent / FLUSHES_PER_SLICE)
  const count = ((sent % FLUSHES_PER_SLICE) + 1) * SPANS_PER_FLUSH
  const from = n * FLUSHES_PER_SLICE * SPANS_PER_FLUSH * SPAN_MS
  const spans = Array.from({ length: count }, (_, index): Span => {
    const at = from + index * SPAN_MS
    return [index % 2 ? 'idle' : 'active', at, at + SPAN_MS, at]
  })
  return { v: 1, type: 'slice', id: toSliceId(runId, LEG_ID, n), spans }
}
