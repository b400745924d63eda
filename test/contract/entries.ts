/** Good entries, one of each type, and a way to spoil one field of them. A fresh copy each time: the tests change it. */
import {
  entrySchema,
  type EndEntry,
  type SliceEntry,
  type StartEntry,
} from '../../src/contract/entry.ts'
import type { FieldCode } from '../../src/contract/flush.ts'
import { toProblem } from '../../src/contract/problem.ts'

export const toStart = (): StartEntry => ({
  v: 1,
  type: 'start',
  id: 'run-1/leg-1/start',
  activity: { id: 'fractions', name: 'Fractions', course: { subject: 'Math', grade: 3 } },
  wallAt: 1_769_508_000_000,
  monoAt: 1_234,
})

export const toSlice = (): SliceEntry => ({
  v: 1,
  type: 'slice',
  id: 'run-1/leg-1/0',
  spans: [
    ['active', 0, 60_000, 0],
    ['idle', 60_000, 61_000, 60_000],
  ],
})

export const toEnd = (): EndEntry => ({
  v: 1,
  type: 'end',
  id: 'run-1/end',
  legId: 'leg-1',
  at: 61_000,
  result: { totalQuestions: 10, correctQuestions: 8, masteredUnits: 1, pctComplete: 12.5 },
  legs: { 'leg-1': { slices: 2, reach: 61_000 }, 'leg-2': { slices: 0, reach: 0 } },
})

/** What is said of an entry; `undefined` if it is taken. */
export function toSaid(entry: unknown): { code: FieldCode; path: string } | undefined {
  const { error } = entrySchema.safeParse(entry)
  if (!error) return undefined
  const { code, path } = toProblem(error, entry)
  return { code, path }
}

/** A copy with one value replaced; the path is as in a problem, and `undefined` removes the key. */
export function toChanged(good: unknown, path: string, value: unknown): unknown {
  const whole: unknown = JSON.parse(JSON.stringify(good))
  const keys = path.split('.')
  const last = keys.pop()!
  let place = whole as Record<string, unknown>
  for (const key of keys) place = place[key] as Record<string, unknown>
  if (value === undefined) delete place[last]
  else place[last] = value
  return whole
}
