// @vitest-environment happy-dom
// Pings, at both ends: what a frame tells of itself, and what the page around it believes.

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchPings, type Ping } from '../../src/page/ping.ts'
import { pingParent } from '../../src/page/ping-parent.ts'
import { addPlayer, tell } from './elements.ts'
import { dispatch } from './signals.ts'
import { FRIEND, send } from './watch-world.ts'

const LOADED_AT = 50_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  vi.advanceTimersByTime(LOADED_AT)
  onTestFinished(() => void vi.useRealTimers())
})

describe('watchPings', () => {
  function record(origins: readonly string[] = [FRIEND]) {
    const heard: unknown[][] = []
    const stop = watchPings(origins, (...one) => void heard.push(one))
    onTestFinished(stop)
    return { heard, stop }
  }

  it.each(['interaction', 'mediastart', 'mediastop', 'gone'])(
    'hears %s of a named origin, by our own clock, with its page’s id and its window',
    (stint) => {
      const { heard } = record(['https://other.example', FRIEND])
      send({ stint, agoMs: 200, id: 0.7 }, { source: window })
      expect(heard).toEqual([[stint, LOADED_AT - 200, 0.7, window]])
    },
  )

  it('hears the last word of a page, which has no window any more', () => {
    const { heard } = record()
    send({ stint: 'gone', agoMs: 0, id: 0.7 }, { source: null })
    expect(heard).toEqual([['gone', LOADED_AT, 0.7, null]])
  })

  it.each([
    'https://stranger.example',
    'http://friend.example',
    `${FRIEND}:8443`,
    `${FRIEND}.evil.example`,
    'null',
    '',
  ])('does not hear the origin %j, which nobody named', (origin) => {
    const { heard } = record()
    send({ stint: 'interaction', agoMs: 0 }, { origin })
    expect(heard).toEqual([])
  })

  it('hears nobody where no origin is named, the page’s own neither', () => {
    const { heard } = record([])
    for (const origin of [FRIEND, location.origin, '']) {
      send({ stint: 'interaction', agoMs: 0 }, { origin })
    }
    expect(heard).toEqual([])
  })

  it.each([
    undefined,
    null,
    'interaction',
    7,
    [],
    {},
    { type: 'interaction', agoMs: 5 },
    { stint: '', agoMs: 5 },
    { stint: 'interaction' },
    { stint: 'interaction', agoMs: -1 },
    { stint: 'interaction', agoMs: Number.NaN },
    { stint: 'interaction', agoMs: 'soon' },
    { stint: 'interaction', agoMs: Infinity },
    { stint: 'hidden', agoMs: 5 },
    { stint: 'pause', agoMs: 5 },
    { stint: 1, agoMs: 5 },
  ])('hears nothing in %j, though it comes from a friend', (data) => {
    const { heard } = record()
    send(data, { source: window })
    expect(heard).toEqual([])
  })

  it('hears nothing after its stop', () => {
    const { heard, stop } = record()
    stop()
    send({ stint: 'interaction', agoMs: 0 })
    expect(heard).toEqual([])
  })
})

