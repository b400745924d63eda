// A browser that is killed ten times, in small: `npm run torture:browser` does it a thousand times, and measures how
// much is lost. Here nothing is measured: what was on the disk comes through, and nothing comes twice.

import { expect, it } from 'vitest'
import { playBatch } from '../faults/torture-browser/batch.ts'
import { isKilled, toPlan } from '../faults/torture-browser/plan.ts'
import { isDoubled, isKeptLost } from '../faults/torture-browser/verdict.ts'

const KILLS = 10

/** The first so many trials that kill, of every way to do it. */
function toSeeds(): number[] {
  const seeds: number[] = []
  for (let seed = 1, kills = 0; kills < KILLS; seed += 1) {
    const { scenario } = toPlan(seed)
    if (!isKilled(scenario)) continue
    seeds.push(seed)
    kills += scenario === 'restart' ? 2 : 1
  }
  return seeds
}

it('a browser that is killed 10 times loses nothing that was on its disk, and tells nothing twice', async () => {
  const seeds = toSeeds()
  const scenarios = new Set(seeds.map((seed) => toPlan(seed).scenario))
  expect([...scenarios].toSorted()).toEqual(['offline', 'online', 'restart', 'two tabs'])
  const { trials, failed } = await playBatch({ seeds })
  expect(failed).toEqual([])
  expect(trials.filter(isDoubled)).toEqual([])
  expect(trials.filter(isKeptLost)).toEqual([])
  // Something must have come at all.
  expect(trials.some(({ told }) => told.some(({ toldMs }) => toldMs > 0))).toBe(true)
}, 300_000)
