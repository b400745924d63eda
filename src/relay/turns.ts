/**
 * Turns: how much may go on at once. In all so many, who comes beyond waits; of one name so many, going on or waiting,
 * and who comes beyond is turned away. So no name holds up the others, and what waits has an end.
 */
export interface Turns {
  /** What `act` comes to, once it had its turn; undefined, and it is never called, where `name` has all it may have. */
  take<T>(name: string, act: () => Promise<T>): Promise<T> | undefined
}

export function createTurns({ most, mostEach }: { most: number; mostEach: number }): Turns {
  const taken = new Map<string, number>()
  const waiting: (() => void)[] = []
  let going = 0

  const begin = async () => {
    // Whoever ends hands its turn on.
    if (going >= most) return new Promise<void>((resolve) => waiting.push(resolve))
    going += 1
  }

  const end = (name: string) => {
    const left = taken.get(name)! - 1
    if (left > 0) taken.set(name, left)
    else taken.delete(name)
    const next = waiting.shift()
    if (next) next()
    else going -= 1
  }

  const go = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    await begin()
    try {
      return await act()
    } finally {
      end(name)
    }
  }

  return {
    take(name, act) {
      const own = taken.get(name) ?? 0
      if (own >= mostEach) return undefined
      taken.set(name, own + 1)
      return go(name, act)
    },
  }
}
