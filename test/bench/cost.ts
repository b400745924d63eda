// `npm run bench:cost`: what Stint costs the page that has it, measured by pages in a Chromium without DevTools, on a
// core of their own where that can be had: us added to each input event, ms to start. The figures are kept in results/.
// Ends with 1 if a bar is missed.

import { cpus, loadavg } from 'node:os'
import { measureEvents } from './cost/events.ts'
import { runJobs } from './cost/host.ts'
import { measureStartup, type StartupGiven, type StartupResult } from './cost/startup.ts'
import { startWorld } from './support/bench-world.ts'
import { buildBundles } from './support/bundles.ts'
import { toFigures, toTable, toText, type Figures } from './support/figures.ts'
import { canHaveOwnCore } from './support/own-core.ts'
import { writeResults } from './support/results.ts'

interface Row {
  what: string
  unit: 'us' | 'ms'
  figures: Figures
  /** For the median. */
  bar: number | null
}

const ROUNDS = 15
const LOADS = 21
const EVENT_BAR_US = 0.7
const CORE_BAR_MS = 2
/** For the whole task: no page should stutter for a pill. */
const PILL_BAR_MS = 10

/** As often as they come: a fast mouse or wheel, a key that is held, each frame of scrolling on a fast screen. */
const EVENTS = [
  { type: 'pointermove', perSecond: 120 },
  { type: 'keydown', perSecond: 30 },
  { type: 'wheel', perSecond: 120 },
  { type: 'scroll', perSecond: 120 },
]

// Two processes of the browser work for a page that starts.
if (loadavg()[0]! > cpus().length / 2) {
  console.log(
    `The machine is busy (load ${loadavg()[0]!.toFixed(1)}): starting will look slower than it is.`,
  )
}
const bundles = await buildBundles()
const { embed, core, widget } = bundles
const texts = { core, 'script tag': embed, widget }
const kinds = Object.keys(texts) as StartupGiven['of'][]
const world = await startWorld(bundles)
const relay = world.relayOrigin
console.log('… what an event costs, about a minute')
const [added] = await runJobs(
  [{ run: measureEvents, given: { script: embed, relay, rounds: ROUNDS, events: EVENTS } }],
  () => {},
)
console.log(`… what starting costs, ${kinds.length * LOADS} fresh pages, about a minute`)
const loads = await runJobs(toLoads(), () => {})
await world.close()

const rows: Row[] = [
  ...EVENTS.flatMap(({ type }) => [
    toRow(`added per ${type}`, 'us', added![type]!.stint, EVENT_BAR_US),
    toRow('  by a listener that does nothing', 'us', added![type]!.empty, null),
  ]),
  ...toStartRows('core', 'page core', CORE_BAR_MS),
  ...toStartRows('script tag', 'script tag', null),
  toRow('the pill, mounted', 'ms', pick('widget', 'started'), null),
  toRow('the pill: its longest task', 'ms', pick('widget', 'atNextTask'), PILL_BAR_MS),
]
console.log(
  toTable([
    ['', 'min / median / max', 'bar', ''],
    ...rows.map((row) => [
      row.what,
      `${toText(row.figures, (value) => value.toFixed(2))} ${row.unit}`,
      row.bar === null ? '' : `${row.bar} ${row.unit}`,
      row.bar === null ? '' : isMet(row) ? 'pass' : 'FAIL',
    ]),
  ]),
)
console.log(
  `Kept in ${await writeResults('cost', 'npm run bench:cost', { canHaveOwnCore, rows, added, loads })}`,
)
process.exitCode = rows.every(isMet) ? 0 : 1

/** In turns, so that a machine that gets slower does so for all. */
function toLoads() {
  return Array.from({ length: kinds.length * LOADS }, (_, index) => {
    const of = kinds[index % kinds.length]!
    return { run: measureStartup, given: { of, text: texts[of], relay, id: `load-${index}` } }
  })
}

function pick(of: StartupGiven['of'], part: keyof Omit<StartupResult, 'of'>): number[] {
  return loads.filter((load) => load.of === of).map((load) => load[part])
}

function toStartRows(of: StartupGiven['of'], what: string, bar: number | null): Row[] {
  const parts =
    of === 'core'
      ? [
          toRow(`${what}: evaluated`, 'ms', pick(of, 'evaluated'), null),
          toRow(`${what}: and created`, 'ms', pick(of, 'created'), null),
        ]
      : []
  return [
    ...parts,
    toRow(`${what}: and started`, 'ms', pick(of, 'started'), bar),
    toRow(`${what}: until the next task`, 'ms', pick(of, 'atNextTask'), null),
  ]
}

function toRow(
  what: string,
  unit: Row['unit'],
  values: readonly number[],
  bar: number | null,
): Row {
  return { what, unit, figures: toFigures(values), bar }
}

function isMet({ figures, bar }: Row): boolean {
  return bar === null || figures.median <= bar
}
