// `npm run simulate -- --seeds 20000`: so many worlds, each from its own number.
import { parseArgs } from 'node:util'
import { openStorage } from './simulate/storage.ts'
import { simulate } from './simulate/simulation.ts'

const { values: args } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const first = Number(args.seed ?? args.from)
const seeds = args.seed ? 1 : Number(args.seeds)
const { db, empty } = await openStorage()
const t0 = Date.now()
let failed = 0
for (let seed = first; seed < first + seeds; seed += 1) {
  empty()
  const done = await simulate(db, seed, args.trace ? { onTrace: (text) => console.log(text) } : {})
  if (done.problems.length) {
    failed += 1
    console.log(seed, done.problems.slice(0, 6))
  }
  if (args.seed) console.log(done)
}
console.log({ failed, seeds, msPerSeed: (Date.now() - t0) / seeds })
process.exit(0)
