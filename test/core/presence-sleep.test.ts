/** A machine that sleeps: on some systems `performance.now` stops meanwhile, on others it runs on (w3c/hr-time#115). */
import { describe, expect, it } from 'vitest'
import { openPresence, transition, type Signal } from '../../src/core/presence.ts'
import { DEFAULT_TERMS, sumMs } from './signals.ts'
import type { Span } from '../../src/contract/entry.ts'

function playSignals(signals: Signal[], visible = true) {
  const spans: Span[] = []
  let state = openPresence(visible)
  for (const signal of signals) {
    const [next, told] = transition(state, signal, DEFAULT_TERMS)
    spans.push(...told)
    state = next
  }
  return { spans, state }
}

/** A tick each 250 ms from one instant to another. */
const toTicks = (from: number, to: number, aheadMs = 0): Signal[] =>
  Array.from({ length: Math.floor((to - from) / 250) + 1 }, (_, index) => {
    const at = from + 250 * index
    return { type: 'tick', at, wall: at + aheadMs }
  })

describe('a sleep that the monotonic clock did not see', () => {
  const { spans, state } = playSignals([
    ...toTicks(250, 10_000),
    ...toTicks(10_100, 20_000, 40_000),
  ])

  it('is suspended for as long as the wall clock says, to the millisecond', () => {
    expect(sumMs(spans, 'suspended')).toBe(40_000)
    expect(sumMs(spans, 'active')).toBe(state.toldTo - 40_000)
  })

  it('begins at the last evidence, and the leg goes on in wall time', () => {
    expect(spans.find(([presence]) => presence === 'suspended')).toEqual([
      'suspended',
      10_000,
      50_000,
      10_000,
    ])
    expect(state.toldTo).toBe(59_850)
  })
})

describe('a sleep that both clocks saw', () => {
  it('is told by ticks that stopped, from the last of them to the first sign of waking', () => {
    const { spans } = playSignals([
      ...toTicks(250, 10_000),
      { type: 'interaction', at: 50_120, wall: 50_120 },
    ])
    expect(spans.at(-1)).toEqual(['suspended', 10_000, 50_120, 10_000])
    expect(sumMs(spans, 'active')).toBe(10_000)
  })

  it('is none if the page was only busy for two seconds', () => {
    const { spans } = playSignals([...toTicks(250, 10_000), ...toTicks(12_000, 13_000)])
    expect(sumMs(spans, 'suspended')).toBe(0)
  })

  it('is not seen in a hidden page, whose timers stop for other reasons', () => {
    const { spans } = playSignals([
      { type: 'hidden', at: 1_000, wall: 1_000 },
      { type: 'tick', at: 61_000, wall: 61_000 },
    ])
    expect(sumMs(spans, 'suspended')).toBe(0)
  })

  it('does not take an event that was waiting for the page for a sign of sleep', () => {
    const { spans } = playSignals([
      ...toTicks(250, 10_000),
      { type: 'interaction', at: 11_500, wall: 11_500 },
      { type: 'tick', at: 13_000, wall: 13_000 },
    ])
    expect(sumMs(spans, 'suspended')).toBe(0)
  })
})

describe('waking', () => {
  it('counts as becoming visible: active from there, and idle a minute later', () => {
    const { spans } = playSignals([...toTicks(250, 70_000), ...toTicks(100_000, 170_000)])
    const after = spans.filter(([, from]) => from >= 100_000)
    expect(after[0]?.[0]).toBe('active')
    expect(after.find(([presence]) => presence === 'idle')?.[1]).toBe(160_000)
  })

  it('finds a hidden page hidden, and a paused run paused', () => {
    for (const type of ['hidden', 'pause'] as const) {
      const { state } = playSignals([
        { type, at: 1_000, wall: 1_000 },
        { type: 'tick', at: 2_000, wall: 42_000 },
      ])
      expect(state.presence).toBe(type === 'hidden' ? 'hidden' : 'paused')
      expect(state.toldTo).toBe(42_000)
    }
  })

  it('finds that a learner left who was not looking when the lid closed', () => {
    const { spans } = playSignals([
      { type: 'hidden', at: 1_000, wall: 1_000 },
      { type: 'tick', at: 2_000, wall: 3_602_000 },
      { type: 'tick', at: 3_000, wall: 3_603_000 },
    ])
    expect(spans.map(([presence]) => presence)).toEqual(['active', 'suspended', 'left', 'left'])
  })
})

describe('a wall clock that is set', () => {
  it.each([
    ['an hour back', -3_600_000],
    ['right by years', 30 * 365 * 24 * 3_600_000],
    ['by a second', 1_000],
  ])('%s moves no time', (_, aheadMs) => {
    const { spans, state } = playSignals([
      ...toTicks(250, 5_000),
      ...toTicks(5_250, 9_000, aheadMs),
    ])
    expect(sumMs(spans, 'active')).toBe(9_000)
    expect(state.toldTo).toBe(9_000)
  })

  it('back does not hide the sleep that comes after it', () => {
    const { spans } = playSignals([
      ...toTicks(250, 5_000, -3_600_000),
      ...toTicks(5_250, 9_000, -3_560_000),
    ])
    expect(sumMs(spans, 'suspended')).toBe(40_000)
  })

  it.each([
    ['ten seconds back and right again', -10_000, 0],
    ['an hour back and right again', -3_600_000, 0],
    ['back and right again, but for a second', -10_000, -1_000],
    ['back and right again, and a second more', -10_000, 1_000],
    ['back in two steps and right in one', -5_000, 0],
  ])('%s moves no time', (_, backMs, rightMs) => {
    const { spans, state } = playSignals([
      ...toTicks(250, 3_000, 0),
      ...toTicks(3_250, 5_000, backMs / 2),
      ...toTicks(5_250, 7_000, backMs),
      ...toTicks(7_250, 9_000, rightMs),
    ])
    expect(sumMs(spans, 'active')).toBe(9_000)
    expect(state.toldTo).toBe(9_000)
  })

  it('right again hides no sleep: not one before, not one with it, not one after', () => {
    const { spans, state } = playSignals([
      ...toTicks(250, 3_000, -3_600_000),
      ...toTicks(3_250, 5_000, -3_560_000),
      ...toTicks(5_250, 7_000, 70_000),
      ...toTicks(7_250, 9_000, 90_000),
    ])
    const slept = spans.filter(([presence]) => presence === 'suspended')
    expect(slept.map(([, from, to]) => to - from)).toEqual([40_000, 30_000, 20_000])
    expect(state.toldTo).toBe(99_000)
  })
})