describe('pingParent', () => {
  /** What went out, each with when. */
  function open() {
    const sent: [stint: string, agoMs: number][] = []
    const origins = new Set<unknown>()
    const ids = new Set<unknown>()
    const post = vi.spyOn(parent, 'postMessage').mockImplementation((...given: unknown[]) => {
      const [{ stint, agoMs, id, ...more }, origin] = given as [Ping, unknown]
      expect(more).toEqual({})
      sent.push([stint, agoMs])
      origins.add(origin)
      ids.add(id)
    })
    const stop = pingParent(FRIEND)
    onTestFinished(() => {
      stop()
      post.mockRestore()
    })
    return {
      stop,
      origins,
      ids,
      take: () => sent.splice(0),
      pass: (ms: number) => void vi.advanceTimersByTime(ms),
      act: (agoMs = 0, type = 'keydown') => dispatch(type, { at: performance.now() - agoMs }),
    }
  }

  it('tells nothing while nobody does anything', () => {
    const { take, pass } = open()
    pass(10_000)
    expect(take()).toEqual([])
  })

  it('tells at once of an interaction, how long ago it was, and only the named origin', () => {
    const { take, act, origins } = open()
    act(15)
    expect(take()).toEqual([['interaction', 15]])
    expect([...origins]).toEqual([FRIEND])
  })

  it('has one id, and another page has another', () => {
    const [one, other] = [open(), open()].map(({ ids }) => ids)
    dispatch('keydown', { at: LOADED_AT })
    dispatch('pagehide', { at: LOADED_AT })
    const all = new Set([...one!, ...other!])
    expect([one!.size, other!.size, all.size]).toEqual([0, 2, 2])
  })

  it('tells at once after a quiet moment, without waiting for its turn', () => {
    const { take, act, pass } = open()
    act()
    pass(300)
    take()
    act()
    expect(take()).toEqual([['interaction', 0]])
  })

  it('tells nothing of the keys, and nothing of what scripts do', () => {
    const { take } = open()
    dispatch('keydown', { at: LOADED_AT, isTrusted: false })
    expect(take()).toEqual([])
  })

  it('tells of a busy learner four times a second, not of each move', () => {
    const { take, act, pass } = open()
    for (let ms = 0; ms < 2_000; ms += 10) {
      act()
      pass(10)
    }
    const count = take().length
    expect(count).toBeGreaterThanOrEqual(8)
    expect(count).toBeLessThanOrEqual(10)
  })

  it('tells of the last move too, by its age, once the learner stops', () => {
    const { take, act, pass } = open()
    act()
    pass(100)
    act()
    pass(40)
    act()
    expect(take()).toEqual([['interaction', 0]])
    pass(1_000)
    // The last of them was at 140 ms, the interval came round at 250.
    expect(take()).toEqual([['interaction', 110]])
  })

  it('tells when something begins to play, and when it stops', () => {
    const { take, pass } = open()
    const player = addPlayer({ paused: true })
    tell(player, 'playing', { paused: false }, performance.now() - 20)
    tell(player, 'volumechange', { volume: 0.5 }, performance.now())
    expect(take()).toEqual([['mediastart', 20]])
    pass(3_000)
    tell(player, 'pause', { paused: true }, performance.now() - 5)
    expect(take()).toEqual([['mediastop', 5]])
  })

  it('tells at once of what plays already', () => {
    addPlayer()
    expect(open().take()).toEqual([['mediastart', 0]])
  })

  it('tells nothing of decoration', () => {
    const { take } = open()
    tell(addPlayer({ loop: true, muted: true }), 'playing')
    expect(take()).toEqual([])
  })

  it('finds out by itself when what played was taken away', () => {
    const { take, pass } = open()
    const player = addPlayer()
    tell(player, 'playing', {}, performance.now())
    take()
    player.remove()
    pass(250)
    expect(take()).toEqual([['mediastop', 0]])
    pass(1_000)
    expect(take()).toEqual([])
  })

  it('says that its page goes, and does not leave the one around it believing that something plays', () => {
    const { take } = open()
    tell(addPlayer(), 'playing', {}, performance.now())
    take()
    dispatch('pagehide', { at: performance.now() })
    expect(take()).toEqual([
      ['mediastop', 0],
      ['gone', 0],
    ])
  })

  it('tells nothing after its stop, not even what was pending, and leaves no timer', () => {
    const { take, act, pass, stop } = open()
    act()
    pass(100)
    act()
    take()
    stop()
    act()
    tell(addPlayer(), 'playing')
    pass(1_000)
    expect(take()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a ping from end to end', () => {
  it('has the instant of what was done, however long the message took to be sent', () => {
    const heard: [string, number][] = []
    onTestFinished(watchPings([FRIEND], (type, at) => void heard.push([type, at])))
    const post = vi.spyOn(parent, 'postMessage').mockImplementation((...given: unknown[]) => {
      send(given[0], { source: window })
    })
    const stop = pingParent(FRIEND)
    dispatch('keydown', { at: LOADED_AT })
    vi.advanceTimersByTime(100)
    dispatch('keydown', { at: LOADED_AT + 100 })
    vi.advanceTimersByTime(400)
    stop()
    post.mockRestore()
    expect(heard).toEqual([
      ['interaction', LOADED_AT],
      ['interaction', LOADED_AT + 100],
    ])
  })
})
