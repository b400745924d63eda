// A small version of `npm run simulate` and `npm run simulate:bugs`.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readImports } from '../architecture/source-text.ts'
import { BUGS, plantIn } from './simulate/bugs.ts'
import { findBug } from './simulate/find-bug.ts'
import { runSeeds } from './simulate/run-seeds.ts'
import type { Simulated } from './simulate/simulation.ts'

/** About 20 s on two cores that have nothing else to do; 20,000 by the script. */
const SEEDS = 500

/** Those that few worlds are needed for; all of them by the script. */
const QUICK_BUGS = [
  'delete before receipt',
  'overlap counted twice',
  'reach compared the wrong way at delete',
  'unclear sent again without asking',
]

async function simulateAll(from: number, count: number): Promise<Simulated[]> {
  const all: Simulated[] = []
  await runSeeds({ from, count, onDone: (simulated) => void all.push(simulated) })
  return all.toSorted((a, b) => a.seed - b.seed)
}

describe(
  'learners, tabs, devices, relays and a Timeback where everything fails',
  { timeout: 600_000 },
  () => {
    it(`lose no millisecond and count none twice, in ${SEEDS} worlds`, async () => {
      const all = await simulateAll(1, SEEDS)
      expect(all).toHaveLength(SEEDS)
      expect(all.filter(({ problems }) => problems.length > 0)).toEqual([])
      const sum = (name: string) =>
        all.reduce((total, { counts }) => total + (counts[name] ?? 0), 0)
      // It proves nothing if nothing happened.
      expect(sum('kills')).toBeGreaterThan(SEEDS / 2)
      expect(sum('holds')).toBeGreaterThan(SEEDS / 20)
      expect(sum('events')).toBeGreaterThan(SEEDS * 2)
    })

    it('are the same worlds again from the same numbers', async () => {
      const [first, second] = [await simulateAll(7, 4), await simulateAll(7, 4)]
      expect(first).toEqual(second)
      expect(new Set(first.map(({ digest }) => digest)).size).toBe(4)
    })
  },
)

describe('a planted bug', { timeout: 600_000 }, () => {
  it.each(QUICK_BUGS)('is found within 60 worlds: %s', async (name) => {
    expect(await findBug(name, 60)).toBeDefined()
  })

  it.each(BUGS)('has its place in the source: $name', (bug) => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../..', bug.file), 'utf8')
    expect(plantIn(text, bug)).not.toBe(text)
    expect(() => plantIn('', bug)).toThrow(bug.file)
  })
})

it('the auditor and all that it counts with import nothing from src/', () => {
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { from, typeOnly } of readImports(readFileSync(file, 'utf8'))) {
      const target = path.resolve(path.dirname(file), from)
      expect(target).not.toContain(`${path.sep}src${path.sep}`)
      if (!typeOnly && from.startsWith('.')) visit(target)
    }
  }
  visit(path.resolve(import.meta.dirname, 'simulate/auditor.ts'))
  expect([...seen].map((file) => path.basename(file)).toSorted()).toEqual([
    'auditor.ts',
    'day.ts',
    'stretches.ts',
    'truth.ts',
  ])
})
