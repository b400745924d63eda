/** Simulates many worlds, each from its own number, on all cores. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Simulated } from './simulation.ts'

export interface Seeds {
  from: number
  count: number
  /** Planted in the code under test, by its name. */
  bug?: string | undefined
  /** Hears of each world, as they come; with true, no more are begun. */
  onDone: (simulated: Simulated) => boolean | void
}

/** A world that takes longer never ends. */
const PATIENCE_MS = 600_000

const WORKER = new URL('./worker.ts', import.meta.url)
const OPTIONS = { execArgv: ['--disable-warning=DEP0204', '--disable-warning=ExperimentalWarning'] }

export async function runSeeds({ from, count, bug, onDone }: Seeds): Promise<void> {
  let next = from
  let isOver = false
  const end = from + count

  const work = async () => {
    let worker = new Worker(WORKER, { ...OPTIONS, workerData: { bug } })
    while (!isOver && next < end) {
      const seed = next
      next += 1
      const simulated = await simulateIn(worker, seed)
      if (onDone(simulated ?? toEndless(seed))) isOver = true
      if (simulated) continue
      await worker.terminate()
      worker = new Worker(WORKER, { ...OPTIONS, workerData: { bug } })
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), count) }, work))
}

function simulateIn(worker: Worker, seed: number): Promise<Simulated | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(undefined), PATIENCE_MS)
    const fail = (cause: unknown) => reject(new Error(`seed ${seed} broke`, { cause }))
    const settle = (simulated: Simulated | undefined) => {
      clearTimeout(timer)
      worker.off('message', settle).off('error', fail)
      resolve(simulated)
    }
    worker.on('message', settle).on('error', fail)
    worker.postMessage(seed, [])
  })
}

const toEndless = (seed: number): Simulated => ({
  seed,
  problems: ['it never ended'],
  toldMs: 0,
  lostWithMemoryMs: 0,
  digest: 0,
  ms: 0,
  counts: {},
})
