// `npm run bench:checkpoint`: ms of the main thread that it takes a page to keep what it has seen, each 800 ms, with a
// relay and without one, in a Chromium without DevTools; beside it what one put of one row costs there, and what the
// deferred request costs in its own task. First with cores that the page shares with all of the bench, then, where that
// can be had, with one of its own: that is what it costs the page, and has the bar. Kept in results/. Ends with 1 if the
// bar is missed.

import { cpus, loadavg } from 'node:os'
import { measureCheckpoints, type CheckpointResult } from './cost/checkpoint.ts'
import { runJobs, type Cores } from './cost/host.ts'
import { startWorld } from './support/bench-world.ts'
import { buildBundles } from './support/bundles.ts'
import { toTable } from './support/figures.ts'
import { canHaveOwnCore } from './support/own-core.ts'
import { writeResults } from './support/results.ts'

/** An hour of study, 800 ms each. */
const CHECKPOINTS = Number(process.argv[2] ?? 4_500)
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
const kinds = (['shared', 'own'] as const).flatMap((cores) =>
  [false, true].map((isOffline) => ({ cores, isOffline })),
)
const results: (CheckpointResult & { cores: Cores })[] = []
for (const { cores, isOffline } of kinds) {
  console.log(`… ${CHECKPOINTS} checkpoints, ${toText(cores, isOffline)}`)
  const job = { run: measureCheckpoints, given: { ...given, isOffline } }
  const [result] = await runJobs([job], () => {}, cores)
  results.push({ ...result!, cores })
}
await world.close()

const rows = results.flatMap(toRows)
console.log(
  toTable([
    ['', 'median', 'p99', 'most', 'bar for p99', ''],
    ...rows.map((row) => [
      row.what,
      ...[row.median, row.p99, row.max].map((ms) => `${ms.toFixed(2)} ms`),
      row.barMs === null ? '' : `${row.barMs} ms`,
      row.barMs === null ? '' : isMet(row) ? 'pass' : 'FAIL',
    ]),
  ]),
)
const waiting = results.map(({ cores, isOffline, waiting: rowsWaiting }) => ({
  cores,
  isOffline,
  rowsWaiting,
}))
const figures = { checkpoints: CHECKPOINTS, barMs: BAR_MS, canHaveOwnCore, rows, waiting }
console.log(`Kept in ${await writeResults('checkpoint', 'npm run bench:checkpoint', figures)}`)
process.exitCode = rows.every(isMet) ? 0 : 1

interface Row {
  what: string
  median: number
  p99: number
  max: number
  barMs: number | null
}

/** The bar is for what keeps the time, the minute's copy and all; the browser's part in it shows in the lines around. */
function toRows({
  cores,
  isOffline,
  onePut,
  keep,
  arm,
  copied,
}: CheckpointResult & { cores: Cores }) {
  const where = toText(cores, isOffline)
  return [
    toRow(`${where}: one put, nothing of ours`, onePut),
    toRow(`${where}: a checkpoint`, keep, cores === 'own' ? BAR_MS : null),
    toRow('  of these, with the second copy', pick(keep, copied)),
    toRow('  in the last tenth of the time', keep.slice(-Math.ceil(keep.length / 10))),
    toRow('  and its deferred request', arm),
    toRow('  both together', sum(keep, arm)),
  ]
}

function toText(cores: Cores, isOffline: boolean): string {
  const where = cores === 'shared' || !canHaveOwnCore ? 'shared cores' : 'a core of its own'
  return `${where}, ${isOffline ? 'no relay' : 'relay'}`
}

function toRow(what: string, ms: readonly number[], barMs: number | null = null): Row {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { what, median: at(0.5), p99: at(0.99), max: at(1), barMs }
}

function pick(values: readonly number[], indexes: readonly number[]): number[] {
  return indexes.map((index) => values[index]!)
}

function sum(some: readonly number[], others: readonly number[]): number[] {
  return some.map((value, index) => value + others[index]!)
}

function isMet({ p99, barMs }: Row): boolean {
  return barMs === null || p99 <= barMs
}
