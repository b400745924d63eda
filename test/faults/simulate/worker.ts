// A thread that simulates one world after another: it is told a seed and answers with what came of it.
import { parentPort, workerData } from 'node:worker_threads'
import { plantBug } from './bugs.ts'

const { bug } = workerData as { bug: string | undefined }
if (bug !== undefined) plantBug(bug)

// Only now: a bug is planted before its file is read.
const { openStorage } = await import('./storage.ts')
const { simulate } = await import('./simulation.ts')

const storage = await openStorage()
parentPort!.on('message', (seed: number) => {
  void simulate(storage, seed).then((simulated) => parentPort!.postMessage(simulated, []))
})
