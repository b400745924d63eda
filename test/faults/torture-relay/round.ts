// A round: one database, one ledger, some learners, and a relay that is killed again and again between them. After each
// kill the receipts since the last one are looked for in a copy of the file; at the end everything is delivered and
// all of it is held against what was true.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { createChance } from '../support/chance.ts'
import {
  audit,
  countUndone,
  findLostReceipts,
  findStrays,
  withCopy,
  type Findings,
} from './audit.ts'
import { createClock } from './clock.ts'
import { createJournal } from './journal.ts'
import { chooseWay, untilMoment, type Way } from './killing.ts'
import type { Life, Lives } from './lives.ts'
import { createPage } from './page.ts'
import { openLine, type Line } from './post.ts'
import { startTimeback } from './timeback.ts'

export interface RoundOptions {
  seed: number
  kills: number
  lives: Lives
  /** What lives last of their usual length: more kills in less time, and fewer receipts in each. By default 1. */
  pace?: number
  /** Whether to end before all kills are made; what was done counts. */
  isStopping?: () => boolean
}

export interface RoundReport {
  seed: number
  kills: number
  /** How many died in which way. */
  ways: Partial<Record<Way, number>>
  /** Answered flushes: each is a receipt. */
  receipts: number
  verdicts: number
  entries: number
  runs: number
  events: number
  ms: number
  findings: Findings
  complaints: readonly string[]
}

const LEARNERS = 10
const TABS = 2
const MAX_JUMP_MS = 60_000
const MAX_DRAIN_STEPS = 400

export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const { seed, kills, lives, pace = 1, isStopping = () => false } = options
  const begunAt = Date.now()
  const chance = createChance(seed)
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-torture-'))
  const file = path.join(folder, 'relay.db')
  const clock = createClock()
  const journal = createJournal()
  const timeback = await startTimeback(chance.fork(), clock)
  const ways: RoundReport['ways'] = {}
  const lostReceipts = new Set<string>()
  const strays = new Set<string>()
  let line: Line | undefined
  let made = 0

  const begin = () =>
    lives.begin({ path: file, timebackOrigin: timeback.origin, aheadMs: clock.aheadMs })
  const connect = async (life: Life) => {
    line = openLine(await life.origin)
  }
  const disconnect = () => {
    line?.close()
    line = undefined
  }
  const pages = Array.from({ length: LEARNERS }, (_, index) =>
    createPage(`learner${index}`, chance.fork(), { clock, journal, line: () => line }),
  )
  let areWorking = true
  const work = async (page: (typeof pages)[number]) => {
    while (areWorking) if (!(await page.turn())) await sleep(2)
  }
  const working = pages.flatMap((page) => Array.from({ length: TABS }, () => work(page)))

  while (made < kills && !isStopping()) {
    const life = await begin()
    const isReady = connect(life)
    const way = chooseWay(chance)
    const { untilAnswered: answered } = journal
    await untilMoment(way, chance, { isReady, answered, timeback, pace })
    await life.kill()
    disconnect()
    made += 1
    ways[way] = (ways[way] ?? 0) + 1
    withCopy(file, (db) => {
      for (const one of findLostReceipts(db, journal.takeFresh())) lostReceipts.add(one)
      for (const one of findStrays(db, timeback.ledger())) strays.add(one)
    })
    if (chance.is(0.7)) clock.jump(chance.between(0, MAX_JUMP_MS))
  }

  // Nobody is killed any more: what is left is sent, told, and looked at.
  const last = await begin()
  await connect(last)
  for (const page of pages) page.finish()
  while (pages.some((page) => !page.isDone())) await sleep(5)
  areWorking = false
  await Promise.all(working)
  await drain(file, () => {
    clock.jump(30_000)
    last.setAhead(clock.aheadMs)
  })
  await last.kill()
  disconnect()
  const findings = withCopy(file, (db) => audit(db, timeback.ledger(), journal))!
  await timeback.close()
  await rm(folder, { recursive: true })
  const { answers, verdicts } = journal.count()
  return {
    seed,
    kills: made,
    ways,
    receipts: answers,
    verdicts,
    entries: journal.made.size,
    runs: journal.worths.size,
    events: timeback.ledger().length,
    ms: Date.now() - begunAt,
    findings: {
      ...findings,
      lostReceipts: [...new Set([...lostReceipts, ...findings.lostReceipts])],
      lostEvents: [...new Set([...strays, ...findings.lostEvents])],
    },
    complaints: journal.complaints,
  }
}

/** Lets time pass until nothing is left to settle or to send. */
async function drain(file: string, pass: () => void): Promise<void> {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    for (let step = 0; countUndone(db) > 0; step += 1) {
      if (step > MAX_DRAIN_STEPS) return
      pass()
      await sleep(50)
    }
  } finally {
    db.close()
  }
}
