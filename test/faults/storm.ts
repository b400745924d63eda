// `npm run storm`: a day of ten learners before a Timeback that fails three of ten requests, in every way in which a
// service can fail for a while, with tokens of a minute. All must be told, and nothing twice.
//
//   --hours 2         so long
//   --share 0.5       so many of the requests
//   --seed 7          another chance
//
// A run to its end is kept in test/bench/results/.

import { parseArgs } from 'node:util'
import { writeResults } from '../bench/support/results.ts'
import { runStorm } from './storm/storm.ts'

const { values: args } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    share: { type: 'string', default: '0.3' },
    seed: { type: 'string', default: '1' },
  },
})
const [hours, share, seed] = [Number(args.hours), Number(args.share), Number(args.seed)]
if (!(hours >= 1 && share >= 0 && share < 1 && Number.isInteger(seed)))
  throw new Error('--hours is a number from 1 on, --share one from 0 to below 1, --seed an integer')

const startedAt = Date.now()
const figures: object[] = []
for (const gradebook of ['platform', 'direct'] as const) {
  const report = await runStorm({
    seed,
    hours,
    share,
    gradebook,
    onHour: (hour) => console.log(`${gradebook}: ${hour} of ${hours} h`),
  })
  const { runs, requests, faults, wrong, maybeTwice } = report
  const struck = Object.values(faults).reduce((sum, count) => sum + count, 0)
  const wrongs = Object.entries(wrong)
  console.log(
    `${gradebook}: ${runs} runs, ${requests} requests, ${struck} of them failed; ` +
      `${wrongs.length} runs told wrongly, ${maybeTwice} events marked as perhaps there twice`,
  )
  for (const [run, why] of wrongs) console.error(`  ${run}: ${why}`)
  if (wrongs.length > 0) process.exitCode = 1
  figures.push({ gradebook, runs, requests, struck, faults, wrong, maybeTwice })
}
const command = ['npm run storm --', ...process.argv.slice(2)].join(' ')
const seconds = Math.round((Date.now() - startedAt) / 1_000)
console.log(
  `Kept in ${await writeResults('storm', command, { hours, share, seed, seconds, figures })}`,
)
