// `npm run torture:fsync`: a relay under strace receives from several pages at once, and of each receipt the trace of
// system calls must show that a sync of the database's log came between the reading of its request and its writing.
// It needs strace and the right to trace a process of one's own; Linux only.
//
//   --receipts 2000   at least so many
//
// Kept in bench/results/; exits with 1 if a receipt came too early.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { writeResults } from '../bench/support/results.ts'
import { createChance } from './support/chance.ts'
import { judgeTrace, STRACE_ARGS } from './torture-fsync/judge-trace.ts'
import { bundleRelay } from './torture-relay/bundle-relay.ts'
import { createClock } from './torture-relay/clock.ts'
import { createJournal } from './torture-relay/journal.ts'
import { startLearners } from './torture-relay/learners.ts'
import { untilWord } from './torture-relay/lives.ts'
import { openLine } from './torture-relay/post.ts'
import { startTimeback } from './torture-relay/timeback.ts'

const { values: args } = parseArgs({ options: { receipts: { type: 'string', default: '2000' } } })
const wanted = Number(args.receipts)
if (!(wanted >= 1)) throw new Error(`--receipts is a number from 1 on, not ${args.receipts}`)
if (spawnSync('strace', ['--version']).status !== 0) {
  console.error('strace is needed: apt-get install strace, or what your system has for it.')
  process.exit(1)
}

const chance = createChance(1)
const clock = createClock()
const journal = createJournal()
const folder = await mkdtemp(path.join(tmpdir(), 'stint-fsync-'))
const traceFile = path.join(folder, 'trace')
const program = await bundleRelay()
const timeback = await startTimeback(chance.fork(), clock)
const startedAt = Date.now()

const child = spawn(
  'strace',
  [...STRACE_ARGS, `--output=${traceFile}`, process.execPath, program.path],
  { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
)
await untilWord(child, 'loaded')
const ready = untilWord(child, 'ready')
child.send({ path: path.join(folder, 'relay.db'), timebackOrigin: timeback.origin, aheadMs: 0 })
const line = openLine((await ready).origin)
const learners = startLearners(chance.fork(), { clock, journal, line: () => line })
await journal.untilAnswered(wanted)
await learners.stop()
// Its parent has gone: that ends the relay, and strace with it.
const exited = once(child, 'exit')
child.disconnect()
await exited
line.close()
await timeback.close()

const { receipts, syncs, early } = judgeTrace(await readFile(traceFile, 'utf8'))
await Promise.all([rm(folder, { recursive: true }), program.remove()])
const { answers } = journal.count()
console.log(`${receipts} receipts in the trace, ${answers} at the pages, ${syncs} syncs of the log`)
for (const one of early.slice(0, 5)) console.log(`  too early: ${one}`)
const command = ['npm run torture:fsync --', ...process.argv.slice(2)].join(' ')
const ms = Date.now() - startedAt
const figures = { receipts, answers, syncs, early: early.length, ms }
console.log(`Kept in ${await writeResults('torture-fsync', command, figures)}`)
process.exitCode = early.length === 0 && receipts >= answers && receipts > 0 ? 0 : 1
