// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { NO_TIME } from '../../src/core/measure.ts'
import { begin, MONO_AT } from './timer-world.ts'

describe('a machine that slept', () => {
  it('is seen by the wall clock alone where the other stood still, and costs no active time', () => {
    const { timer, run, sleep, spans, told } = begin()
    run(10_000)
    sleep(40_000)
    run(5_000)
    expect(spans()).toEqual([
      ['active', 0, 10_000, 0],
      ['suspended', 10_000, 50_000, 10_000],
      ['active', 50_000, 55_000, 50_000],
    ])
    expect(told).toEqual(['active', 'suspended: suspended', 'active'])
    expect(timer.leg.totals).toEqual({ ...NO_TIME, active: 15_000, uncounted: 40_000 })
  })

  it('is seen by ticks that stopped where both clocks ran on', () => {
    const { run, pass, spans } = begin()
    run(10_000)
    pass(40_000)
    run(5_000)
    expect(spans()).toEqual([
      ['active', 0, 10_000, 0],
      ['suspended', 10_000, 50_250, 10_000],
      ['active', 50_250, 55_000, 50_250],
    ])
  })

  it('is seen while the page is hidden only by the wall clock: ticks stop there for other reasons', () => {
    const { timer, pass, sleep, spans } = begin()
    timer.hear('hidden')
    pass(30_000)
    timer.hear('tick')
    sleep(20_000)
    pass(1_000)
    timer.hear('tick')
    expect(spans()).toEqual([
      ['hidden', 0, 30_000, 0],
      ['suspended', 30_000, 50_000, 30_000],
      ['hidden', 50_000, 51_000, 50_000],
    ])
  })

  it.each(['wall', 'both'] as const)(
    'fell asleep after an interaction that nobody had acted on yet: that one still counts (%s)',
    (clocks) => {
      const { timer, run, pass, sleep, spans } = begin()
      run(750)
      timer.interact(MONO_AT + 900)
      pass(150)
      if (clocks === 'wall') sleep(40_000)
      else pass(40_000)
      timer.hear('tick')
      expect(spans()).toEqual([
        ['active', 0, 900, 0],
        ['suspended', 900, 40_900, 900],
      ])
      expect(timer.leg.presence).toMatchObject({ presence: 'active', since: 40_900 })
    },
  )

  it('woken by an interaction has the sleep before it, and is active from then on', () => {
    const { timer, run, pass, spans } = begin()
    run(10_000)
    pass(40_000)
    timer.interact(MONO_AT + 50_000)
    run(1_000)
    expect(spans()).toEqual([
      ['active', 0, 10_000, 0],
      ['suspended', 10_000, 50_000, 10_000],
      ['active', 50_000, 51_000, 50_000],
    ])
  })

  it('is not made up by a wall clock that is set back, nor by one that is put right by a little', () => {
    const { run, sleep, spans } = begin()
    run(1_000)
    sleep(-3_600_000)
    run(1_000)
    sleep(1_900)
    run(1_000)
    expect(spans()).toEqual([['active', 0, 3_000, 0]])
  })

  it('is active after it for no longer than after any waking', () => {
    const { run, sleep, spans } = begin()
    run(10_000)
    sleep(40_000)
    run(70_000)
    expect(spans().at(-1)).toEqual(['idle', 110_000, 120_000, 110_000])
  })
})
