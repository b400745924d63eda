// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import { setVisible } from './signals.ts'
import { begin, create, MONO_AT, TERMS, WALL_AT } from './timer-world.ts'

afterEach(() => setVisible('visible'))

describe('a leg', () => {
  it('has its 0 on both clocks where it begins, in whole milliseconds', () => {
    const { timer, now } = create()
    expect(timer.monoAt).toBe(Infinity)
    now.mono = 1_234.56
    timer.begin(now.mono)
    expect([timer.monoAt, timer.wallAt]).toEqual([1_235, WALL_AT])
    expect(timer.leg.presence).toMatchObject({ presence: 'active', since: 0, toldTo: 0 })
  })

  it('has its 0 where it began, though that was some time ago, and on the wall clock too', () => {
    const { timer, pass, spans } = create()
    pass(40)
    timer.begin(MONO_AT)
    expect([timer.monoAt, timer.wallAt]).toEqual([MONO_AT, WALL_AT])
    pass(60)
    timer.hear('tick')
    expect(spans()).toEqual([['active', 0, 100, 0]])
  })

  it('has no time before that, but hears what is so: it may be paused already', () => {
    const { timer, pass, spans, told } = create()
    pass(3_000)
    timer.hear('interaction', MONO_AT + 1_000)
    timer.hear('tick')
    pass(3_000)
    timer.hear('pause')
    expect(timer.toNow().spans).toEqual([])
    pass(3_000)
    timer.begin(MONO_AT + 9_000)
    expect(spans()).toEqual([])
    pass(1_000)
    timer.hear('resume')
    pass(500)
    timer.hear('tick')
    expect(spans()).toEqual([
      ['paused', 0, 1_000, 0],
      ['active', 1_000, 1_500, 1_000],
    ])
    expect(told).toEqual(['active', 'paused: paused', 'active'])
  })

  it('is hidden from its 0 where the page was opened in the background', () => {
    setVisible('hidden')
    const { timer, pass, spans } = begin()
    pass(2_000)
    timer.hear('visible')
    pass(1_000)
    timer.hear('tick')
    expect(spans()).toEqual([
      ['hidden', 0, 2_000, 0],
      ['active', 2_000, 3_000, 2_000],
    ])
  })

  it('begins as the page is seen then, not as it was when nobody had begun', () => {
    setVisible('hidden')
    const { timer, pass, spans } = create()
    setVisible('visible')
    timer.begin(MONO_AT)
    pass(1_000)
    timer.hear('tick')
    expect(spans()).toEqual([['active', 0, 1_000, 0]])
  })
})

describe('a signal', () => {
  it('counts from its own instant, however late it is heard', () => {
    const { timer, pass, spans } = begin()
    pass(1_500)
    timer.hear('hidden', MONO_AT + 1_234)
    pass(500)
    timer.hear('visible', MONO_AT + 1_800)
    timer.hear('tick')
    expect(spans()).toEqual([
      ['active', 0, 1_234, 0],
      ['hidden', 1_234, 1_800, 1_234],
      ['active', 1_800, 2_000, 1_800],
    ])
  })

  it('without an instant counts from now', () => {
    const { timer, pass, spans } = begin()
    pass(1_500)
    timer.hear('pause')
    expect(spans()).toEqual([['active', 0, 1_500, 0]])
  })

  it('is rounded once, so that parts of a millisecond do not add up', () => {
    const { timer, now, spans } = begin()
    for (let step = 1; step < 1_000; step += 1) {
      now.mono = MONO_AT + step * 1.4
      now.wall = WALL_AT + Math.floor(step * 1.4)
      timer.hear('tick')
    }
    expect(spans()).toEqual([['active', 0, 1_399, 0]])
  })

  it('from before the 0 counts as at the 0, and is taken for no sleep', () => {
    const { timer, pass, spans, told } = begin()
    timer.hear('pause')
    // A click that had waited for a busy page since before the run began.
    timer.interact(MONO_AT - 3_000)
    pass(250)
    timer.hear('resume')
    pass(250)
    timer.hear('tick')
    expect(spans()).toEqual([
      ['paused', 0, 250, 0],
      ['active', 250, 500, 250],
    ])
    expect(told).toEqual(['active', 'paused: paused', 'active'])
  })

  it('is not heard after its stop, and no time passes', () => {
    const { timer, pass, told } = begin()
    pass(1_000)
    timer.hear('tick')
    timer.stop()
    const { leg } = timer
    pass(5_000)
    timer.hear('pause')
    timer.interact(MONO_AT + 6_000)
    expect(timer.leg).toBe(leg)
    expect(timer.toNow()).toBe(leg)
    expect(told).toEqual(['active'])
  })
})

