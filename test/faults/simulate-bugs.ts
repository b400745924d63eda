// `npm run simulate:bugs`: plants each bug, one at a time, and runs worlds until one of them tells of it. A bug that 2,000
// worlds don't notice fails the run.
//
//   --seeds 2000     so many at the most
//   --only lease     the bugs whose names hold this
import { parseArgs } from 'node:util'
import { writeResults } from '../bench/support/results.ts'
import { BUGS } from './simulate/bugs.ts'
import { findBug } from './simulate/find-bug.ts'

const { values: args } = parseArgs({
  options: { seeds: { type: 'string', default: '2000' }, only: { type: 'string', default: '' } },
})
const most = Number(args.seeds)
if (!(most >= 1)) throw new Error(`--seeds is a number from 1 on, not ${args.seeds}`)

const startedAt = Date.now()
const found = []
for (const { name } of BUGS.filter((bug) => bug.name.includes(args.only))) {
  const caught = await findBug(name, most)
  found.push({ bug: name, ...caught })
  console.log(caught ? `${name}: seed ${caught.seed}, ${caught.problem}` : `${name}: NOT FOUND`)
}
const missed = found.filter((one) => !('seed' in one)).length
const command = ['npm run simulate:bugs --', ...process.argv.slice(2)].join(' ')
const figures = { most, missed, seconds: Math.round((Date.now() - startedAt) / 1_000), found }
console.log(`Kept in ${await writeResults('simulate-bugs', command, figures)}`)
process.exitCode = missed > 0 ? 1 : 0
