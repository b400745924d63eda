import { expect, it } from 'vitest'
import { NO_TIME } from '../../src/core/measure.ts'
import { createReadToday } from '../../src/widget/today.ts'
import { toContext, toRun } from './snapshots.ts'

const at = (active: number, told: number, run = {}) => ({
  run: toRun({ totals: { ...NO_TIME, active }, ...run }),
  context: toContext({ today: { activeMs: told, xpEarned: 0 } }),
})

it('is what Timeback knew when the run began, and the run’s own minutes', () => {
  const read = createReadToday()
  expect(read(at(0, 600_000))).toBe(600_000)
  expect(read(at(60_000, 600_000))).toBe(660_000)
})

it('counts the run once after Timeback has been told of it', () => {
  const read = createReadToday()
  read(at(0, 600_000))
  expect(read(at(60_000, 660_000))).toBe(660_000)
})

it('follows Timeback where it knows more, as of another device', () => {
  const read = createReadToday()
  read(at(0, 600_000))
  expect(read(at(60_000, 900_000))).toBe(900_000)
})

it('adds only what it sees of a run that went on before: Timeback may have heard of the rest', () => {
  const read = createReadToday()
  expect(read(at(300_000, 600_000, { isContinued: true }))).toBe(600_000)
  expect(read(at(360_000, 600_000, { isContinued: true }))).toBe(660_000)
})

it('begins anew with the next run', () => {
  const read = createReadToday()
  read(at(300_000, 600_000))
  expect(read(at(0, 900_000, { runId: 'run-2' }))).toBe(900_000)
})

it('is null where nobody knows', () => {
  const read = createReadToday()
  expect(read({ run: toRun(), context: null })).toBe(null)
  expect(read({ run: toRun(), context: toContext() })).toBe(null)
  expect(read({ run: null, context: toContext() })).toBe(null)
})
