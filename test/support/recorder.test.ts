import { describe, expect, it } from 'vitest'
import { measureTruth } from './recorder.ts'
import type { TruthEntry } from './recorder.ts'

/** "v0 i5 h20" is visible at 0, an interaction at 5, hidden at 20. */
function toLog(text: string): TruthEntry[] {
  const kinds = { v: 'visible', h: 'hidden', i: 'interaction' } as const
  return text.split(' ').map((word) => {
    const kind = kinds[word[0] as keyof typeof kinds]
    return { kind, at: Number(word.slice(1)), type: kind, late: 0 }
  })
}

describe('the recorder’s arithmetic, idle after 10', () => {
  it.each([
    ['counts a visible page as active for idleAfterMs, then idle', 'v0', 0, 30, [10, 20, 0]],
    ['starts again at each interaction', 'v0 i5 i12', 0, 30, [22, 8, 0]],
    ['is active without a gap at exactly the threshold', 'v0 i10 i20', 0, 30, [30, 0, 0]],
    ['goes from idle to active at once', 'v0 i15', 0, 20, [15, 5, 0]],
    ['counts a hidden page as hidden only', 'v0 h5', 0, 30, [5, 0, 25]],
    ['does not let an interaction make a hidden page active', 'v0 h5 i6', 0, 30, [5, 0, 25]],
    ['takes becoming visible for an interaction', 'v0 h5 v20', 0, 40, [15, 10, 15]],
    ['knows a page that starts hidden', 'h0 v10', 0, 20, [10, 0, 10]],
    ['looks back beyond `from` for the last interaction', 'v0 i8', 12, 30, [6, 12, 0]],
    ['counts nothing after `to`', 'v0 i5 i12 h20', 0, 13, [13, 0, 0]],
    ['counts nothing of an empty stretch', 'v0', 5, 5, [0, 0, 0]],
    ['sorts by instant, not by delivery', 'v0 h9 i5', 0, 20, [9, 0, 11]],
  ])('%s', (_title, log, from, to, [active, idle, hidden]) => {
    expect(measureTruth(toLog(log), { idleAfterMs: 10, from, to })).toEqual({
      active,
      idle,
      hidden,
    })
  })

  it('starts with the log where no start is given', () => {
    expect(measureTruth(toLog('v5'), { idleAfterMs: 10, to: 7 }).active).toBe(2)
  })

  it('adds up to the wall time, wherever it is cut', () => {
    const log = toLog('v0 i3 h17 i18 v29 i29 i44 h60 v61')
    const whole = measureTruth(log, { idleAfterMs: 10, from: 0, to: 90 })
    expect(whole.active + whole.idle + whole.hidden).toBe(90)
    for (let cut = 0; cut <= 90; cut++) {
      const left = measureTruth(log, { idleAfterMs: 10, from: 0, to: cut })
      const right = measureTruth(log, { idleAfterMs: 10, from: cut, to: 90 })
      expect(left.active + right.active).toBe(whole.active)
      expect(left.idle + right.idle).toBe(whole.idle)
      expect(left.hidden + right.hidden).toBe(whole.hidden)
    }
  })

  it('refuses to speak of a time before it was there', () => {
    expect(() => measureTruth(toLog('v5'), { idleAfterMs: 10, from: 4, to: 9 })).toThrow(RangeError)
    expect(() => measureTruth([], { idleAfterMs: 10, from: 0, to: 9 })).toThrow(RangeError)
  })
})
