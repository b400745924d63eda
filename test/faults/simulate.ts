// `npm run simulate -- --seeds 20000`: so many worlds, each from its own number; a world that loses a millisecond, or
// counts one twice, is named by it.
//
//   --seeds 20000            so many
//   --from 1                 the first of them; without it, a run that was broken off goes on
//   --seed 1234 --trace      one of them again, with all that happens in it
//   --bug 'NAME'             with that bug of simulate/bugs.ts in it
//
// SIGTERM ends it in order. What it has then is kept in ../bench/results/, and the same command goes on with it.
import { parseArgs } from 'node:util'
import { writeResults } from '../bench/support/results.ts'
import { watchStop } from './support/progress.ts'
import { plantBug } from './simulate/bugs.ts'
import { openProgress } from './simulate/progress.ts'
import { runSeeds } from './simulate/run-seeds.ts'

const { values: args } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string' },
    seed: { type: 'string' },
    bug: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

/** A count that is no number would be a run that proves nothing. */
function toNumber(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is a number, not ${text}`)
  return number
}

const replay = async (seed: number) => {
  // Before its file is read.
  if (args.bug !== undefined) plantBug(args.bug)
  const { simulate } = await import('./simulate/simulation.ts')
  const { openStorage } = await import('./simulate/storage.ts')
  const onTrace = (text: string) => console.log(text)
  const simulated = await simulate(await openStorage(), seed, args.trace ? onTrace : undefined)
  console.log(simulated)
  process.exitCode = simulated.problems.length > 0 ? 1 : 0
}

const runAll = async (seeds: number) => {
  const progress = openProgress(
    seeds,
    args.from === undefined ? undefined : toNumber('from', args.from),
  )
  const { state } = progress
  const isStopping = watchStop()
  if (state.done > 0) console.log(`Goes on after ${state.done} of ${seeds}`)
  await runSeeds({
    from: state.from + state.done,
    count: seeds - state.done,
    onDone(simulated) {
      progress.add(simulated)
      const { seed, problems } = simulated
      if (problems.length > 0) {
        console.log(`seed ${seed}: ${problems.slice(0, 5).join('\n  ')}`)
        console.log(`  again: npm run simulate -- --seed ${seed} --trace`)
      }
      return isStopping()
    },
  })
  const command = ['npm run simulate --', ...process.argv.slice(2)].join(' ')
  console.log(`Kept in ${await writeResults('simulate', command, progress.finish())}`)
  process.exitCode = state.failed.length > 0 ? 1 : 0
}

await (args.seed === undefined
  ? runAll(toNumber('seeds', args.seeds))
  : replay(toNumber('seed', args.seed)))
