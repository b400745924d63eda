// Sets of time, as sorted stretches `[from, to)` that neither overlap nor touch, and what can be done with them.

export interface Stretch {
  from: number
  to: number
}

export const toMs = (set: readonly Stretch[]): number =>
  set.reduce((sum, { from, to }) => sum + to - from, 0)

export function unite(...sets: readonly (readonly Stretch[])[]): Stretch[] {
  const united: Stretch[] = []
  const all = sets.flat().filter(({ from, to }) => from < to)
  for (const { from, to } of all.toSorted((a, b) => a.from - b.from)) {
    const last = united.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else united.push({ from, to })
  }
  return united
}

export function intersect(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  return unite(
    a.flatMap((one) =>
      b.map((other) => ({
        from: Math.max(one.from, other.from),
        to: Math.min(one.to, other.to),
      })),
    ),
  )
}

export function subtract(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  let left = unite(a)
  for (const { from, to } of b) {
    left = left.flatMap((one) => [
      { from: one.from, to: Math.min(one.to, from) },
      { from: Math.max(one.from, to), to: one.to },
    ])
    left = left.filter((one) => one.from < one.to)
  }
  return left
}
