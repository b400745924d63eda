/** What happened in a world, line by line, with its instant; counted, and digested: the same world has the same digest. */
import type { Scheduler } from './scheduler.ts'

export interface Chronicle {
  tell(text: string): void
  count(name: string): void
  /** Something that must not be. */
  accuse(problem: string): void
  problems: string[]
  counts: Record<string, number>
  digest(): number
}

export function createChronicle(
  scheduler: Scheduler,
  startsAt: number,
  onTrace?: (text: string) => void,
): Chronicle {
  const counts: Record<string, number> = {}
  const problems: string[] = []
  let digest = 0
  const tell = (text: string) => {
    const ms = scheduler.now() - startsAt
    for (const letter of text) digest = (Math.imul(digest, 31) + letter.codePointAt(0)!) | 0
    digest = (digest + ms) | 0
    onTrace?.(`${(ms / 1_000).toFixed(3).padStart(9)}  ${text}`)
  }
  return {
    tell,
    count: (name) => void (counts[name] = (counts[name] ?? 0) + 1),
    accuse(problem) {
      tell(`PROBLEM ${problem}`)
      problems.push(problem)
    },
    problems,
    counts,
    digest: () => digest >>> 0,
  }
}
