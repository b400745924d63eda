/**
 * Where a run's time is: at the relay, on this device, or lost with a page that died. The three add up to what the page
 * has seen, and this is counted from what lies there, not from what anybody says of it.
 */
import type { Totals } from '../../src/index.ts'
import type { RunReport } from '../../src/relay/relay.ts'
import type { OutboxRow } from './outbox-rows.ts'

/** All in ms. */
export interface Balance {
  seenMs: number
  relayMs: number
  /** In the outbox, and not at the relay. */
  deviceMs: number
  /** In a living page's memory, until it is written; of a page that died, lost. */
  unwrittenMs: number
}

export function toBalance(
  run: { runId: string; totals: Totals } | null | undefined,
  rows: readonly OutboxRow[],
  report: Pick<RunReport, 'runId' | 'seen' | 'legs'> | undefined,
): Balance {
  const arrived = report?.runId === run?.runId ? report : undefined
  const relayMs = arrived ? sum(arrived.seen) : 0
  const deviceMs = rows
    .filter(({ entry }) => run && entry.id.startsWith(`${run.runId}/`))
    .reduce((total, row) => total + toWaitingMs(row, arrived), 0)
  // What is asked of the relay and of the disk is asked one after the other, so either may be ahead of the page's word.
  const seenMs = Math.max(run ? sum(run.totals) : 0, relayMs + deviceMs)
  return { seenMs, relayMs, deviceMs, unwrittenMs: seenMs - relayMs - deviceMs }
}

/** A slice grows while the relay has its beginning. */
function toWaitingMs({ entry, reach }: OutboxRow, report?: Pick<RunReport, 'legs'>): number {
  if (entry.type !== 'slice') return 0
  const [, legId] = entry.id.split('/')
  const leg = report?.legs.find((one) => one.legId === legId)
  const arrivedTo = leg?.spans.at(-1)?.[2] ?? 0
  const from = entry.spans[0]?.[1] ?? 0
  return Math.max(0, reach - Math.max(from, arrivedTo))
}

const sum = (totals: Totals) => Object.values(totals).reduce((total, ms) => total + ms, 0)
