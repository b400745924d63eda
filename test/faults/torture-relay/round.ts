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
  countSending,
  countUndone,
  findLostReceipts,
  findStrays,
  withCopy,
  type Findings,
} from './audit.ts'
import { createClock } from './clock.ts'
import { createJournal } from './journal.ts'
import { chooseWay, untilMoment, type Way } from './killing.ts'
import type { Lives } from './lives.ts'
import { startLearners } from './learners.ts'
import { openLine, type Line } from './post.ts'
import type { Orders } from './relay-child.ts'
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

const MAX_JUMP_MS = 60_000
const MAX_DRAIN_MS = 180_000

/** How long a relay holds a row that it sends. */
const LEASE_MS = 120_000

export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const { kills, isStopping = () => false } = options
  const begunAt = Date.now()
  const round = await openRound(options)
  const ways: RoundReport['ways'] = {}
  let made = 0
  for (; made < kills && !isStopping(); made += 1) {
    const way = await round.killOnce()
    ways[way] = (ways[way] ?? 0) + 1
  }
  await round.finish()
  const { findings, ledger, journal } = round.audit()
  await round.close()
  const { answers, verdicts } = journal.count()
  return {
    seed: options.seed,
    kills: made,
    ways,
    receipts: answers,
    verdicts,
    entries: journal.made.size,
    runs: journal.worths.size,
    events: ledger.length,
    ms: Date.now() - begunAt,
    findings,
    complaints: journal.complaints,
  }
}

async function openRound({ seed, lives, pace = 1 }: RoundOptions) {
  const chance = createChance(seed)
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-torture-'))
  const file = path.join(folder, 'relay.db')
  const clock = createClock()
  const journal = createJournal()
  const timeback = await startTimeback(chance.fork(), clock)
  const lostReceipts = new Set<string>()
  const strays = new Set<string>()
  let line: Line | undefined
  const learners = startLearners(chance.fork(), { clock, journal, line: () => line })

  const begin = () => {
    const orders = { path: file, timebackOrigin: timeback.origin, aheadMs: clock.aheadMs }
    return beginLife(lives, orders, (to) => (line = to))
  }

  return {
    async killOnce(): Promise<Way> {
      const { isReady, end } = await begin()
      const way = chooseWay(chance)
      const { untilAnswered: answered } = journal
      await untilMoment(way, chance, { isReady, answered, timeback, pace })
      await end()
      withCopy(file, (db) => {
        for (const one of findLostReceipts(db, journal.takeFresh())) lostReceipts.add(one)
        for (const one of findStrays(db, timeback.ledger())) strays.add(one)
      })
      if (chance.is(0.7)) clock.jump(chance.between(0, MAX_JUMP_MS))
      return way
    },
    /** Nobody is killed any more: what is left is sent and told. */
    async finish() {
      const begunAt = clock.now()
      const { isReady, setAhead, end } = await begin()
      await isReady
      await learners.finish()
      await drain(file, begunAt, () => {
        clock.jump(30_000)
        setAhead(clock.aheadMs)
      })
      await end()
    },
    audit() {
      const ledger = timeback.ledger()
      const found = withCopy(file, (db) => audit(db, ledger, journal))!
      const findings = {
        ...found,
        lostReceipts: [...new Set([...lostReceipts, ...found.lostReceipts])],
        lostEvents: [...new Set([...strays, ...found.lostEvents])],
      }
      return { findings, ledger, journal }
    },
    async close() {
      await timeback.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** The next life, to which the learners have a line while it lasts. */
async function beginLife(lives: Lives, orders: Orders, setLine: (line: Line | undefined) => void) {
  const life = await lives.begin(orders)
  let isOver = false
  let line: Line | undefined
  return {
    isReady: life.origin.then((origin) => {
      // Its word may be heard when it is dead.
      if (!isOver) setLine((line = openLine(origin)))
    }),
    setAhead: life.setAhead,
    async end() {
      isOver = true
      await life.kill()
      line?.close()
      setLine(undefined)
    },
  }
}

/**
 * Lets time pass until nothing is left to settle or to send. None passes while this relay sends: a minute there is a
 * moment here, and it would take its own sending for a dead one's.
 */
async function drain(file: string, begunAt: number, pass: () => void): Promise<void> {
  const db = new DatabaseSync(file, { readOnly: true })
  const until = Date.now() + MAX_DRAIN_MS
  try {
    while (countUndone(db) > 0 && Date.now() < until) {
      // Leases of those who died before end earlier.
      if (countSending(db, begunAt + LEASE_MS) === 0) pass()
      await sleep(50)
    }
  } finally {
    db.close()
  }
}
