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
export function addSpan(open: Slice, span: Span): Slice[] {
  const [presence, from, to, since] = span
  const last = open.spans.at(-1)
  const goesOn = last?.[0] === presence && last[3] === since
  const room = presence === 'suspended' ? Infinity : MAX_SLICE_MS - countedMs(open)
  if (room <= 0 || (!goesOn && open.spans.length >= MAX_SLICE_SPANS)) {
    return [open, ...addSpan({ n: open.n + 1, spans: [] }, span)]
  }
  const end = Math.min(to, from + room)
  const before = goesOn ? open.spans.slice(0, -1) : open.spans
  const grown = {
    n: open.n,
    spans: [...before, [presence, goesOn ? last[1] : from, end, since] as const],
  }
  return end < to
    ? [grown, ...addSpan({ n: open.n + 1, spans: [] }, [presence, end, to, since])]
    : [grown]
}

function countedMs({ spans }: Slice): number {
  return spans.reduce(
    (sum, [presence, from, to]) => sum + (presence === 'suspended' ? 0 : to - from),
    0,
  )
}
