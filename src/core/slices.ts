/**
 * Slices: a leg's spans in numbered parts, small enough to send and to lose. Only the last slice is open, and it
 * only grows: a later copy of a slice contains each earlier one.
 */
import type { OnPaper, Span } from '../contract/entry.ts'
import { MAX_SLICE_MS, MAX_SLICE_VALUES } from '../contract/limits.ts'

export interface Slice {
  /** From 0. */
  n: number
  spans: readonly Span[]
  /** Idle stretches of the leg that were work on paper, said while this slice was open. */
  onPaper?: readonly OnPaper[]
}

/** Where a slice ends; 0 while it is empty. */
export const toReach = ({ spans }: Pick<Slice, 'spans'>): number => spans.at(-1)?.[2] ?? 0

/** It begins a slice: the relay may find that it was none, but the page's clock put forward. */
const isSleep = ([presence]: Span) => presence === 'suspended'

/** Time in which nothing is counted is one span, however long. */
const isCounted = (span: Span) => !isSleep(span) && span[0] !== 'left'

/** Adds a span at the end of others; one that goes on with the last makes that longer. */
export function joinSpan(spans: readonly Span[], span: Span): readonly Span[] {
  const last = spans.at(-1)
  if (!last || !goesOn(last, span)) return [...spans, span]
  return [...spans.slice(0, -1), withEnds(last, last[1], span[2])]
}

/** Adds a span to a slice, where that ends. Returns the slices it came to; the last is the open one. */
export function addSpan(open: Slice, span: Span): Slice[] {
  const slices: Slice[] = []
  const [, from, to] = span
  let slice = open
  // A loop: a tab hidden for two days can come to thousands of slices, and recursion would overflow the stack.
  for (let at = from, end = at; ; at = end) {
    const { n, spans } = slice
    const last = spans.at(-1)
    const isMore = last && !goesOn(last, span)
    const isFull = isMore && (isSleep(span) || spans.flat().length >= MAX_SLICE_VALUES)
    const room = isCounted(span) ? MAX_SLICE_MS - countedMs(spans) : Infinity
    end = isFull ? at : Math.min(to, at + room)
    slices.push(at < end ? { ...slice, spans: joinSpan(spans, withEnds(span, at, end)) } : slice)
    if (end === to) return slices
    slice = { n: n + 1, spans: [] }
  }
}

const goesOn = ([presence, , , since]: Span, next: Span) =>
  presence === next[0] && since === next[3]

const withEnds = ([presence, , , ...rest]: Span, from: number, to: number): Span => [
  presence,
  from,
  to,
  ...rest,
]

function countedMs(spans: readonly Span[]): number {
  return spans.filter(isCounted).reduce((sum, [, from, to]) => sum + to - from, 0)
}
