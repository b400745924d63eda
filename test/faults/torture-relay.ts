// `npm run torture:relay`: a relay in a process of its own receives, settles and delivers, is SIGKILLed at random
// points and started again on the same file. What pages have receipts for must be there, and Timeback must have been
// told of each run what it was worth, once.
//
//   --kills 10000     so many kills in all
//   --receipts 1000000  and at least so many receipts
//   --seed 1          what is by chance here; what the machine does at a kill is not
//   --round 250       so many kills on one database, which is then delivered, audited and taken away
//   --pace 0.2        how long lives last, of 1: shorter ones make more kills in an hour, and fewer receipts for each
//   --resume          goes on where a run with this seed ended
//
// SIGTERM ends the round under way early, and all of it counts. Kept in bench/results/; exits with 1 if anything is
// lost or doubled.

import { parseArgs } from 'node:util'
import { writeResults } from '../bench/support/results.ts'
import { openProgress, toClockTime, watchStop } from './support/progress.ts'
import { createLives } from './torture-relay/lives.ts'
import { playRound, type RoundReport } from './torture-relay/round.ts'
import { toSummary } from './torture-relay/summary.ts'

const { values: args } = parseArgs({
  options: {
    kills: { type: 'string', default: '10000' },
    receipts: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    round: { type: 'string', default: '250' },
    pace: { type: 'string', default: '0.2' },
    resume: { type: 'boolean', default: false },
  },
})
const [wantedKills, wantedReceipts, seed, roundKills] = [
  args.kills,
  args.receipts,
  args.seed,
  args.round,
].map((text) => {
  if (!/^\d+$/.test(text)) throw new Error(`A number is wanted, not ${text}`)
  return Number(text)
}) as [number, number, number, number]

const pace = Number(args.pace)
if (!(pace > 0 && pace <= 1)) throw new Error(`--pace is above 0 and at most 1, not ${args.pace}`)

const isStopping = watchStop()
const progress = await openProgress<RoundReport>('torture-relay', seed, args)
const lives = await createLives((what) => console.log(`  the relay: ${what}`))

const isMissing = () => {
  const { kills, receipts } = toSummary(progress.parts)
  return kills < wantedKills || receipts < wantedReceipts
}
while (isMissing() && !isStopping()) {
  const number = progress.parts.length
  const left = wantedKills - toSummary(progress.parts).kills
  const kills = left > 0 ? Math.min(roundKills, left) : roundKills
  // A seed for each round, so that one can be played again alone.
  const report = await playRound({ seed: seed * 100_000 + number, kills, lives, pace, isStopping })
  await progress.add(report)
  const { kills: all, receipts, ms, found } = toSummary(progress.parts)
  console.log(
    `${toClockTime(ms)}  ${all} kills, ${receipts} receipts, found: ${JSON.stringify(found)}`,
  )
  const { findings, complaints } = report
  const lines = [...Object.values(findings).flat(), ...complaints]
  for (const line of lines.slice(0, 10)) console.log(`  seed ${report.seed}: ${line}`)
}
await lives.close()

const summary = toSummary(progress.parts)
const command = ['npm run torture:relay --', ...process.argv.slice(2)].join(' ')
const kept = await writeResults('torture-relay', command, { seed, ...summary })
console.log(`Kept in ${kept}`)
process.exitCode = summary.isClean ? 0 : 1
