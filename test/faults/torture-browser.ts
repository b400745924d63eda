// `npm run torture:browser`: Chromium on a profile that stays, killed, crashed or closed at random while runs are open,
// most of all in the middle of a write; then the learner comes back. Timeback must have been told of what was there, but
// for what the page had not written yet, and of nothing twice. It needs `npm run build`.
//
//   --kills 1000      so many SIGKILLs in all
//   --seed 1          what is by chance here; what the machine does at a kill is not
//   --batch 20        so many trials with one profile, one relay and one ledger
//   --lanes 2         so many batches at once: for most of its time a trial waits
//   --only offline    the trials of one scenario
//   --trial 100017    one trial by its own seed, with all that is known of it; nothing is kept
//   --resume          goes on where a run with this seed ended
//
// SIGTERM ends it with what it has. Kept in bench/results/; exits with 1 if a promise is broken.

import { parseArgs } from 'node:util'
import { writeResults } from '../bench/support/results.ts'
import { readScript } from '../../src/relay/node/server.ts'
import { openProgress, toClockTime, watchStop } from './support/progress.ts'
import { playBatch, type BatchReport } from './torture-browser/batch.ts'
import { toPlan } from './torture-browser/plan.ts'
import { toSummary } from './torture-browser/summary.ts'

const { values: args } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    batch: { type: 'string', default: '20' },
    lanes: { type: 'string', default: '2' },
    only: { type: 'string' },
    trial: { type: 'string' },
    resume: { type: 'boolean', default: false },
  },
})
const [kills, seed, batchTrials, lanes] = [args.kills, args.seed, args.batch, args.lanes].map(
  (text) => {
    if (!/^\d+$/.test(text)) throw new Error(`A number is wanted, not ${text}`)
    return Number(text)
  },
) as [number, number, number, number]

if (args.trial !== undefined) {
  const { trials, failed } = await playBatch({ seeds: [Number(args.trial)] })
  console.log(JSON.stringify({ trials, failed }, undefined, 2))
  process.exit(failed.length)
}

const script = await readScript('stint.js')
const canSendLater = script.includes('fetchLater')
const isStopping = watchStop()
const progress = await openProgress<BatchReport & { next: number }>('torture-browser', seed, args)
const readSummary = () => toSummary(progress.parts, { canSendLater })

/** A seed for each trial, so that one can be played again alone. */
let next = Math.max(seed * 100_000, ...progress.parts.map((part) => part.next))
const takeSeeds = () => {
  const seeds: number[] = []
  while (seeds.length < batchTrials) {
    if (args.only === undefined || toPlan(next).scenario === args.only) seeds.push(next)
    next += 1
  }
  return seeds
}

async function playLane(): Promise<void> {
  while (readSummary().kills < kills && !isStopping()) {
    const report = await playBatch({ seeds: takeSeeds(), isStopping })
    await progress.add({ ...report, next })
    printProgress(report)
  }
}

function printProgress({ failed: newlyFailed }: BatchReport) {
  const { kills: all, aimed, emptied, doubled, failed, broken, byPromise, ms } = readSummary()
  const { survived } = byPromise
  console.log(
    `${toClockTime(ms / lanes)}  ${all} kills, ${aimed} aimed, ${emptied} emptied, ` +
      `${doubled} doubled, ${failed} failed, ${broken.length} broken; survived: median ` +
      `${survived?.medianMs} ms, most ${survived?.maxMs} ms`,
  )
  for (const { plan, why } of newlyFailed) console.log(`  ${plan.seed} came to no end: ${why}`)
}

await Promise.all(Array.from({ length: lanes }, playLane))

const summary = readSummary()
const command = ['npm run torture:browser --', ...process.argv.slice(2)].join(' ')
const kept = await writeResults('torture-browser', command, { seed, canSendLater, ...summary })
for (const { seed: of, scenario, why } of summary.broken) console.log(`  ${of} ${scenario}: ${why}`)
console.log(`Kept in ${kept}`)
process.exitCode = summary.isClean ? 0 : 1
