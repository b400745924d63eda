// One run under several policies: the spans of the ledger, measured again.

import { expect, it } from 'vitest'
import { measureUnder, POLICIES, STINTS_OWN } from '../../demo/panels/policies.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import type { RunReport } from '../../src/relay/relay.ts'

type Leg = RunReport['legs'][number]

const AT = 1_000_000

/** 10 s active, 20 s idle, 30 s hidden. */
const leg = (timeline: Partial<Leg['timeline'][number]>[] = []): Leg => ({
  legId: 'leg',
  missing: [],
  spans: [
    ['active', 0, 10_000, 0],
    ['idle', 10_000, 30_000, 10_000],
    ['hidden', 30_000, 60_000, 30_000],
  ],
  timeline: [{ from: AT, to: AT + 10_000, presence: 'active' }, ...timeline] as Leg['timeline'],
})

const under = (name: string) => measureUnder([leg()], new Map(POLICIES).get(name)!).totals

it('starts from Stint’s own thresholds', () => {
  expect(STINTS_OWN).toEqual({
    idleWasteAfterMs: DEFAULT_POLICY.idleWasteAfterMs,
    hiddenWasteAfterMs: DEFAULT_POLICY.hiddenWasteAfterMs,
    leaveAfterMs: DEFAULT_POLICY.leaveAfterMs,
  })
})

it('calls waste what is too long for one policy, and inactive what another allows', () => {
  expect(under('This demo, in a hurry')).toMatchObject({ inactive: 20_000, waste: 30_000 })
  expect(under('Stint’s defaults')).toMatchObject({ inactive: 50_000, waste: 0 })
})

it('adds up to the same time under each policy', () => {
  for (const [, policy] of POLICIES) {
    const { totals, pieces } = measureUnder([leg()], policy)
    expect(Object.values(totals).reduce((sum, ms) => sum + ms)).toBe(60_000)
    expect(pieces.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(60_000)
  }
})

it('places the pieces on the relay’s clock', () => {
  const { pieces } = measureUnder([leg()], STINTS_OWN)
  expect(pieces[0]).toMatchObject({ from: AT, to: AT + 10_000 })
  expect(pieces.at(-1)).toMatchObject({ to: AT + 60_000 })
})

it('takes the learner’s word of paper under any policy', () => {
  const paper = {
    from: AT + 10_000,
    to: AT + 30_000,
    presence: 'idle',
    reason: 'on-paper',
  } as const
  for (const [, policy] of POLICIES) {
    expect(measureUnder([leg([paper])], policy).totals.unknown).toBe(20_000)
  }
})

it('puts the legs of a run one after the other', () => {
  const later = { ...leg(), timeline: [{ from: AT + 90_000 }] as Leg['timeline'] }
  const { pieces, totals } = measureUnder([later, leg()], STINTS_OWN)
  expect(pieces[0]?.from).toBe(AT)
  expect(totals.active).toBe(20_000)
})

it('has nothing of nothing', () => {
  expect(measureUnder([], STINTS_OWN).pieces).toEqual([])
})
