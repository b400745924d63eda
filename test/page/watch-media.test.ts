// @vitest-environment happy-dom
// What plays on the page: in its document, in its frames, in its shadow roots.

import { describe, expect, it } from 'vitest'
import { addFrame, addPlayer, addShadow, tell } from './elements.ts'
import { dispatch } from './signals.ts'
import { send, watch } from './watch-world.ts'

describe('what plays', () => {
  it('is told of from the instant it begins to the instant it stops', () => {
    const player = addPlayer({ paused: true })
    const { take } = watch()
    tell(player, 'playing', { paused: false }, 100)
    expect(take()).toEqual([['mediastart', 100]])
    tell(player, 'pause', { paused: true }, 700)
    expect(take()).toEqual([['mediastop', 700]])
  })

  it('is told of from the start if it plays already', () => {
    addPlayer()
    expect(watch().heard).toEqual([['mediastart']])
  })

  it.each([
    ['ends', 'ended', { ended: true }],
    ['waits for data', 'waiting', { readyState: 2 }],
    ['is given something else to play', 'emptied', { readyState: 0 }],
  ] as const)('is told to stop when it %s', (_, type, state) => {
    const player = addPlayer()
    const { take } = watch()
    take()
    tell(player, type, state, 300)
    expect(take()).toEqual([['mediastop', 300]])
  })

  it('goes on while one of two does', () => {
    const [one, other] = [addPlayer(), addPlayer()]
    const { take } = watch()
    take()
    tell(one, 'ended', { ended: true }, 100)
    expect(take()).toEqual([])
    tell(other, 'ended', { ended: true }, 200)
    expect(take()).toEqual([['mediastop', 200]])
  })

  it('is not told of while it is decoration, and is from the instant its sound is turned on', () => {
    const player = addPlayer({ loop: true, muted: true })
    const { take } = watch()
    tell(player, 'playing', {}, 50)
    expect(take()).toEqual([])
    tell(player, 'volumechange', { muted: false }, 400)
    expect(take()).toEqual([['mediastart', 400]])
    tell(player, 'volumechange', { volume: 0 }, 500)
    expect(take()).toEqual([['mediastop', 500]])
  })

  it('is found to have stopped at the next look when it was taken away, as no event tells', () => {
    const player = addPlayer()
    const { take, look } = watch()
    take()
    player.remove()
    look()
    expect(take()).toEqual([['mediastop']])
  })

  it('goes on while it plays in a frame that tells, though the page’s own stops', () => {
    const player = addPlayer()
    const { view } = addFrame()
    const { take } = watch()
    take()
    send({ stint: 'mediastart', agoMs: 0 }, { source: view })
    tell(player, 'pause', { paused: true })
    expect(take()).toEqual([])
  })
})

describe('what plays in a frame of the same origin', () => {
  it('is told of by the page’s clock', () => {
    const frame = addFrame({ bornAt: 30_000 })
    const player = addPlayer({ paused: true }, { parent: frame.document.body })
    const { take } = watch()
    tell(player, 'playing', { paused: false }, 1_000)
    expect(take()).toEqual([['mediastart', 31_000]])
    tell(player, 'pause', { paused: true }, 2_000)
    expect(take()).toEqual([['mediastop', 32_000]])
  })

  it('is found when the frame is added while it plays, and is over when the frame is gone', () => {
    const { look, take } = watch()
    const { element, document: inside } = addFrame()
    addPlayer({}, { parent: inside.body })
    look()
    expect(take()).toEqual([['mediastart']])
    element.remove()
    look()
    expect(take()).toEqual([['mediastop']])
  })
})

describe('what plays in an open shadow root', () => {
  it('is found by a pointerdown in it, and heard from then on', () => {
    const root = addShadow()
    const player = addPlayer({ paused: true }, { parent: root })
    const button = document.createElement('button')
    root.append(button)
    const { take } = watch()
    tell(player, 'playing', { paused: false }, 10)
    tell(player, 'pause', { paused: true }, 20)
    expect(take()).toEqual([])

    dispatch('pointerdown', { target: button, at: 30 })
    expect(take()).toEqual([['interaction', 30]])
    tell(player, 'playing', { paused: false }, 40)
    expect(take()).toEqual([['mediastart', 40]])
    tell(player, 'pause', { paused: true }, 900)
    expect(take()).toEqual([['mediastop', 900]])
  })

  it('is found at the next look if it plays when somebody clicks beside it', () => {
    const root = addShadow()
    addPlayer({}, { parent: root })
    const { look, take } = watch()
    dispatch('pointerdown', { target: root.querySelector('video')! })
    take()
    look()
    expect(take()).toEqual([['mediastart']])
  })

  it('is found in a root inside a root', () => {
    const outer = addShadow()
    const player = addPlayer({ paused: true }, { parent: addShadow(outer) })
    const { take } = watch()
    dispatch('pointerdown', { target: player })
    take()
    tell(player, 'playing', { paused: false }, 40)
    expect(take()).toEqual([['mediastart', 40]])
  })

  it('is over when its element is taken away, and is heard no more after the watch’s stop', () => {
    const root = addShadow()
    const player = addPlayer({}, { parent: root })
    const { look, take, stop } = watch()
    dispatch('pointerdown', { target: player })
    look()
    take()
    player.remove()
    look()
    expect(take()).toEqual([['mediastop']])
    stop()
    tell(addPlayer({}, { parent: root }), 'playing')
    expect(take()).toEqual([])
  })
})
