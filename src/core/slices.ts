/**
 * Slices: a leg's spans in numbered parts, small enough to send and to lose. Only the last slice is open, and it
 * only grows: a later copy of a slice contains each earlier one.
 */
import type { Span } from '../contract/entry.ts'
import { MAX_SLICE_MS, MAX_SLICE_SPANS } from '../contract/limits.ts'

export interface Slice {
  /** From 0. */
  n: number
  spans: readonly Span[]
}

/** Where a slice ends; 0 while it is empty. */
export const toReach = ({ spans }: Pick<Slice, 'spans'>): number => spans.at(-1)?.[2] ?? 0

/** Adds a span, which begins where the slice ends. Returns the slices it came to; the last is the open one. */
export function addSpan(open: Slice, [presence, from, to, since]: Span): Slice[] {
  const slices: Slice[] = []
  let { n, spans } = open
  // A loop: a tab hidden for two days comes to thousands of slices, and recursion would overflow the stack.
  for (let at = from, end = at; ; at = end) {
    const last = spans.at(-1)
    const goesOn = last?.[0] === presence && last[3] === since
    const isFull = !goesOn && spans.length >= MAX_SLICE_SPANS
    const room = presence === 'suspended' ? Infinity : MAX_SLICE_MS - countedMs(spans)
    end = isFull ? at : Math.min(to, at + room)
    if (at < end) {
      spans = goesOn
        ? [...spans.slice(0, -1), [presence, last[1], end, since]]
        : [...spans, [presence, at, end, since]]
    }
    slices.push({ n: n++, spans })
    if (end === to) return slices
    spans = []
  }
}

function countedMs(spans: readonly Span[]): number {
  return spans.reduce(
    (sum, [presence, from, to]) => (presence === 'suspended' ? sum : sum + to - from),
    0,
  )
}
