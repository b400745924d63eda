// Events of Timeback read out: the sentences of the demo's last stop.

import { expect, it } from 'vitest'
import { toReading, toToldMs } from '../../demo/panels/reading.ts'
import type { TimebackEvent } from '../../demo/panels/reading.ts'
import { toWhy } from '../../demo/panels/words.ts'

const event = (type: string, items: TimebackEvent['generated']['items'], runId = 'run') => ({
  id: 1,
  type,
  created_at: '2026-03-02T10:00:00.000Z',
  actor: { email: 'ann@school.example' },
  object: { subject: 'Math', course: { name: 'Math 5' }, activity: { name: 'Fractions' } },
  generated: { items, attempt: 2 },
  extensions: { runId },
})

const time = event('TimeSpentEvent', [
  { type: 'active', value: 63 },
  { type: 'inactive', value: 20.4, subType: 'tab-hidden' },
  { type: 'waste', value: 0, subType: 'idle' },
])

it('says who worked on what, and for how long in each kind', () => {
  const { title, lines } = toReading(time)
  expect(title).toBe('Time spent')
  expect(lines.slice(0, 2)).toEqual([
    'ann@school.example worked on Fractions, Math 5.',
    '1:03 active, 0:20 inactive (tab hidden), 0:00 waste.',
  ])
})

it('says of a completion how it went', () => {
  const items = [
    { type: 'totalQuestions', value: 5 },
    { type: 'correctQuestions', value: 4 },
    { type: 'xpEarned', value: 1.2 },
  ]
  const { title, lines } = toReading(event('ActivityEvent', items))
  expect(title).toBe('Completed')
  expect(lines[1]).toBe('4 of 5 right, 1.2 XP, attempt 2.')
})

it('adds up what was told of one run, and of no other', () => {
  const other = event('TimeSpentEvent', [{ type: 'active', value: 500 }], 'other')
  const done = event('ActivityEvent', [{ type: 'xpEarned', value: 9 }])
  expect(toToldMs([time, other, done], 'run')).toBeCloseTo(83_400)
})

it('has a reason for each presence', () => {
  const stretch = { from: 0, to: 1, metric: 'inactive' } as const
  expect(toWhy({ ...stretch, presence: 'idle' }, 5_000)).toBe('nothing heard for 5 s')
  expect(toWhy({ ...stretch, presence: 'idle', metric: 'waste' }, 5_000)).toContain('too long')
  expect(toWhy({ ...stretch, presence: 'idle', reason: 'on-paper' }, 5_000)).toContain('on paper')
  expect(toWhy({ ...stretch, presence: 'flag', reason: 'guessing' }, 5_000)).toContain('guessing')
  expect(toWhy({ ...stretch, presence: 'hidden', reason: 'left' }, 5_000)).toContain('left')
})
