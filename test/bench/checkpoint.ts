// `npm run bench:checkpoint`: ms of the main thread that it takes a page to keep what it has seen, each second, with a
// relay and without one, in a Chromium without DevTools. Kept in results/. Ends with 1 if the bar is missed.

import { cpus, loadavg } from 'node:os'
import { measureCheckpoints, type CheckpointResult } from './cost/checkpoint.ts'
import { runJobs } from './cost/host.ts'
import { startWorld } from './support/bench-world.ts'
import { buildBundles } from './support/bundles.ts'
import { toTable } from './support/figures.ts'
import { writeResults } from './support/results.ts'

/** An hour of study, a second each. */
const CHECKPOINTS = Number(process.argv[2] ?? 3_600)
const BAR_MS = 0.5

if (loadavg()[0]! > cpus().length / 2) {
  console.log(`The machine is busy (load ${loadavg()[0]!.toFixed(1)}): it will look slower.`)
}
const { embed, widget } = await buildBundles()
const world = await startWorld(
  { embed, widget },
  { leaveAfterMs: 'never', suspendAfterMs: 'never' },
)
const given = { script: embed, relay: world.relayOrigin, checkpoints: CHECKPOINTS }
console.log(`… ${CHECKPOINTS} checkpoints with a relay, and as many without`)
const results = await runJobs(
  [false, true].map((isOffline) => ({ run: measureCheckpoints, given: { ...given, isOffline } })),
  [],
  () => {},
)
await world.close()

const rows = results.map(toRow)
console.log(
  toTable([
    ['', 'median', 'p99', 'most', 'bar for p99', ''],
    ...rows.map(({ what, median, p99, max }) => [
      what,
      ...[median, p99, max].map((ms) => `${ms.toFixed(2)} ms`),
      `${BAR_MS} ms`,
      p99 <= BAR_MS ? 'pass' : 'FAIL',
    ]),
  ]),
)
const figures = { checkpoints: CHECKPOINTS, barMs: BAR_MS, rows }
console.log(`Kept in ${await writeResults('checkpoint', 'npm run bench:checkpoint', figures)}`)
process.exitCode = rows.every(({ p99 }) => p99 <= BAR_MS) ? 0 : 1

function toRow({ isOffline, ms, waiting }: CheckpointResult) {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return {
    what: isOffline ? 'no relay' : 'relay',
    median: at(0.5),
    p99: at(0.99),
    max: at(1),
    rowsWaiting: waiting,
  }
}
