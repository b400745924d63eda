/** Simulates many worlds, each from its own number, on all cores: a process for each, as worlds take theirs over. */
import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { Simulated } from './simulation.ts'

export interface Seeds {
  from: number
  count: number
  /** Planted in the code under test, by its name. */
  bug?: string | undefined
  /** Hears of each world, as they come; with true, no more are begun. */
  onDone: (simulated: Simulated) => boolean | void
}

/** A world that takes longer never ends; most take a tenth of a second. */
const PATIENCE_MS = 600_000

const WORKER = path.join(import.meta.dirname, 'worker.ts')

/** Cryptography in its synchronous form asks for keys in a way that Node would rather not see. */
const NODE_OPTIONS = ['--disable-warning=DEP0204', '--disable-warning=ExperimentalWarning']

export async function runSeeds({ from, count, bug = '', onDone }: Seeds): Promise<void> {
  let next = from
  let isOver = false
  const end = from + count

  const work = async () => {
    let worker: ChildProcess | undefined
    try {
      while (!isOver && next < end) {
        const seed = next
        next += 1
        worker ??= fork(WORKER, [bug], { execArgv: NODE_OPTIONS })
        const simulated = await simulateIn(worker, seed)
        if (onDone(simulated ?? toEndless(seed))) isOver = true
        if (simulated) continue
        worker.kill('SIGKILL')
        worker = undefined
      }
    } finally {
      worker?.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), count) }, work))
}

function simulateIn(worker: ChildProcess, seed: number): Promise<Simulated | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(undefined), PATIENCE_MS)
    const fail = () => {
      clearTimeout(timer)
      reject(new Error(`the process of seed ${seed} broke`))
    }
    const settle = (simulated: unknown) => {
      clearTimeout(timer)
      worker.off('message', settle).off('exit', fail)
      resolve(simulated as Simulated | undefined)
    }
    worker.on('message', settle).on('exit', fail)
    worker.send(seed)
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
