import { describe, expect, it } from 'vitest'
import { createAsker } from '../../src/widget/asking.ts'
import { toRun } from './snapshots.ts'

/** A learner who last did something at 0 and becomes quiet after so long; looked at each second. */
function watch(idleAfterMs: number) {
  const asker = createAsker()
  const asked: number[] = []
  for (let now = 0; now < idleAfterMs + 5_000; now += 1_000) {
    const isQuiet = now >= idleAfterMs
    const run = toRun({
      presence: isQuiet ? 'idle' : 'active',
      idleAt: isQuiet ? null : idleAfterMs,
    })
    if (asker.look(run, now) === 'still') asked.push(now)
  }
  return asked
}

describe('“Still there?”', () => {
  it('is asked from 20 s before quiet begins, until it begins', () => {
    const asked = watch(60_000)
    expect([asked[0], asked.at(-1)]).toEqual([40_000, 59_000])
  })

  it('is not asked before half of a short time is over', () => {
    const asked = watch(10_000)
    expect([asked[0], asked.at(-1)]).toEqual([5_000, 9_000])
  })

  it('is over with the next interaction', () => {
    const asker = createAsker()
    asker.look(toRun({ idleAt: 60_000 }), 0)
    expect(asker.look(toRun({ idleAt: 60_000 }), 45_000)).toBe('still')
    expect(asker.look(toRun({ idleAt: 106_000 }), 46_000)).toBeUndefined()
  })

  it('is not asked again once it is answered, before the next time', () => {
    const asker = createAsker()
    asker.look(toRun({ idleAt: 60_000 }), 0)
    asker.look(toRun({ idleAt: 60_000 }), 45_000)
    asker.answer()
    expect(asker.look(toRun({ idleAt: 60_000 }), 46_000)).toBeUndefined()
    asker.look(toRun({ idleAt: 105_000 }), 47_000)
    expect(asker.look(toRun({ idleAt: 105_000 }), 90_000)).toBe('still')
  })
})

describe('“Were you working on paper?”', () => {
  const back = toRun({ claimableMs: 40_000, idleAt: 160_000 })

  it('is asked when the learner is back, for half a minute', () => {
    const asker = createAsker()
    expect(asker.look(toRun({ ...back, presence: 'idle', idleAt: null }), 99_000)).toBeUndefined()
    expect(asker.look(back, 100_000)).toBe('paper')
    expect(asker.look(back, 129_000)).toBe('paper')
    expect(asker.look(back, 130_000)).toBeUndefined()
  })

  it('is asked of the next stretch too, and not again of the one that was answered', () => {
    const asker = createAsker()
    asker.look(back, 100_000)
    asker.answer()
    expect(asker.look(back, 101_000)).toBeUndefined()
    expect(asker.look(toRun({ claimableMs: 50_000 }), 200_000)).toBe('paper')
  })

  it('is not asked of a moment', () => {
    expect(createAsker().look(toRun({ claimableMs: 29_000 }), 0)).toBeUndefined()
  })
})

describe('the summary', () => {
  const ended = toRun({ isEnded: true, result: {} })

  it('comes with the result, and goes for good when it is closed', () => {
    const asker = createAsker()
    expect(asker.look(ended, 0)).toBe('finished')
    asker.answer()
    expect(asker.look(ended, 1_000)).toBeUndefined()
    expect(asker.look(toRun({ ...ended, runId: 'run-2' }), 2_000)).toBe('finished')
  })

  it('does not come where only the time was told', () => {
    expect(createAsker().look(toRun({ isEnded: true }), 0)).toBeUndefined()
  })
})
