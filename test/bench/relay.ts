// `npm run bench:relay`: how many flushes a second `stint relay` takes for good, beside a server of one durable insert
// per request and one that does nothing; and what an entry costs as the tables grow. The figures are kept in results/.
//
//   --seconds 2       each server is under load for so long, five times in turns
//   --rows 10000      grows to so many slices and outbox rows
//
// Ends with 1 if a bar is missed.

import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { CONTENDERS, holdContest, toRatios, type Contest } from './relay/contest.ts'
import { measureGrowth, type Growth } from './relay/growth.ts'
import { toFigures, toTable, toText } from './support/figures.ts'
import { writeResults } from './support/results.ts'

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rows: { type: 'string', default: '1000000' },
  },
})
for (const [name, value] of Object.entries(args)) {
  if (!(Number(value) >= 1)) throw new Error(`--${name} is a number from 1 on, not ${value}`)
}

const RATIO_BAR = 2
/** How much dearer an entry may be among the most rows than among the fewest, in work of the processor. */
const GROWTH_BAR = 1.5
const READY_BAR_MS = 5_000
/** As disks of the cloud do, and disks that do not lie. */
const SLOW_SYNC_MS = 1

const sizes = [1_000, 10_000, 100_000, 1_000_000].filter((rows) => rows <= Number(args.rows))
const names = {
  relay: 'stint relay',
  durable: 'one durable insert per request',
  bare: 'a bare node:http server',
}

if (loadavg()[0]! > cpus().length / 2) {
  console.log(`The machine is busy (load ${loadavg()[0]!.toFixed(1)}): only ratios mean something.`)
}
const loadBefore = loadavg()
console.log('… under the load of 50 connections, two minutes')
const contest = await holdContest(Number(args.seconds))
printContest(contest)
const slowContest = canSlow() ? await holdSlowContest() : undefined
console.log('… with more and more rows, some minutes')
const growth = await measureGrowth(sizes, (measured) => printGrowth([measured]))
printGrowth(growth)

const bars = toBars()
for (const { what, value, isMet } of bars)
  console.log(`${isMet ? 'pass' : 'FAIL'}  ${what}: ${value}`)
const command = ['npm run bench:relay --', ...process.argv.slice(2)].join(' ')
const kept = await writeResults('relay', command, {
  loadBefore,
  bars,
  contest,
  slowSyncMs: SLOW_SYNC_MS,
  slowContest,
  growth,
})
console.log(`Kept in ${kept}`)
process.exitCode = bars.every(({ isMet }) => isMet) ? 0 : 1

/** Where a disk is as quick as memory, a wait that is shared saves little. */
async function holdSlowContest(): Promise<Contest> {
  console.log(`… and where the disk takes ${SLOW_SYNC_MS} ms more for what is to last, two minutes`)
  const held = await holdContest(Number(args.seconds), SLOW_SYNC_MS)
  printContest(held)
  return held
}

function canSlow(): boolean {
  if (spawnSync('strace', ['--version']).status === 0) return true
  console.log('Without strace (Linux) the disk can be had only as it is.')
  return false
}

function printContest(held: Contest) {
  const whole = (value: number) => value.toFixed(0)
  console.log(
    toTable([
      ['', 'flushes/s, min / median / max', 'p99 ms, min / median / max', 'load'],
      ...CONTENDERS.map((of) => {
        const pick = (part: 'perSecond' | 'p99Ms' | 'loadCpu') =>
          toFigures(held[of].map((one) => one[part]))
        const load = pick('loadCpu').median.toFixed(2)
        return [names[of], toText(pick('perSecond'), whole), toText(pick('p99Ms'), whole), load]
      }),
    ]),
  )
}

function printGrowth(measured: readonly Growth[]) {
  const toCell = ({ clockMs, cpuMs }: Growth['receive']) =>
    `${clockMs.toFixed(2)} / ${cpuMs.toFixed(2)}`
  console.log(
    toTable([
      ['rows', 'a receipt', 'a run told', 'a row sent', 'ready'],
      ...measured.map(({ rows, receive, round, send, readyMs }) => [
        String(rows),
        toCell(receive),
        toCell(round),
        toCell(send),
        `${(readyMs / 1_000).toFixed(1)} s`,
      ]),
    ]),
  )
  console.log('Each in ms: by the clock / of the processor.')
}

function toBars() {
  const toRatio = (held: Contest) => toFigures(toRatios(held, 'durable')).median
  const ratio = toRatio(contest)
  const first = growth[0]!
  const last = growth.at(-1)!
  const grown = (['receive', 'round', 'send'] as const).map((part) => {
    const times = last[part].cpuMs / first[part].cpuMs
    return {
      what: `${part}, ${last.rows} rows to ${first.rows}, at most ${GROWTH_BAR} times`,
      value: times,
      isMet: times <= GROWTH_BAR,
    }
  })
  return [
    {
      what: `flushes to one durable insert per request, at least ${RATIO_BAR} times`,
      value: ratio,
      isMet: ratio >= RATIO_BAR,
    },
    ...(slowContest ? [toSlowBar(toRatio(slowContest))] : []),
    ...grown,
    {
      what: `ready with ${last.rows} rows waiting, at most ${READY_BAR_MS} ms`,
      value: last.readyMs,
      isMet: last.readyMs <= READY_BAR_MS,
    },
  ].map((bar) => ({ ...bar, value: Math.round(bar.value * 100) / 100 }))
}

function toSlowBar(ratio: number) {
  const what = `the same where the disk takes ${SLOW_SYNC_MS} ms more, at least ${RATIO_BAR} times`
  return { what, value: ratio, isMet: ratio >= RATIO_BAR }
}
