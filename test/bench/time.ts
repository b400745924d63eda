// `npm run bench:time`: how far off Stint's time is, in a real Chromium, against what a recorder of the bench's own
// saw. With no argument all scenarios, three times, and the figures are kept in results/. Ends with 1 if a bar is
// missed.
//
//   --runs 5            each scenario so many times
//   --only main,sleep   some of them; then nothing is kept, unless there is
//   --write             keeps the figures all the same
//   --explain           what was true and what the page said, stretch by stretch, of runs within the bar too

import { parseArgs } from 'node:util'
import { crossOriginFrame, sameOriginFrame } from './scenarios/frames.ts'
import { background, bfcache, freeze } from './scenarios/lifecycle.ts'
import { main } from './scenarios/main.ts'
import { media } from './scenarios/media.ts'
import { sleep } from './scenarios/sleep.ts'
import { twoWindows } from './scenarios/two-windows.ts'
import { buildBundles } from './support/bundles.ts'
import type { Bundles } from './support/bundles.ts'
import { explain } from './support/explain.ts'
import { writeResults } from './support/results.ts'
import type { Scenario } from './support/scenario.ts'
import { openStage } from './support/stage.ts'
import { BENCH_RULES } from './support/truth.ts'
import { judge, toReport, type RunResult, type Verdict } from './support/verdict.ts'

const ALL: readonly Scenario[] = [
  main,
  sleep,
  sameOriginFrame,
  crossOriginFrame,
  media,
  freeze,
  bfcache,
  background,
  twoWindows,
]
const FULL_RUNS = 3

/** A browser and a relay start, and Timeback hears of it. */
const AROUND_SECONDS = 3

const { values: args } = parseArgs({
  options: {
    runs: { type: 'string', default: String(FULL_RUNS) },
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
  },
})
const runs = Number(args.runs)
if (!(runs >= 1)) throw new Error(`--runs is a number from 1 on, not ${args.runs}`)
const chosen = choose(args.only)

const seconds = chosen.reduce((sum, one) => sum + (one.seconds + AROUND_SECONDS) * runs, 0)
console.log(`${chosen.length} scenarios, ${runs} runs each: about ${Math.ceil(seconds / 60)} min`)
const bundles = await buildBundles()
const verdicts: Verdict[] = []
for (const scenario of chosen) {
  const results: RunResult[] = []
  for (let run = 1; run <= runs; run += 1) {
    console.log(`… ${scenario.name}, run ${run} of ${runs}, about ${scenario.seconds} s`)
    results.push(await playOnce(scenario, bundles))
  }
  const verdict = judge(scenario, results)
  console.log(toReport(verdict))
  verdicts.push(verdict)
}

const missed = verdicts.filter(({ passed }) => !passed).map(({ name }) => name)
console.log(missed.length > 0 ? `Missed: ${missed.join(', ')}` : 'Every bar is met.')
if (args.write || (chosen.length === ALL.length && runs >= FULL_RUNS)) {
  const command = ['npm run bench:time', ...process.argv.slice(2)].join(' ')
  console.log(`Kept in ${await writeResults('time', command, { scenarios: verdicts })}`)
}
process.exitCode = missed.length > 0 ? 1 : 0

function choose(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return ALL
  return only.split(',').map((wanted) => {
    const found = ALL.find(({ name }) => name === wanted)
    if (found) return found
    throw new Error(`There is no scenario ${wanted}: ${ALL.map(({ name }) => name).join(', ')}`)
  })
}

/** One that goes wrong is a figure too: the others go on. */
async function playOnce(scenario: Scenario, given: Bundles): Promise<RunResult> {
  const stage = await openStage(given, { ...BENCH_RULES, ...scenario.rules })
  try {
    const outcome = await scenario.play(stage)
    const { truth, page, told } = outcome
    const result = { truth, page, told }
    if (args.explain || !judge(scenario, [result]).passed) console.log(explain(outcome))
    return result
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  } finally {
    await stage.close()
  }
}
