// A process that simulates one world after another: it is sent a seed and answers with what came of it.
import { plantBug } from './bugs.ts'

const [bug] = process.argv.slice(2)
if (bug) plantBug(bug)

// Only now: a bug is planted before its file is read.
const { openStorage } = await import('./storage.ts')
const { simulate } = await import('./simulation.ts')

const storage = await openStorage()
process.on('message', (seed: number) => {
  void simulate(storage, seed).then((simulated) => process.send!(simulated))
})
