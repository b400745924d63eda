// A browser that is killed ten times, in small: `npm run torture:browser` does it a thousand times, and measures how
// much is lost. Here nothing is measured: what was on the disk comes through, and nothing comes twice.

import { expect, it } from 'vitest'
import { playBatch } from '../faults/torture-browser/batch.ts'
import { toPlan } from '../faults/torture-browser/plan.ts'
import { isDoubled, isKeptLost } from '../faults/torture-browser/verdict.ts'

/** Of every way to kill so many: ten kills, as one kills twice. */
const TRIALS = { online: 4, offline: 2, 'two tabs': 2, restart: 1 }

/** The first trials of each. */
function toSeeds(): number[] {
  const left: Record<string, number> = { ...TRIALS }
  const seeds: number[] = []
  for (let seed = 1; Object.values(left).some((count) => count > 0); seed += 1) {
    const { scenario } = toPlan(seed)
    if (!left[scenario]) continue
    left[scenario] -= 1
    seeds.push(seed)
  }
  return seeds
}

it('a browser that is killed 10 times loses nothing that was on its disk, and tells nothing twice', async () => {
  const { trials, failed } = await playBatch({ seeds: toSeeds() })
  expect(failed).toEqual([])
  expect(trials.reduce((sum, { kills }) => sum + kills, 0)).toBe(10)
  expect(trials.filter(isDoubled)).toEqual([])
  expect(trials.filter(isKeptLost)).toEqual([])
  // Something must have come at all.
  expect(trials.some(({ told }) => told.some(({ toldMs }) => toldMs > 0))).toBe(true)
}, 600_000)
