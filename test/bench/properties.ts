// `npm run test:properties`: every property of time with a million random days each, rather than the 2,000 of the
// suite. A counterexample is printed with its seed and path; it then becomes a test of its own beside the property.
//
//   --runs 100000     so many days each
//   --only owner      the files whose names hold this
//
// A run to its end is kept in results/, one file for each --only.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeResults } from './support/results.ts'

const { values: args } = parseArgs({
  options: { runs: { type: 'string', default: '1000000' }, only: { type: 'string', default: '' } },
})
if (!(Number(args.runs) >= 1)) throw new Error(`--runs is a number from 1 on, not ${args.runs}`)

interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; startTime: number; endTime: number }[]
}

const root = path.resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(path.join(tmpdir(), 'stint-properties-'))
const output = path.join(folder, 'report.json')
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')

console.log(
  `${args.runs} days for each property; a million take about an hour and a half on 2 cores`,
)
const startedAt = Date.now()
const { status } = spawnSync(
  process.execPath,
  `run --project unit test/core/${args.only} --testTimeout 0`
    .split(' ')
    .concat(['--reporter', 'default', '--reporter', 'json', '--outputFile.json', output])
    .toSpliced(0, 0, vitest),
  { cwd: root, stdio: 'inherit', env: { ...process.env, STINT_RUNS: args.runs } },
)
const report = JSON.parse(readFileSync(output, 'utf8')) as Report
rmSync(folder, { recursive: true })

const command = ['npm run test:properties --', ...process.argv.slice(2)].join(' ')
const kept = await writeResults(`properties${args.only && `-${args.only}`}`, command, {
  runs: Number(args.runs),
  seconds: Math.round((Date.now() - startedAt) / 1_000),
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  files: report.testResults.map(({ name, startTime, endTime }) => ({
    file: path.relative(root, name),
    seconds: Math.round((endTime - startTime) / 1_000),
  })),
})
console.log(`Kept in ${kept}`)
process.exitCode = status ?? 1
