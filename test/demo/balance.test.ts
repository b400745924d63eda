// The sum that the demo shows: what the page has seen is at the relay, on this device, or not written yet.

import { expect, it } from 'vitest'
import { toBalance } from '../../demo/panels/balance.ts'
import type { OutboxRow } from '../../demo/panels/outbox-rows.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import type { Span } from '../../src/contract/entry.ts'

const run = (active: number) => ({ runId: 'run', totals: { ...NO_TIME, active } })

const slice = (id: string, from: number, reach: number): OutboxRow => ({
  entry: { v: 1, type: 'slice', id, sentAt: 0, spans: [['active', from, reach, 0]] } as never,
  grantId: 'g',
  reach,
})

const report = (active: number, spans: Span[] = [['active', 0, active, 0]]) => ({
  runId: 'run',
  seen: { ...NO_TIME, active },
  legs: [{ legId: 'leg', spans, timeline: [], missing: [] }],
})

it('has all of it on this device before anything has arrived', () => {
  expect(toBalance(run(5_200), [slice('run/leg/0', 0, 5_000)], undefined)).toEqual({
    seenMs: 5_200,
    relayMs: 0,
    deviceMs: 5_000,
    unwrittenMs: 200,
  })
})

it('counts of a slice that has arrived in part only what has not', () => {
  const balance = toBalance(run(9_000), [slice('run/leg/0', 0, 9_000)], report(6_000))
  expect(balance).toMatchObject({ relayMs: 6_000, deviceMs: 3_000, unwrittenMs: 0 })
})

it('does not count twice what a killed page’s row and the relay both have', () => {
  const balance = toBalance(run(6_000), [slice('run/leg/0', 0, 6_000)], report(6_000))
  expect(balance).toMatchObject({ seenMs: 6_000, relayMs: 6_000, deviceMs: 0 })
})

it('counts only the rows of this run', () => {
  const rows = [slice('run/leg/0', 0, 2_000), slice('other/leg/0', 0, 60_000)]
  expect(toBalance(run(2_000), rows, undefined).deviceMs).toBe(2_000)
})

it('takes nothing of another run’s report', () => {
  const other = { ...report(50_000), runId: 'other' }
  expect(toBalance(run(1_000), [], other)).toMatchObject({ relayMs: 0, unwrittenMs: 1_000 })
})

it('never has less seen than has arrived, though the page’s own word came earlier', () => {
  expect(toBalance(run(4_000), [], report(4_800))).toMatchObject({ seenMs: 4_800, unwrittenMs: 0 })
})
