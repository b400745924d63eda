import { describe, expect, it } from 'vitest'
import type { Stretch } from '../../src/page/run.ts'
import { toBars, toSums } from '../../src/widget/timeline.ts'

const START = 1_700_000_000_000
const toStretch = (
  presence: Stretch['presence'],
  [from, to]: [number, number],
  metric: Stretch['metric'],
  reason?: string,
): Stretch => ({ presence, from: START + from, to: START + to, metric, reason })

const DAY: Stretch[] = [
  toStretch('active', [0, 100], 'active'),
  toStretch('idle', [100, 150], 'inactive', 'idle'),
  toStretch('idle', [150, 190], 'waste', 'idle'),
  toStretch('suspended', [190, 200], undefined, 'suspended'),
  toStretch('active', [200, 300], 'active'),
  toStretch('hidden', [300, 310], 'inactive', 'tab-hidden'),
  toStretch('hidden', [310, 330], 'waste', 'tab-hidden'),
  toStretch('left', [330, 400], undefined, 'left'),
  toStretch('idle', [400, 450], 'unknown', 'on-paper'),
  toStretch('flag', [450, 460], 'waste', 'guessing'),
  toStretch('paused', [460, 500], 'inactive', 'paused'),
]

describe('the bars', () => {
  it('are the whole timeline from 0 on, without a gap', () => {
    const bars = toBars(DAY)
    expect(bars[0]?.from).toBe(0)
    expect(bars.at(-1)?.to).toBe(500)
    expect(bars.slice(1).map(({ from }) => from)).toEqual(bars.slice(0, -1).map(({ to }) => to))
  })

  it('join neighbours of one kind, though they are so for different reasons', () => {
    expect(toBars(DAY).map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['active', 0, 100],
      ['idle', 100, 150],
      ['uncounted', 150, 200],
      ['active', 200, 300],
      ['hidden', 300, 310],
      ['uncounted', 310, 400],
      ['onPaper', 400, 450],
      ['uncounted', 450, 460],
      ['paused', 460, 500],
    ])
  })

  it('are none of nothing', () => {
    expect(toBars([])).toEqual([])
  })
})

describe('the sums', () => {
  it('add up to all of the time, and each says why', () => {
    const sums = toSums(DAY)
    expect(sums.reduce((ms, sum) => ms + sum.ms, 0)).toBe(500)
    expect(sums.map(({ kind, why, ms }) => [kind, why, ms])).toEqual([
      ['active', undefined, 200],
      ['idle', 'whyIdle', 50],
      ['uncounted', 'whyLongIdle', 40],
      ['uncounted', 'whySuspended', 10],
      ['hidden', 'whyHidden', 10],
      ['uncounted', 'whyLongHidden', 20],
      ['uncounted', 'whyLeft', 70],
      ['onPaper', 'whyOnPaper', 50],
      ['uncounted', 'whyFlag', 10],
      ['paused', 'whyPaused', 40],
    ])
  })

  it('begin with work, though the learner had none yet', () => {
    expect(toSums([toStretch('hidden', [0, 10], 'inactive', 'tab-hidden')])[0]).toEqual({
      kind: 'active',
      why: undefined,
      ms: 0,
    })
  })

  it('do not show a learner what the host wrote for its own people', () => {
    const flagged = [toStretch('flag', [0, 10], 'anti-pattern', 'on-paper')]
    expect(toSums(flagged)[1]).toEqual({ kind: 'uncounted', why: 'whyFlag', ms: 10 })
  })
})
