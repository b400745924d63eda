import { describe, expect, it } from 'vitest'
import { presenceSchema, sliceSchema, type Span } from '../../src/contract/entry.ts'
import * as limits from '../../src/contract/limits.ts'

const LONGEST_ID = 'x'.repeat(limits.MAX_ID_CHARS)

/** As many bytes as a slice can come to: two presences by turns, at the end of the longest leg. */
function toFullestSlice() {
  const [a = 'active', b = 'idle'] = presenceSchema.options.toSorted((x, y) => y.length - x.length)
  const begin = limits.MAX_LEG_MS - limits.MAX_SLICE_SPANS
  const spans = Array.from({ length: limits.MAX_SLICE_SPANS }, (_, index): Span => {
    const from = begin + index
    return [index % 2 ? b : a, from, from + 1, from]
  })
  const id = `${LONGEST_ID}/${LONGEST_ID}/${limits.MAX_SLICES_PER_LEG - 1}`
  return sliceSchema.parse({ v: 1, type: 'slice', id, spans })
}

const toFlushBytes = (count: number) => {
  const entries = Array.from({ length: count }, toFullestSlice)
  const flush = { v: 1, grant: 'g'.repeat(1_000), sentAt: 1_769_508_000_000, entries }
  return new TextEncoder().encode(JSON.stringify(flush)).length
}

describe('limits', () => {
  it('let a page send its most entries, each as full as it can be, without a 413', () => {
    expect(limits.FLUSH_ENTRIES).toBeLessThanOrEqual(limits.MAX_FLUSH_ENTRIES)
    expect(toFlushBytes(limits.FLUSH_ENTRIES)).toBeLessThanOrEqual(limits.MAX_FLUSH_BYTES)
  })

  it('let a leaving page send its most entries within the 64 KiB that browsers allow', () => {
    expect(toFlushBytes(limits.KEEPALIVE_ENTRIES)).toBeLessThanOrEqual(64 * 1_024)
  })

  it('give the longest leg slices enough, however it is cut', () => {
    const slices = limits.MAX_LEG_MS / limits.MAX_SLICE_MS
    expect(slices).toBeLessThanOrEqual(limits.MAX_SLICES_PER_LEG)
  })
})
