// What an entry costs while the tables grow: its receipt, the telling of its run, the sending of a row that waits. In
// this process, one after the other; Timeback answers at once.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Relay } from '../../../src/relay/relay.ts'
import { toFigures } from '../support/figures.ts'
import { toSlice, toStart } from './flushes.ts'
import { fill, makeBacklog } from './history.ts'
import { createTimeback, openRelay, post, type Timeback } from './relay-inside.ts'
import { startRelay } from './relay-process.ts'

/** Ms for one: by the clock, which waits for the disk and for whatever else runs, and of this process's own work. */
export interface Cost {
  clockMs: number
  cpuMs: number
}

export interface Growth {
  rows: number
  /** A receipt. */
  receive: Cost
  /** A run, from due to delivered, among a hundred. */
  round: Cost
  /** A row that goes out while all others wait as well. */
  send: Cost
  /** From the start of the process until it is ready, with all rows waiting. */
  readyMs: number
}

const RUNS = 100
const TIMES = 3
const SENDS = 200

/** For each number of rows, on one database that grows; the first is measured twice, to warm up. */
export async function measureGrowth(
  sizes: readonly number[],
  onMeasured: (growth: Growth) => void,
): Promise<Growth[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-bench-growth-'))
  try {
    const measured: Growth[] = []
    let before = 0
    await measureAt(path.join(folder, 'warm-up.db'), 0, sizes[0]!)
    for (const rows of sizes) {
      // What a size leaves behind stays out of the next: each begins with what was filled in.
      const growth = await measureAt(path.join(folder, 'relay.db'), before, rows)
      onMeasured(growth)
      measured.push(growth)
      before = rows
    }
    return measured
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureAt(file: string, before: number, rows: number): Promise<Growth> {
  const timeback = createTimeback()
  const open = () => openRelay(file, timeback.fetch)
  await (await open()).close()
  fill(file, before, rows)
  const relay = await open()
  const receive: Cost[] = []
  const round: Cost[] = []
  for (let time = 0; time < TIMES; time += 1) {
    const flushes = await openRuns(relay, `${rows}-${time}`)
    receive.push(await measure(flushes.length, () => sendAll(relay, flushes)))
    round.push(await measure(RUNS, () => relay.deliver()))
  }
  await relay.close()
  makeBacklog(file)
  const send = await measureSending(await open(), timeback)
  const serving = await startRelay(file)
  await serving.stop()
  const { readyMs } = serving
  return { rows, receive: toMedian(receive), round: toMedian(round), send, readyMs }
}

async function measure(count: number, work: () => Promise<void>): Promise<Cost> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const clockMs = (performance.now() - startedAt) / count
  const { user, system } = process.cpuUsage(cpuBefore)
  return { clockMs, cpuMs: (user + system) / 1_000 / count }
}

const toMedian = (costs: readonly Cost[]): Cost => ({
  clockMs: toFigures(costs.map(({ clockMs }) => clockMs)).median,
  cpuMs: toFigures(costs.map(({ cpuMs }) => cpuMs)).median,
})

/** Of so many new learners a run of a minute each, in three flushes that are still to be sent. */
async function openRuns(relay: Relay, name: string): Promise<object[]> {
  const flushes: object[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const runId = `run-${name}-${run}`
    const openedAt = Date.now() - 120_000
    const request = { v: 1, startedAt: openedAt, sentAt: Date.now() }
    const who = { 'x-learner': `learner-${name}-${run}` }
    const grant = await post(relay, '/v1/grants', request, who)
    const { token } = (await grant.json()) as { token: string }
    for (const entries of [
      [toStart(runId, openedAt), toSlice(runId, 0)],
      [toSlice(runId, 1)],
      [toSlice(runId, 2), toEnd(runId)],
    ])
      flushes.push({ v: 1, grant: token, sentAt: Date.now(), entries })
  }
  return flushes
}

async function sendAll(relay: Relay, flushes: readonly object[]) {
  for (const flush of flushes) {
    const receipt = await (await post(relay, '/v1/entries', flush)).text()
    if (!receipt.includes('"stored"')) throw new Error(receipt)
  }
}

const toEnd = (runId: string) => ({
  v: 1,
  type: 'end',
  id: `${runId}/end`,
  legId: 'leg-1',
  at: 45_000,
  result: { totalQuestions: 10, correctQuestions: 9 },
  legs: {},
})

/** The first so many rows of all that wait. */
async function measureSending(relay: Relay, timeback: Timeback) {
  const enough = timeback.until(SENDS)
  const cost = await measure(SENDS, () => {
    void relay.deliver()
    return enough
  })
  await relay.close()
  return cost
}
