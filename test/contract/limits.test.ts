import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  flagMetricSchema,
  presenceSchema,
  sliceSchema,
  type OnPaper,
  type Span,
} from '../../src/contract/entry.ts'
import * as limits from '../../src/contract/limits.ts'
import { addSpan, type Slice } from '../../src/core/slices.ts'

const LONGEST_ID = 'x'.repeat(limits.MAX_ID_CHARS)
const LONGEST_REASON = 'x'.repeat(limits.MAX_REASON_CHARS)

/** Makes a span of 1 ms from an instant on. */
type Make = (from: number) => Span

/** Every sort of span, with all it can say. */
const SORTS: Make[] = [
  ...presenceSchema
    .exclude(['flag'])
    .options.map((presence): Make => (from) => [presence, from, from + 1, from]),
  ...flagMetricSchema.options.flatMap((metric): Make[] => [
    (from) => ['flag', from, from + 1, from, metric],
    (from) => ['flag', from, from + 1, from, metric, LONGEST_REASON],
  ]),
]

/** The end of the longest leg: there the instants have most digits. */
const BEGIN = limits.MAX_LEG_MS - limits.MAX_SLICE_SPANS - 1
const LAST = limits.MAX_SLICES_PER_LEG - 1

const toBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length
const toSpans = (sorts: readonly Make[]) => sorts.map((make, index) => make(BEGIN + index))

/** Adds spans one by one, as a leg does. */
function toSlices(sorts: readonly Make[]): Slice[] {
  let slices: Slice[] = [{ n: LAST, spans: [] }]
  for (const span of toSpans(sorts)) {
    slices = [...slices.slice(0, -1), ...addSpan(slices.at(-1)!, span)]
  }
  return slices
}

/**
 * The sorts of span which fill a slice with most bytes: for each number of values that it can have, the best way
 * there, and then the best of those that fill it.
 */
function toFullest(): Make[] {
  const best: (Make[] | undefined)[] = [[]]
  for (let values = 0; values < limits.MAX_SLICE_VALUES; values += 1) {
    const way = best[values]
    for (const make of way ? SORTS : []) {
      const next = [...way!, make]
      const at = values + make(0).length
      if (toBytes(toSpans(next)) > toBytes(toSpans(best[at] ?? []))) best[at] = next
    }
  }
  const full = best.slice(limits.MAX_SLICE_VALUES).filter((way) => way !== undefined)
  return full.toSorted((a, b) => toBytes(toSpans(b)) - toBytes(toSpans(a)))[0]!
}

const FULLEST = toFullest()

/** As many bytes as a slice can come to, of those that `core/slices` writes. */
function toFullestSlice() {
  const onPaper = Array.from({ length: limits.MAX_SLICE_CLAIMS }, (): OnPaper => [
    limits.MAX_LEG_MS - 1,
    limits.MAX_LEG_MS,
  ])
  const id = `${LONGEST_ID}/${LONGEST_ID}/${LAST}`
  return sliceSchema.parse({ v: 1, type: 'slice', id, spans: toSpans(FULLEST), onPaper })
}

function toFlushBytes(count: number) {
  const entries = Array.from({ length: count }, toFullestSlice)
  return toBytes({ v: 1, grant: 'g'.repeat(1_000), sentAt: 1_769_508_000_000, entries })
}

describe('the fullest slice', () => {
  it('is one that is really written, and takes no more', () => {
    expect(toSlices(FULLEST)).toEqual([{ n: LAST, spans: toSpans(FULLEST) }])
    for (const make of SORTS) {
      const [slice, next] = toSlices([...FULLEST, make])
      expect([slice?.spans.length, next?.spans.length]).toEqual([FULLEST.length, 1])
    }
  })

  it('is not outdone by any other', () => {
    const sorts = fc.array(fc.constantFrom(...SORTS), {
      minLength: limits.MAX_SLICE_SPANS,
      maxLength: limits.MAX_SLICE_SPANS,
    })
    const most = toBytes(toSpans(FULLEST))
    fc.assert(
      fc.property(sorts, (some) => {
        for (const { spans } of toSlices(some)) expect(toBytes(spans)).toBeLessThanOrEqual(most)
      }),
    )
  })
})

describe('limits', () => {
  it('let the relay take every slice that a page can write', () => {
    const fewest = SORTS.toSorted((a, b) => a(0).length - b(0).length)[0]!
    const [slice, next] = toSlices(Array.from({ length: limits.MAX_SLICE_SPANS + 1 }, () => fewest))
    expect([slice?.spans.length, next?.spans.length]).toEqual([limits.MAX_SLICE_SPANS, 1])
  })

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
