import { describe, expect, it } from 'vitest'
import { transition, type SignalType } from '../../src/core/presence.ts'
import { play, PLAY_TERMS } from './play.ts'

describe('idle', () => {
  it.each([60_000, 60_001, 61_000, 659_999])(
    'begins exactly idleAfterMs after the last interaction, though we hear of it only at %i',
    (at) => {
      const { spans, state } = play([
        ['interaction', 0],
        ['tick', at],
      ])
      expect(spans[0]).toEqual(['active', 0, 60_000, 0])
      expect(spans[1]).toEqual(at > 60_000 ? ['idle', 60_000, at, 60_000] : undefined)
      expect(state).toMatchObject({ presence: 'idle', since: 60_000, toldTo: at })
    },
  )

  it('has not begun one millisecond earlier', () => {
    const { state } = play([
      ['interaction', 1_234],
      ['tick', 61_233],
    ])
    expect(state).toMatchObject({ presence: 'active', since: 0 })
  })

  it('does not exist if the next interaction comes exactly at the boundary', () => {
    const { spans } = play([
      ['interaction', 60_000],
      ['tick', 119_999],
    ])
    expect(spans).toEqual([
      ['active', 0, 60_000, 0],
      ['active', 60_000, 119_999, 60_000],
    ])
  })

  it('lasts one millisecond if the next interaction comes one after the boundary', () => {
    expect(play([['interaction', 60_001]]).spans).toEqual([
      ['active', 0, 60_000, 0],
      ['idle', 60_000, 60_001, 60_000],
    ])
  })

  it('is said the same with a tick in the millisecond of the boundary', () => {
    const ticked = play([
      ['tick', 60_000],
      ['interaction', 60_000],
      ['tick', 60_010],
    ])
    expect(ticked).toEqual(
      play([
        ['interaction', 60_000],
        ['tick', 60_010],
      ]),
    )
  })

  it.each<SignalType>(['hidden', 'pause'])(
    'is told before a %s that comes later, and not given to it',
    (type) => {
      const { spans, state } = play([[type, 90_000]])
      expect(spans).toEqual([
        ['active', 0, 60_000, 0],
        ['idle', 60_000, 90_000, 60_000],
      ])
      expect(state.since).toBe(90_000)
    },
  )

  it.each<SignalType>(['visible', 'interaction', 'resume'])(
    'ends with %s, which counts as being there for another idleAfterMs',
    (type) => {
      const { spans } = play([
        ['tick', 70_000],
        [type, 80_000],
        ['tick', 150_000],
      ])
      expect(spans.slice(2)).toEqual([
        ['idle', 70_000, 80_000, 60_000],
        ['active', 80_000, 140_000, 80_000],
        ['idle', 140_000, 150_000, 140_000],
      ])
    },
  )

  it.each<SignalType>(['unframe', 'mediastop', 'unflag', 'tick'])(
    'does not end with %s',
    (type) => {
      expect(
        play([
          ['tick', 70_000],
          [type, 80_000],
        ]).state,
      ).toMatchObject({
        presence: 'idle',
        since: 60_000,
      })
    },
  )

  it('is not made of time that was hidden or paused', () => {
    const { spans } = play([
      ['hidden', 59_000],
      ['pause', 200_000],
      ['resume', 300_000],
    ])
    expect(spans.map(([presence]) => presence)).toEqual(['active', 'hidden', 'paused'])
  })

  it('follows rules that change: a shorter threshold takes no told time back', () => {
    const { state } = play([['tick', 30_000]])
    const [, spans] = transition(
      state,
      { type: 'tick', at: 31_000 },
      { ...PLAY_TERMS, idleAfterMs: 10_000 },
    )
    expect(spans).toEqual([['idle', 30_000, 31_000, 30_000]])
  })
})
