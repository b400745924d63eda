// @vitest-environment happy-dom
// How much of a browser's storage a learner's time takes while no relay hears of it: a slice, and a day of study.

import { expect, it } from 'vitest'
import { createLegWriter } from '../../src/page/leg-writer.ts'
import type { Row } from '../../src/page/outbox.ts'
import { createHost, isAway } from './fake-page.ts'
import { ACTIVITY } from './tab.ts'
import { begin } from './timer-world.ts'

const MINUTE_MS = 60_000

/** Of a database's row: as text it is a little longer than as IndexedDB has it. */
const toBytes = (row: Row) => new Blob([`entry:${row.entry.id}`, JSON.stringify(row)]).size

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

type Minute = (learner: ReturnType<typeof begin>) => void

const steady: Minute = ({ timer, now, run }) => {
  timer.interact(now.mono)
  run(MINUTE_MS)
}

/** Works, looks into another tab, comes back, and pauses: some five spans a minute. */
const restless: Minute = ({ timer, now, run }) => {
  timer.interact(now.mono)
  run(20_000)
  timer.hear('hidden', now.mono)
  run(5_000)
  timer.hear('visible', now.mono)
  run(20_000)
  timer.hear('pause')
  run(5_000)
  timer.hear('resume')
  timer.interact(now.mono)
  run(10_000)
}

/** The rows that wait after so many minutes, one way and another in turn, as wide as they are in a browser. */
function study(minutes: number, ...ways: Minute[]): Row[] {
  const learner = begin()
  const { page } = createHost(isAway)
  const grantId = crypto.randomUUID()
  const granted = { ...page, grantId: () => grantId }
  const writer = createLegWriter(granted, ACTIVITY, learner.timer, undefined, () => {})
  const rows = new Map<string, Row>()
  for (let minute = 0; minute < minutes; minute += 1) {
    ways[minute % ways.length]!(learner)
    for (const row of writer.takeRows()) rows.set(row.entry.id, row)
  }
  return [...rows.values()]
}

it('a slice is under 1 kB, of a learner who is restless too', () => {
  const rows = study(60, restless)
  expect(rows.length).toBeGreaterThanOrEqual(60)
  expect(Math.max(...rows.map(toBytes))).toBeLessThan(1_000)
})

it('a day of study, four hours of it, is under 100 kB', () => {
  const rows = study(240, steady, restless)
  expect(rows.length).toBeGreaterThanOrEqual(240)
  expect(sum(rows.map(toBytes))).toBeLessThan(100_000)
})
