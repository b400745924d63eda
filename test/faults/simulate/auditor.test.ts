// The auditor, before worlds made by hand: right as they are, and then wrong in one thing.
import { expect, it } from 'vitest'
import { audit, type Evidence } from './auditor.ts'
import type { Counted, TimebackEvent } from './timeback.ts'

const RULES = {
  idleAfterMs: 6_000,
  leaveAfterMs: 40_000,
  idleWasteAfterMs: 12_000,
  hiddenWasteAfterMs: 5_000,
}

function toEvent(type: TimebackEvent['type'], items: Record<string, number>): Counted {
  const generated = {
    attempt: 1,
    items: Object.entries(items).map(([name, value]) => ({ type: name, value })),
  }
  const of = { actor: { id: 'ada' }, object: { id: 'fractions' }, extensions: { runId: 'r' } }
  return { at: 0, event: { id: type, type, generated, ...of } }
}

/** Seven seconds: six of them active, the last idle. Then a result, all of it told. */
function toRight(): Evidence {
  const arrival = { learner: 'ada', runId: 'r', legId: 'a', wayMs: 40 }
  const result = { totalQuestions: 10, correctQuestions: 10 }
  return {
    rules: RULES,
    legs: [
      {
        learner: 'ada',
        runId: 'r',
        disk: 'd',
        startedAt: 1_000,
        wallAt: 5_000,
        startsVisible: true,
        facts: [],
        endedAt: 8_000,
        writesEveryMs: undefined,
      },
    ],
    ends: [
      { learner: 'ada', runId: 'r', disk: 'd', activity: 'fractions', saved: 'relay', ...result },
    ],
    kept: {
      rows: new Map(),
      deeds: [
        { ...arrival, type: 'started', wallAt: 5_000 },
        { ...arrival, type: 'received', from: 0, to: 7_000 },
        { ...arrival, type: 'ended' },
        { type: 'settled', learner: 'ada', runId: 'r', completes: true },
      ],
    },
    ledger: [
      toEvent('TimeSpentEvent', { active: 6, inactive: 1 }),
      toEvent('ActivityEvent', { xpEarned: 0.1, ...result }),
    ],
    shown: [
      { eventIds: ['TimeSpentEvent', 'ActivityEvent'], state: 'delivered', maybeTwice: false },
    ],
    showsInTime: true,
  }
}

const toWrong = (change: (right: Evidence) => void) => {
  const evidence = toRight()
  change(evidence)
  return audit(evidence).problems
}

it('finds nothing where all is told once', () => {
  expect(audit(toRight())).toEqual({ problems: [], toldMs: 7_000, lostWithMemoryMs: 0 })
})

it.each<[string, (right: Evidence) => void]>([
  ['a millisecond less', ({ ledger }) => (ledger[0]!.event.generated.items[0]!.value = 5.999)],
  ['a millisecond more', ({ ledger }) => (ledger[0]!.event.generated.items[0]!.value = 6.001)],
  ['half a millisecond', ({ ledger }) => (ledger[0]!.event.generated.items[0]!.value = 6.0005)],
  ['an event twice', ({ ledger }) => ledger.push(ledger[0]!)],
  ['an event that is not there', ({ ledger }) => ledger.shift()],
  ['a completion that is not there', ({ ledger }) => ledger.pop()],
  ['other XP', ({ ledger }) => (ledger[1]!.event.generated.items[0]!.value = 0.2)],
  ['a second attempt that is the first', ({ ledger }) => (ledger[1]!.event.generated.attempt = 2)],
  ['another result', ({ ends }) => (ends[0]!.correctQuestions = 9)],
  ['a run of nobody’s', ({ ledger }) => (ledger[0]!.event.extensions.runId = 'other')],
  ['a row that is parked', ({ shown }) => (shown[0]!.state = 'parked')],
  ['a leg that nobody opened', ({ legs }) => (legs[0]!.wallAt = 6_000)],
  ['a slice that was never settled', ({ kept }) => kept.deeds.pop()],
  [
    'a row of a disk that never came',
    ({ kept }) => {
      const spans: [string, number, number][] = [['active', 7_000, 7_001]]
      const entry = { type: 'slice', id: 'r/a/1', spans } as const
      kept.rows.set(entry.id, { disk: 'd', entry, reach: 7_001 })
    },
  ],
])('finds %s', (_, change) => {
  expect(toWrong(change)).not.toEqual([])
})

it('lets an event be there twice only where Timeback shows too late what it has, and its row says so', () => {
  const twice = (right: Evidence) => {
    right.ledger.push(right.ledger[0]!)
    right.showsInTime = false
  }
  expect(toWrong(twice)).toHaveLength(1)
  const said = (right: Evidence) => {
    twice(right)
    right.shown[0]!.maybeTwice = true
  }
  expect(toWrong(said)).toEqual([])
})
