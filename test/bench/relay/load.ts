// The load, as a process of its own: so many connections, each a learner's page that sends its next flush as soon as it
// has the receipt of the last. Prints what came of it as one line of JSON.

import { openConnection, type Answer, type Connection } from './connection.ts'
import { createPage, type Page } from './flushes.ts'
import type { LoadGiven, LoadResult } from './load-result.ts'

const given = JSON.parse(process.argv[2]!) as LoadGiven
const { origin, connections, warmUpMs, measuredMs } = given

const port = Number(new URL(origin).port)
const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
const pages = await Promise.all(opened.map(toPage))

await sendUntil(performance.now() + warmUpMs)
const startedAt = performance.now()
const cpuBefore = process.cpuUsage()
const latencies = await sendUntil(startedAt + measuredMs)
const seconds = (performance.now() - startedAt) / 1_000
const { user, system } = process.cpuUsage(cpuBefore)
for (const connection of opened) connection.close()
console.log(JSON.stringify(toResult()))

async function toPage(connection: Connection, index: number): Promise<Page> {
  const runId = `run-${process.pid}-${index}`
  const openedAt = Date.now() - 3_600_000
  if (!given.isRelay) return createPage('x'.repeat(400), runId, openedAt)
  const request = JSON.stringify({ v: 1, startedAt: openedAt, sentAt: Date.now() })
  const learner = `x-learner: learner-${process.pid}-${index}\r\n`
  const { body } = await connection.post('/v1/grants', request, learner)
  return createPage((JSON.parse(body) as { token: string }).token, runId, openedAt)
}

/** How long each receipt took, in ms. */
async function sendUntil(until: number): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = []
  let bytes = 0
  const send = async (connection: Connection, page: Page) => {
    while (performance.now() < until) {
      const flush = page.next()
      const sentAt = performance.now()
      insistOnStored(await connection.post('/v1/entries', flush))
      ms.push(performance.now() - sentAt)
      bytes += flush.length
    }
  }
  await Promise.all(opened.map((connection, index) => send(connection, pages[index]!)))
  return { ms, bytes }
}

/** A relay that says no is quick, and no measure. */
function insistOnStored({ status, body }: Answer) {
  const isKept = status === 200 && (!given.isRelay || body.includes('"verdict":"stored"'))
  if (!isKept) throw new Error(`${status} ${body}`)
}

function toResult(): LoadResult {
  const sorted = latencies.ms.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return {
    perSecond: sorted.length / seconds,
    count: sorted.length,
    bodyBytes: latencies.bytes / sorted.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: sorted.at(-1) ?? Number.NaN,
    // Near 1 the load itself was what could not go faster.
    loadCpu: (user + system) / 1e6 / seconds,
  }
}
