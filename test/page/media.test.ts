// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasPlaying, watchMedia, type MediaRoot } from '../../src/page/media.ts'
import { addFrame, addPlayer, addShadow, tell, type Player } from './elements.ts'

function record(root: MediaRoot = document) {
  const heard: number[] = []
  const stop = watchMedia((timeStamp) => void heard.push(timeStamp), root)
  onTestFinished(stop)
  return { heard, stop }
}

describe('watchMedia', () => {
  it.each(['playing', 'pause', 'ended', 'waiting', 'emptied', 'volumechange'])(
    'tells of %s with its instant, though it does not bubble',
    (type) => {
      const { heard } = record()
      tell(addPlayer(), type, {}, 123)
      expect(heard).toEqual([123])
    },
  )

  it.each(['timeupdate', 'progress', 'loadeddata', 'play', 'seeked'])(
    'is not woken by %s, after which nothing else is so',
    (type) => {
      const { heard } = record()
      tell(addPlayer(), type)
      expect(heard).toEqual([])
    },
  )

  it('hears what happens in a shadow root only if it is told to watch that', () => {
    const root = addShadow()
    const [outside, inside] = [record(), record(root)]
    tell(addPlayer({}, { parent: root }), 'playing', {}, 7)
    expect([outside.heard, inside.heard]).toEqual([[], [7]])
  })

  it('tells nothing after its stop', () => {
    const { heard, stop } = record()
    const player = addPlayer()
    stop()
    tell(player, 'playing')
    expect(heard).toEqual([])
  })
})

describe('hasPlaying', () => {
  it.each(['video', 'audio'])('is so while a %s plays', (type) => {
    expect(hasPlaying(document)).toBe(false)
    addPlayer({}, { type })
    expect(hasPlaying(document)).toBe(true)
  })

  it.each<[string, Partial<Player>]>([
    ['is paused', { paused: true }],
    ['has ended', { ended: true }],
    ['waits for more data', { readyState: 2 }],
    ['has nothing to play', { readyState: 0 }],
    ['loops without a sound: decoration', { loop: true, muted: true }],
    ['loops with its volume at zero: decoration', { loop: true, volume: 0 }],
  ])('is not so for one that %s', (_, state) => {
    addPlayer(state)
    expect(hasPlaying(document)).toBe(false)
  })

  it.each<[string, Partial<Player>]>([
    ['is muted, as with subtitles in class', { muted: true }],
    ['has its volume at zero, and ends some time', { volume: 0 }],
    ['loops with a sound', { loop: true }],
    ['is quiet, but can be heard', { loop: true, volume: 0.1 }],
  ])('is so for one that %s', (_, state) => {
    addPlayer(state)
    expect(hasPlaying(document)).toBe(true)
  })

  it('is so if one of several plays, whichever', () => {
    addPlayer({ paused: true })
    const second = addPlayer()
    addPlayer({ loop: true, muted: true })
    expect(hasPlaying(document)).toBe(true)
    tell(second, 'ended', { ended: true })
    expect(hasPlaying(document)).toBe(false)
  })

  it('is not so any more for one that was taken away', () => {
    const player = addPlayer()
    player.remove()
    expect(hasPlaying(document)).toBe(false)
  })

  it('is asked of each root alone', () => {
    const root = addShadow()
    const { document: inside } = addFrame()
    addPlayer({}, { parent: root })
    expect([document, root, inside].map(hasPlaying)).toEqual([false, true, false])
  })
})
