/**
 * From reserved stretches to what Timeback is told: one TimeSpentEvent for each window of at most an hour of wall
 * time without a left gap, one item per metric. Pure.
 */
import type { Metric } from '../core/measure.ts'
import type { Terms } from '../core/policy.ts'

/** A stretch that belongs to the run for good, in epoch ms. */
export interface Told {
  from: number
  to: number
  metric: Metric
  reason: string | null
}

export interface Window {
  from: number
  to: number
  items: { metric: Metric; ms: number; subType?: string }[]
  /** Ms by `metric:reason`, or by the metric alone where it needs none. */
  split: Record<string, number>
}

const WINDOW_MS = 3_600_000

/** A hole this long means that the learner had left, though no page was there to say so. */
const LEFT_MS = 600_000

/** `stretches` in the order of time, without overlap; `left` is when the learner is known to have left. */
export function toWindows(
  stretches: readonly Told[],
  terms: Terms,
  left: readonly { from: number; to: number }[] = [],
): Window[] {
  const isGap = (from: number, to: number) =>
    from < to && (to - from >= LEFT_MS || left.some((gap) => gap.from < to && gap.to > from))
  const groups: Told[][] = []
  for (const stretch of stretches.flatMap(cutAtWindows(stretches[0]?.from ?? 0))) {
    const group = groups.at(-1)
    const fits =
      group !== undefined &&
      stretch.to - group[0]!.from <= WINDOW_MS &&
      !isGap(group.at(-1)!.to, stretch.from)
    if (fits) group.push(stretch)
    else groups.push([stretch])
  }
  return groups.map((group) => toWindow(group, terms))
}

/** No stretch crosses a full hour since the first: a window could not hold it. */
function cutAtWindows(origin: number) {
  return (stretch: Told): Told[] => {
    const cuts: Told[] = []
    let { from } = stretch
    while (from < stretch.to) {
      const to = Math.min(
        stretch.to,
        origin + (Math.floor((from - origin) / WINDOW_MS) + 1) * WINDOW_MS,
      )
      cuts.push({ ...stretch, from, to })
      from = to
    }
    return cuts
  }
}

function toWindow(group: readonly Told[], terms: Terms): Window {
  const split: Record<string, number> = {}
  for (const { from, to, metric, reason } of group) {
    const key = reason === null ? metric : `${metric}:${reason}`
    split[key] = (split[key] ?? 0) + to - from
  }
  return {
    from: group[0]!.from,
    to: group.at(-1)!.to,
    items: toMetrics(group, terms).map((metric) => toItem(metric, split)),
    split,
  }
}

/** `waste` stands there whenever it was measured: its 0 then says 0, and not that nobody looked. */
function toMetrics(group: readonly Told[], terms: Terms): Metric[] {
  const measuresWaste = Math.min(terms.idleWasteAfterMs, terms.hiddenWasteAfterMs) < Infinity
  const seen = group.map(({ metric }) => metric)
  const always: Metric[] = measuresWaste ? ['active', 'inactive', 'waste'] : ['active', 'inactive']
  return [...new Set([...always, ...seen])]
}

function toItem(metric: Metric, split: Record<string, number>): Window['items'][number] {
  const parts = Object.entries(split)
    .map(([key, ms]) => ({ of: key.split(':')[0], reason: key.split(':')[1], ms }))
    .filter((part) => part.of === metric)
    .toSorted((a, b) => b.ms - a.ms)
  const ms = parts.reduce((sum, part) => sum + part.ms, 0)
  const subType = parts[0]?.reason
  return { metric, ms, ...(subType !== undefined && { subType }) }
}
