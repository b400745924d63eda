// The truth of the bench is tested by itself, with facts written by hand: what is held against it has no say here.

import { describe, expect, it } from 'vitest'
import { checkActs } from './act.ts'
import type { Fact } from './recorder.ts'
import { toTimes, toTruth, toTruthOfOne, type TruthRules } from './truth.ts'

const RULES: TruthRules = {
  idleAfterMs: 10,
  mediaIdleAfterMs: 50,
  frameIdleAfterMs: 30,
  idleWasteAfterMs: 20,
  hiddenWasteAfterMs: 15,
}

const KINDS: Record<string, Fact['kind']> = {
  s: 'start',
  e: 'end',
  v: 'visible',
  h: 'hidden',
  i: 'interaction',
  x: 'foreign',
  p: 'play',
  q: 'stop',
  f: 'enter',
  g: 'leave',
}

/** "v0 s1 i5 e20": visible at 0, started at 1, an interaction at 5, ended at 20. */
const toFacts = (text: string): Fact[] =>
  text.split(' ').map((word) => ({ kind: KINDS[word[0]!]!, at: Number(word.slice(1)), type: '' }))

const toTimesOf = (text: string, asleep: { from: number; to: number }[] = []) => {
  const { active, inactive, waste, uncounted } = toTimes(toTruth(toFacts(text), RULES, asleep))
  return [active, inactive, waste, uncounted]
}

describe('the truth, idle after 10', () => {
  it.each([
    ['is active for idleAfterMs from the start, then inactive', 'v0 s0 e25', [10, 15, 0, 0]],
    ['starts again at each interaction', 'v0 s0 i5 i12 e30', [22, 8, 0, 0]],
    ['has no gap at exactly the threshold', 'v0 s0 i10 i20 e30', [30, 0, 0, 0]],
    ['takes too much idleness for waste', 'v0 s0 e40', [10, 20, 10, 0]],
    ['begins to count waste anew after each interaction', 'v0 s0 i25 e40', [20, 20, 0, 0]],
    ['counts a hidden page as inactive, then waste', 'v0 s0 h5 e30', [5, 15, 10, 0]],
    ['takes becoming visible for an interaction', 'v0 s0 h5 v20 e30', [15, 15, 0, 0]],
    ['lets no interaction make a hidden page active', 'v0 s0 h5 i6 e15', [5, 10, 0, 0]],
    ['knows a page that is opened in the background', 'h0 s0 v10 e15', [5, 10, 0, 0]],
    ['counts nothing before the start and after the end', 'v0 i1 s4 e9 i20', [5, 0, 0, 0]],
    ['sorts by instant, not by delivery', 'v0 s0 h9 i5 e20', [9, 11, 0, 0]],
    ['is active while something plays', 'v0 s0 p5 q40 e45', [40, 5, 0, 0]],
    ['and idle again at mediaIdleAfterMs after the last sign', 'v0 s0 p5 e60', [50, 10, 0, 0]],
    ['takes nothing that plays in a hidden page for activity', 'v0 s0 p5 h8 e20', [8, 12, 0, 0]],
    ['is active while the focus is in a foreign frame', 'v0 s0 f5 g30 e33', [30, 3, 0, 0]],
    ['and idle again at frameIdleAfterMs after it went in', 'v0 s0 f5 e45', [35, 10, 0, 0]],
    ['does not hear what is done in a foreign frame', 'v0 s0 x8 e20', [10, 10, 0, 0]],
  ])('%s (%s)', (_, text, times) => {
    expect(toTimesOf(text)).toEqual(times)
  })

  it('does not count sleep, and takes waking for becoming visible', () => {
    expect(toTimesOf('v0 s0 i5 e60', [{ from: 8, to: 48 }])).toEqual([18, 2, 0, 40])
  })

  it('gives each instant of one learner to the best of two pages', () => {
    const left = toTruth(toFacts('v0 s0 e60'), RULES)
    const right = toTruth(toFacts('v0 s20 i45 e60'), RULES)
    // Left: active to 10, inactive to 30, waste. Right: active 20 to 30 and 45 to 55.
    expect(toTimes(toTruthOfOne([left, right]))).toEqual({
      active: 30,
      inactive: 30,
      waste: 0,
      uncounted: 0,
    })
  })

  it('wants exactly one start and one end', () => {
    expect(() => toTimesOf('v0 s0')).toThrow('0 times "end"')
    expect(() => toTimesOf('v0 s0 s1 e2')).toThrow('2 times "start"')
  })
})

describe('the check of the recorder', () => {
  const act = { kind: 'interaction', from: 1_000, to: 1_010, tailMs: 0 } as const

  it('takes facts that are where the acts were', () => {
    expect(() => checkActs(toFacts('v0 i1005'), [act])).not.toThrow()
  })
  it('finds an act that was not recorded', () => {
    expect(() => checkActs(toFacts('v0 i1100'), [act])).toThrow('missed an act')
  })
  it('finds an interaction that nobody made', () => {
    expect(() => checkActs(toFacts('v0 i1005 i2000'), [act])).toThrow('nobody made')
  })
})
