import { describe, expect, it } from 'vitest'
import type { SignalType } from '../../src/core/presence.ts'
import { play, type Step } from './play.ts'

/** What a signal at 5 s makes of a leg of which the steps were seen before. */
function toPresenceAfter(type: SignalType, before: Step[] = [], visible = true) {
  const { presence, since } = play([...before, [type, 5_000]], visible).state
  return [presence, since]
}

describe('a page that opens', () => {
  it('is active from 0 if it can be seen', () => {
    expect(play([['tick', 1_000]]).spans).toEqual([['active', 0, 1_000, 0]])
  })

  it('is hidden from 0 in the background, and no interaction makes it active there', () => {
    expect(
      play(
        [
          ['interaction', 500],
          ['tick', 1_000],
        ],
        false,
      ).spans,
    ).toEqual([
      ['hidden', 0, 500, 0],
      ['hidden', 500, 1_000, 0],
    ])
  })

  it('tells nothing of no time', () => {
    expect(
      play([
        ['visible', 0],
        ['interaction', 0],
        ['tick', 0],
      ]).spans,
    ).toEqual([])
  })
})

describe('each signal', () => {
  it.each<SignalType>([
    'visible',
    'frame',
    'unframe',
    'interaction',
    'mediastart',
    'mediastop',
    'unflag',
    'tick',
    'resume',
  ])('leaves an active learner active on %s, since when they were', (type) => {
    expect(toPresenceAfter(type)).toEqual(['active', 0])
  })

  it.each<SignalType>([
    'hidden',
    'frame',
    'unframe',
    'interaction',
    'mediastart',
    'mediastop',
    'unflag',
    'tick',
    'resume',
  ])('leaves a hidden page hidden on %s, since when it was', (type) => {
    expect(toPresenceAfter(type, [['hidden', 2_000]])).toEqual(['hidden', 2_000])
  })

  it.each<SignalType>([
    'visible',
    'hidden',
    'frame',
    'unframe',
    'interaction',
    'mediastart',
    'mediastop',
    'unflag',
    'tick',
    'pause',
  ])('leaves a paused run paused on %s, since when it was', (type) => {
    expect(toPresenceAfter(type, [['pause', 2_000]])).toEqual(['paused', 2_000])
  })

  it('ends what was before it in its own millisecond, and begins what it says there', () => {
    const steps: Step[] = [
      ['hidden', 10],
      ['visible', 25],
      ['pause', 40],
      ['resume', 70],
      ['tick', 71],
    ]
    expect(play(steps).spans).toEqual([
      ['active', 0, 10, 0],
      ['hidden', 10, 25, 10],
      ['active', 25, 40, 25],
      ['paused', 40, 70, 40],
      ['active', 70, 71, 70],
    ])
  })
})

describe('pause', () => {
  it('outweighs hidden, and what comes after it is what the page is by then', () => {
    const { spans, state } = play([
      ['pause', 10],
      ['hidden', 20],
      ['resume', 30],
      ['tick', 40],
    ])
    expect(spans.map(([presence, from, , since]) => [presence, from, since])).toEqual([
      ['active', 0, 0],
      ['paused', 10, 10],
      ['paused', 20, 10],
      ['hidden', 30, 30],
    ])
    expect(state.paused).toBe(false)
  })

  it('never ends by itself, nor by an interaction, until the learner has left', () => {
    const { state } = play([
      ['pause', 10],
      ['interaction', 99],
      ['tick', 600_009],
    ])
    expect(state).toMatchObject({ presence: 'paused', since: 10 })
  })
})

describe('a signal older than what was told', () => {
  const told: Step[] = [['tick', 61_000]]

  it('takes nothing back: an interaction before the boundary ends idle only where time stands', () => {
    const { spans, state } = play([...told, ['interaction', 59_900]])
    expect(spans).toEqual([
      ['active', 0, 60_000, 0],
      ['idle', 60_000, 61_000, 60_000],
    ])
    expect(state).toMatchObject({ presence: 'active', since: 61_000, toldTo: 61_000 })
  })

  it('still counts from its own instant, not from when we heard of it', () => {
    const { spans } = play([...told, ['interaction', 59_900], ['tick', 130_000]])
    expect(spans.slice(2)).toEqual([
      ['active', 61_000, 119_900, 61_000],
      ['idle', 119_900, 130_000, 119_900],
    ])
  })

  it('does not make the last interaction older', () => {
    const { state } = play([
      ['interaction', 9_000],
      ['interaction', 5_000],
    ])
    expect(state.interactionAt).toBe(9_000)
  })

  it('hides from where time stands', () => {
    const { spans } = play([
      ['tick', 250],
      ['hidden', 240],
      ['tick', 300],
    ])
    expect(spans).toEqual([
      ['active', 0, 250, 0],
      ['hidden', 250, 300, 250],
    ])
  })

  it('does not end idle if it is older than idleAfterMs', () => {
    const { state } = play([
      ['tick', 200_000],
      ['interaction', 100_000],
    ])
    expect(state).toMatchObject({ presence: 'idle', since: 60_000 })
  })
})