describe('an interaction', () => {
  it('is not acted on one by one while the learner is active, and the last one counts exactly', () => {
    const { timer, run, pass, spans } = begin()
    run(2_000)
    timer.interact(MONO_AT + 2_000)
    const { leg } = timer
    for (let more = 0; more < 50; more += 1) {
      pass(2)
      timer.interact(MONO_AT + 2_000 + (more + 1) * 2)
    }
    expect(timer.leg).toBe(leg)
    run(70_000)
    expect(spans()).toEqual([
      ['active', 0, 62_100, 0],
      ['idle', 62_100, 72_100, 62_100],
    ])
  })

  it('is acted on at once when the learner was idle', () => {
    const { timer, run, pass, spans } = begin()
    run(61_000)
    pass(123)
    timer.interact(MONO_AT + 61_123)
    expect(timer.leg.presence.presence).toBe('active')
    expect(spans().at(-1)).toEqual(['idle', 60_000, 61_123, 60_000])
  })

  it('does not end a pause', () => {
    const { timer, run } = begin()
    timer.hear('pause')
    run(1_000)
    timer.interact(MONO_AT + 1_000)
    expect(timer.leg.presence.presence).toBe('paused')
  })
})

describe('onPresence', () => {
  it('hears of each presence in turn with its reason, once', () => {
    const { timer, run, told } = begin()
    run(1_000)
    timer.hear('hidden')
    run(1_000)
    timer.hear('hidden')
    timer.hear('pause')
    timer.hear('pause')
    timer.hear('visible')
    run(1_000)
    timer.hear('resume')
    run(61_000)
    expect(told).toEqual(['active', 'hidden: tab-hidden', 'paused: paused', 'active', 'idle: idle'])
  })

  it('hears of those too that passed unseen between two signals', () => {
    const { timer, pass, told } = begin()
    timer.hear('hidden')
    // Timers of a hidden page may not run for long.
    pass(700_000)
    timer.hear('visible')
    expect(told).toEqual(['active', 'hidden: tab-hidden', 'left: left', 'active'])
  })

  it('hears of an idle stretch that ended before any tick', () => {
    const { timer, run, pass, told } = begin({ ...TERMS, idleAfterMs: 1_000 })
    run(750)
    pass(1_250)
    timer.interact(MONO_AT + 2_000)
    expect(told).toEqual(['active', 'idle: idle', 'active'])
  })

  it('hears the host’s own reason of a flag, and each new one', () => {
    const { timer, run, told } = begin()
    const flag = (...what: ['waste' | 'unknown', string?]) => timer.hear('flag', undefined, what)
    flag('waste', 'guessing')
    run(500)
    flag('waste', 'guessing')
    run(500)
    flag('waste', 'skipping')
    run(500)
    flag('unknown')
    run(500)
    timer.hear('unflag')
    expect(told).toEqual(['active', 'flag: guessing', 'flag: skipping', 'flag', 'active'])
  })

  it('hears nothing while time only passes', () => {
    const { run, timer, told } = begin()
    run(30_000)
    timer.interact(MONO_AT + 30_000)
    run(30_000)
    expect(told).toEqual(['active'])
  })
})

describe('toNow', () => {
  it('is the leg as of this instant, and changes nothing', () => {
    const { timer, pass, told } = begin()
    const { leg } = timer
    pass(1_234)
    expect(timer.toNow().totals.active).toBe(1_234)
    pass(66)
    expect(timer.toNow().spans).toEqual([['active', 0, 1_300, 0]])
    expect(timer.leg).toBe(leg)
    expect(told).toEqual(['active'])
  })
})
