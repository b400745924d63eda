/** Looks for a planted bug: the first world that tells of it. */
import { runSeeds } from './run-seeds.ts'

export interface Caught {
  seed: number
  problem: string
}

/** In the worlds from 1 on, `most` at the most; undefined where none of them noticed. */
export async function findBug(bug: string, most: number): Promise<Caught | undefined> {
  let caught: Caught | undefined
  await runSeeds({
    from: 1,
    count: most,
    bug,
    onDone({ seed, problems }) {
      const [problem] = problems
      if (problem === undefined) return false
      if (!caught || seed < caught.seed) caught = { seed, problem }
      return true
    },
  })
  return caught
}
