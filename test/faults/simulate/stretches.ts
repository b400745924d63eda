/** Sets of instants as lists of `[from, to)`, in order, neither overlapping nor touching. */

export type Range = readonly [from: number, to: number]

export function unite(...sets: readonly (readonly Range[])[]): Range[] {
  const united: [number, number][] = []
  for (const [from, to] of sets.flat().toSorted((a, b) => a[0] - b[0])) {
    if (from >= to) continue
    const last = united.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else united.push([from, to])
  }
  return united
}

/** What is in `all` and not in `taken`; `taken` is such a set. */
export function subtract(all: readonly Range[], taken: readonly Range[]): Range[] {
  return all.flatMap(([from, to]) => {
    const left: Range[] = []
    let at = from
    for (const [start, end] of taken) {
      if (end <= at || start >= to) continue
      if (start > at) left.push([at, start])
      at = end
    }
    if (at < to) left.push([at, to])
    return left
  })
}

/** What is in both; `b` is such a set. */
export const intersect = (a: readonly Range[], b: readonly Range[]): Range[] =>
  a.flatMap(([from, to]) =>
    b
      .map(([start, end]): Range => [Math.max(from, start), Math.min(to, end)])
      .filter(([start, end]) => start < end),
  )

export const toMs = (set: readonly Range[]): number =>
  set.reduce((sum, [from, to]) => sum + to - from, 0)
