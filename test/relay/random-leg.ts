/** Random legs as honest pages tell them: their spans, what was work on paper, and any cut of them into slices. */
import * as fc from 'fast-check'
import type { EndEntry, Entry, OnPaper, SliceEntry, Span } from '../../src/contract/entry.ts'
import type { Slice } from '../../src/core/slices.ts'
import { toEnd, toSlice, toSpans, toStart, type Stretch } from './entries.ts'

export interface RandomLeg {
  spans: Span[]
  onPaper: OnPaper[]
}

const PRESENCES = ['active', 'idle', 'hidden', 'paused', 'suspended', 'left'] as const
const METRICS = ['waste', 'anti-pattern', 'unknown'] as const

/** Where the default policy changes its mind, one off, and anywhere. */
const anyMs = fc.oneof(
  fc.constantFrom(1, 59_999, 60_000, 60_001, 299_999, 300_001, 600_000, 600_001),
  fc.integer({ min: 1, max: 800_000 }),
)

const toStretch = (ms: fc.Arbitrary<number>): fc.Arbitrary<Stretch> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...PRESENCES), ms) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constant('flag' as const), ms, fc.constantFrom(...METRICS)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant('flag' as const),
        ms,
        fc.constantFrom(...METRICS),
        fc.constantFrom('guessing', 'lab work'),
      ),
    },
  )

/** One presence that goes on is one stretch; a flag can follow a flag. */
const isNew = ([presence]: Stretch, index: number, all: Stretch[]) =>
  presence === 'flag' || presence !== all[index - 1]?.[0]

/** Any leg; its stretches last `ms`, and what is on paper are idle stretches or beginnings of them. */
export const toRandomLeg = (
  ms: fc.Arbitrary<number> = anyMs,
  maxLength = 16,
): fc.Arbitrary<RandomLeg> =>
  fc
    .array(toStretch(ms), { minLength: 1, maxLength, size: 'max' })
    .map((stretches) => toSpans(...stretches.filter(isNew)))
    .chain((spans) => {
      const idle = spans.filter(([presence]) => presence === 'idle')
      const claims = fc
        .subarray(idle)
        .chain((some) =>
          fc.tuple(
            ...some.map(([, from, to]) =>
              ms.map((part): OnPaper => [from, Math.min(from + part, to)]),
            ),
          ),
        )
      return claims.map((onPaper) => ({ spans, onPaper }))
    })

/** The same spans in more pieces: each is cut at those of the instants that fall inside it. */
export function cutAt(spans: readonly Span[], instants: readonly number[]): Span[] {
  return spans.flatMap(([presence, from, to, ...more]): Span[] => {
    const inside = instants.filter((at) => at > from && at < to)
    const edges = [...new Set([from, ...inside, to])].toSorted((a, b) => a - b)
    return edges.slice(1).map((end, index) => [presence, edges[index]!, end, ...more])
  })
}

/** Any cut of a leg into slices, and which of them says what of work on paper. */
export function toAnySlices({ spans, onPaper }: RandomLeg): fc.Arbitrary<Slice[]> {
  const end = spans.at(-1)![2]
  const cuts = fc.array(fc.nat(end), { maxLength: 12, size: 'max' })
  const closings = fc.array(fc.boolean(), { minLength: 32, maxLength: 32 })
  const saidIn = fc.array(fc.nat(31), { minLength: onPaper.length, maxLength: onPaper.length })
  return fc.tuple(cuts, closings, saidIn).map(([instants, closes, places]) => {
    const slices: { n: number; spans: Span[]; onPaper?: OnPaper[] }[] = []
    for (const [index, span] of cutAt(spans, instants).entries()) {
      if (index === 0 || closes[index]) slices.push({ n: slices.length, spans: [] })
      slices.at(-1)!.spans.push(span)
    }
    for (const [index, claim] of onPaper.entries()) {
      const slice = slices[places[index]! % slices.length]!
      slice.onPaper = [...(slice.onPaper ?? []), claim]
    }
    return slices
  })
}

/** A copy of a slice as it was at an earlier instant: shorter, and with less said. */
function toOlder({ spans, onPaper = [] }: Slice, at: number): Omit<Slice, 'n'> {
  const shorter = spans
    .filter(([, from]) => from < at)
    .map(([presence, from, to, ...more]): Span => [presence, from, Math.min(to, at), ...more])
  const [, from] = spans[0]!
  const said = Math.floor((onPaper.length * (at - from)) / (spans.at(-1)![2] - from))
  return { spans: shorter, ...(said > 0 && { onPaper: onPaper.slice(0, said) }) }
}

const toEntry = (leg: string, n: number, { spans, onPaper }: Omit<Slice, 'n'>): SliceEntry => ({
  ...toSlice(leg, n, ...spans),
  ...(onPaper && { onPaper }),
})

/** All that a page writes of a leg, and older copies of its slices that may have been sent. `leg` is `runId/legId`. */
export function toEntries(
  leg: string,
  wallAt: number,
  slices: readonly Slice[],
): { entries: Entry[]; older: Entry[] } {
  const older = slices.flatMap((slice) => {
    const [from, to] = [slice.spans[0]![1], slice.spans.at(-1)![2]]
    const instants = [1, 2, 3].map((part) => from + Math.floor(((to - from) * part) / 4))
    return instants.filter((at) => at > from).map((at) => toEntry(leg, slice.n, toOlder(slice, at)))
  })
  const reach = slices.at(-1)!.spans.at(-1)![2]
  const [, legId = ''] = leg.split('/')
  const legs: EndEntry['legs'] = { [legId]: { slices: slices.length, reach } }
  const entries = [
    toStart(leg, wallAt),
    ...slices.map((slice) => toEntry(leg, slice.n, slice)),
    toEnd(leg, reach, {}, legs),
  ]
  return { entries, older }
}
