import { describe, expect, it } from 'vitest'
import { play, PLAY_TERMS, type Step } from './play.ts'

/** Presences with where they begin and end, neighbours of one presence joined. */
function toStretches(steps: Step[], visible = true) {
  const stretches: [string, number, number][] = []
  for (const [presence, from, to] of play(steps, visible).spans) {
    const last = stretches.at(-1)
    if (last?.[0] === presence && last[2] === from) last[2] = to
    else stretches.push([presence, from, to])
  }
  return stretches
}

describe('media that plays', () => {
  it('keeps a learner active who does nothing else, for 15 minutes and not longer', () => {
    expect(
      toStretches([
        ['mediastart', 10_000],
        ['tick', 1_000_000],
      ]),
    ).toEqual([
      ['active', 0, 900_000],
      ['idle', 900_000, 1_000_000],
    ])
  })

  it('counts from the last interaction: what plays by itself is no sign of life', () => {
    expect(
      toStretches([
        ['mediastart', 100_000],
        ['tick', 120_000],
      ]),
    ).toEqual([
      ['active', 0, 60_000],
      ['idle', 60_000, 100_000],
      ['active', 100_000, 120_000],
    ])
  })

  it('leaves a learner idle from its end on, if they did nothing for a minute before', () => {
    expect(
      toStretches([
        ['mediastart', 0],
        ['mediastop', 300_000],
        ['tick', 300_001],
      ]),
    ).toEqual([
      ['active', 0, 300_000],
      ['idle', 300_000, 300_001],
    ])
  })

  it('does not make a hidden or a paused page active', () => {
    expect(
      toStretches([
        ['mediastart', 0],
        ['hidden', 10],
        ['visible', 20],
        ['pause', 30],
        ['tick', 40],
      ]),
    ).toEqual([
      ['active', 0, 10],
      ['hidden', 10, 20],
      ['active', 20, 30],
      ['paused', 30, 40],
    ])
  })
})

describe('the focus in a frame that can not be listened to', () => {
  it('counts as being there, for two minutes from when it went in', () => {
    expect(
      toStretches([
        ['frame', 50_000],
        ['tick', 180_000],
      ]),
    ).toEqual([
      ['active', 0, 170_000],
      ['idle', 170_000, 180_000],
    ])
  })

  it('falls back to a minute when it comes out again', () => {
    expect(
      toStretches([
        ['frame', 0],
        ['unframe', 90_000],
        ['tick', 91_000],
      ]),
    ).toEqual([
      ['active', 0, 90_000],
      ['idle', 90_000, 91_000],
    ])
  })
})

describe('a flag', () => {
  const guessing = ['waste', 'guessing'] as const

  it('says what the time is taken for, from its own instant until it is taken back', () => {
    const { spans } = play([
      ['flag', 1_000, guessing],
      ['tick', 2_000],
      ['unflag', 3_000],
      ['tick', 4_000],
    ])
    expect(spans).toEqual([
      ['active', 0, 1_000, 0],
      ['flag', 1_000, 2_000, 1_000, 'waste', 'guessing'],
      ['flag', 2_000, 3_000, 1_000, 'waste', 'guessing'],
      ['active', 3_000, 4_000, 3_000],
    ])
  })

  it('begins anew with another flag, and never mixes the two', () => {
    const { spans } = play([
      ['flag', 10, guessing],
      ['flag', 20, ['unknown']],
      ['tick', 30],
    ])
    expect(spans.slice(1)).toEqual([
      ['flag', 10, 20, 10, 'waste', 'guessing'],
      ['flag', 20, 30, 20, 'unknown'],
    ])
  })

  it('is not taken for the one before it where a pause of no time is between them', () => {
    const { spans } = play([
      ['flag', 0, guessing],
      ['pause', 10],
      ['flag', 10, ['anti-pattern']],
      ['resume', 10],
      ['tick', 20],
    ])
    expect(spans).toEqual([
      ['flag', 0, 10, 0, 'waste', 'guessing'],
      ['flag', 10, 20, 10, 'anti-pattern'],
    ])
  })

  it('outweighs idle and hidden, not a pause', () => {
    expect(
      toStretches([
        ['flag', 0, guessing],
        ['hidden', 100_000],
        ['pause', 110_000],
        ['resume', 120_000],
        ['tick', 130_000],
      ]),
    ).toEqual([
      ['flag', 0, 110_000],
      ['paused', 110_000, 120_000],
      ['flag', 120_000, 130_000],
    ])
  })

  it('does not hold a learner who has left', () => {
    expect(
      toStretches([
        ['flag', 0, guessing],
        ['tick', 700_000],
      ]),
    ).toEqual([
      ['flag', 0, 660_000],
      ['left', 660_000, 700_000],
    ])
  })
})

describe('a learner who has left', () => {
  it('has done so ten minutes after the last active instant, through idle, hidden and paused alike', () => {
    expect(
      toStretches([
        ['hidden', 100_000],
        ['pause', 200_000],
        ['resume', 300_000],
        ['tick', 900_000],
      ]),
    ).toEqual([
      ['active', 0, 60_000],
      ['idle', 60_000, 100_000],
      ['hidden', 100_000, 200_000],
      ['paused', 200_000, 300_000],
      ['hidden', 300_000, 660_000],
      ['left', 660_000, 900_000],
    ])
  })

  it('is not called back by a video that begins when its own patience is over', () => {
    expect(
      toStretches([
        ['mediastart', 960_000],
        ['tick', 970_000],
      ]).at(-1),
    ).toEqual(['left', 660_000, 970_000])
  })

  it('is told in one span, however long, whatever passes meanwhile', () => {
    const { spans } = play([
      ['tick', 660_000],
      ['hidden', 700_000],
      ['flag', 800_000, ['waste']],
      ['pause', 900_000],
      ['tick', 90_000_000],
    ])
    const left = spans.filter(([presence]) => presence === 'left')
    expect(new Set(left.map(([, , , since]) => since))).toEqual(new Set([660_000]))
    expect(left.at(-1)?.[2]).toBe(90_000_000)
  })

  it('comes back with an interaction, and is active from there', () => {
    expect(
      toStretches([
        ['interaction', 5_000_000],
        ['tick', 5_000_010],
      ]),
    ).toEqual([
      ['active', 0, 60_000],
      ['idle', 60_000, 660_000],
      ['left', 660_000, 5_000_000],
      ['active', 5_000_000, 5_000_010],
    ])
  })

  it('never came, if a page in the background was not looked at for ten minutes', () => {
    expect(
      toStretches(
        [
          ['tick', 700_000],
          ['visible', 800_000],
          ['tick', 800_001],
        ],
        false,
      ),
    ).toEqual([
      ['hidden', 0, 600_000],
      ['left', 600_000, 800_000],
      ['active', 800_000, 800_001],
    ])
  })

  it('never leaves if the rule is off', () => {
    const never = { ...PLAY_TERMS, leaveAfterMs: Infinity }
    const { spans } = play([['tick', 90_000_000]], true, never)
    expect(spans.at(-1)).toEqual(['idle', 60_000, 90_000_000, 60_000])
  })
})
