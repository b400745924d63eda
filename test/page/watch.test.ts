// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import { addForeignFrame, addFrame, addShadow, focus } from './elements.ts'
import { dispatch, setVisible, show } from './signals.ts'
import { FRIEND, NOW, send, watch } from './watch-world.ts'

describe('a watch', () => {
  it('tells of interaction and of visibility, each with its instant', () => {
    const { take } = watch()
    expect(take()).toEqual([])
    dispatch('keydown', { at: 10 })
    show('hidden', 20)
    show('visible', 30)
    expect(take()).toEqual([
      ['interaction', 10],
      ['hidden', 20],
      ['visible', 30],
    ])
  })

  it('tells nothing by looking when nothing has changed, however often', () => {
    addFrame()
    addForeignFrame()
    const { look, heard } = watch()
    for (let time = 0; time < 5; time += 1) look()
    expect(heard).toEqual([])
  })

  it('tells nothing after its stop, of the page and of its frames', () => {
    const { view } = addFrame()
    const { element } = addForeignFrame()
    const { heard, stop } = watch()
    dispatch('blur')
    stop()
    for (const target of [window, view]) dispatch('keydown', { target })
    show('hidden')
    setVisible('visible')
    send({ stint: 'interaction', agoMs: 0 }, { source: view })
    expect(heard).toEqual([])
    focus(element)
    dispatch('blur')
    expect(heard).toEqual([])
  })

  it('listens to no frame that is found only after its stop', () => {
    const { heard, stop } = watch()
    dispatch('blur')
    stop()
    const { view } = addFrame()
    vi.runAllTimers()
    dispatch('keydown', { target: view.document })
    expect(heard).toEqual([])
  })
})

describe('a frame of the same origin', () => {
  it('is listened to from the start', () => {
    const { view } = addFrame()
    const { heard } = watch()
    dispatch('keydown', { target: view.document.body, at: NOW })
    expect(heard).toEqual([['interaction', NOW]])
  })

  it('has its instants by the page’s clock, whenever its own began', () => {
    const [early, late] = [addFrame({ bornAt: 0 }), addFrame({ bornAt: 30_000 })]
    const { heard } = watch()
    dispatch('input', { target: early.view.document, at: 45_000 })
    dispatch('input', { target: late.view.document, at: 15_500 })
    expect(heard).toEqual([
      ['interaction', 45_000],
      ['interaction', 45_500],
    ])
  })

  it('that is added later is listened to from the next look on', () => {
    const { look, heard } = watch()
    const { view } = addFrame({ bornAt: 20_000 })
    look()
    dispatch('pointermove', { target: view.document, at: 30_000 })
    expect(heard).toEqual([['interaction', 50_000]])
  })

  it('is listened to inside another one, each by its own clock', () => {
    const outer = addFrame({ bornAt: 10_000 })
    const inner = addFrame({ parent: outer.document.body, bornAt: 40_000 })
    const { heard } = watch()
    dispatch('keydown', { target: inner.view.document, at: 9_000 })
    dispatch('keydown', { target: outer.view.document, at: 39_000 })
    expect(heard).toEqual([
      ['interaction', 49_000],
      ['interaction', 49_000],
    ])
  })

  it('is heard once, however often the watch has looked', () => {
    const { view } = addFrame()
    const { look, heard } = watch()
    look()
    look()
    dispatch('keydown', { target: view.document, at: 1 })
    expect(heard).toHaveLength(1)
  })

  it('is not listened to any more once it was taken away', () => {
    const { element, view } = addFrame()
    const types: string[] = []
    const [add, remove] = [
      vi.spyOn(view.document, 'addEventListener'),
      vi.spyOn(view.document, 'removeEventListener'),
    ]
    const { look } = watch()
    for (const [type] of add.mock.calls) types.push(type)
    expect(types).toContain('keydown')
    element.remove()
    look()
    expect(remove.mock.calls.map(([type]) => type)).toEqual(types)
  })

  it('is listened to anew once it has another document', () => {
    const { element, view: before } = addFrame()
    const { look, heard } = watch()
    element.remove()
    look()
    document.body.append(element)
    look()
    const after = element.contentWindow!
    expect(after).not.toBe(before)
    dispatch('keydown', { target: before.document, at: 1 })
    dispatch('keydown', { target: after.document, at: 2 })
    expect(heard).toHaveLength(1)
  })

  it('is not lost inside a shadow root: what is done there is heard once the focus is in it', () => {
    const { element, view } = addFrame({ parent: addShadow(), bornAt: 20_000 })
    const { look, heard } = watch()
    focus(element)
    dispatch('blur')
    look()
    dispatch('keydown', { target: view.document, at: 30_000 })
    expect(heard).toEqual([['interaction', 50_000]])
  })

  it('takes in no script’s event either', () => {
    const { view } = addFrame()
    const { heard } = watch()
    dispatch('keydown', { target: view.document, isTrusted: false })
    expect(heard).toEqual([])
  })

  it('is not counted by its focus: what is done there is heard', () => {
    const { element } = addFrame()
    const { look, heard } = watch()
    focus(element)
    look()
    expect(heard).toEqual([])
  })
})

describe('a frame of another origin', () => {
  it('is told of at the next look while the focus is in it, and when it is not any more', () => {
    const { element } = addForeignFrame()
    const { look, take } = watch()
    focus(element)
    expect(take()).toEqual([])
    look()
    look()
    expect(take()).toEqual([['frame']])
    focus(null)
    look()
    look()
    expect(take()).toEqual([['unframe']])
  })

  it('is told of as soon as the window loses the focus, without waiting for a look', () => {
    const { element } = addForeignFrame()
    const { heard } = watch()
    dispatch('blur')
    focus(element)
    vi.advanceTimersByTime(1)
    expect(heard).toEqual([['frame']])
  })

  it('is told of from the start if the focus is there already', () => {
    focus(addForeignFrame().element)
    expect(watch().heard).toEqual([['frame']])
  })

  it('is told of once while the focus goes from one of them to another', () => {
    const [one, other] = [addForeignFrame(), addForeignFrame()]
    const { look, heard } = watch()
    focus(one.element)
    look()
    focus(other.element)
    look()
    expect(heard).toEqual([['frame']])
  })

  it('is not told of when the focus has gone to another window', () => {
    const { element } = addForeignFrame()
    const { look, take } = watch()
    focus(element)
    look()
    take()
    const away = vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    look()
    expect(take()).toEqual([['unframe']])
    away.mockReturnValue(true)
    look()
    expect(take()).toEqual([['frame']])
  })

  it('is left when it is taken away', () => {
    const { element } = addForeignFrame()
    const { look, take } = watch()
    focus(element)
    look()
    element.remove()
    look()
    expect(take()).toEqual([['frame'], ['unframe']])
  })
})

describe('a frame that pings', () => {
  it('is heard to the instant that it names', () => {
    const { heard } = watch()
    send({ stint: 'interaction', agoMs: 120 }, { source: addForeignFrame().view })
    expect(heard).toEqual([['interaction', NOW - 120]])
  })

  it('is not heard if its origin is not named', () => {
    const { heard, look } = watch(['https://elsewhere.example'])
    const { element, view } = addForeignFrame()
    for (const stint of ['interaction', 'mediastart']) {
      send({ stint, agoMs: 0 }, { source: view })
      send({ stint, agoMs: 0 }, { source: view, origin: `${FRIEND}.evil.example` })
    }
    expect(heard).toEqual([])
    focus(element)
    look()
    expect(heard).toEqual([['frame']])
  })

  it.each(['interaction', 'mediastop'])(
    'is not counted by its focus any more, from its first %s on',
    (stint) => {
      const { element, view } = addForeignFrame()
      const { look, take } = watch()
      focus(element)
      look()
      expect(take()).toEqual([['frame']])
      send({ stint, agoMs: 0 }, { source: view })
      look()
      expect(take().filter(([type]) => type !== 'interaction')).toEqual([['unframe']])
      look()
      expect(take()).toEqual([])
    },
  )

  it.each(['interaction', 'mediastart'])(
    'is counted by its focus again when its page, which told of %s, goes: the next one may not tell of itself',
    (stint) => {
      const { element, view } = addForeignFrame()
      const { look, take } = watch()
      focus(element)
      send({ stint, agoMs: 0, id: 1 }, { source: view })
      look()
      take()
      // As Chromium brings it: the frame has another page by then.
      send({ stint: 'gone', agoMs: 0, id: 1 }, { source: null })
      look()
      expect(take().filter(([type]) => type !== 'mediastop')).toEqual([['frame']])
      send({ stint: 'interaction', agoMs: 0, id: 2 }, { source: view })
      look()
      expect(take()).toEqual([['interaction', NOW], ['unframe']])
    },
  )

  it('takes nothing from another frame that does not', () => {
    const [pings, silent] = [addForeignFrame(), addForeignFrame()]
    const { look, take } = watch()
    send({ stint: 'interaction', agoMs: 0 }, { source: pings.view })
    take()
    focus(pings.element)
    look()
    expect(take()).toEqual([])
    focus(silent.element)
    look()
    expect(take()).toEqual([['frame']])
  })

  it('tells when something plays in it, and when that stops', () => {
    const { view } = addForeignFrame()
    const { take, look } = watch()
    send({ stint: 'mediastart', agoMs: 30 }, { source: view })
    expect(take()).toEqual([['mediastart', NOW - 30]])
    send({ stint: 'interaction', agoMs: 0 }, { source: view })
    look()
    expect(take()).toEqual([['interaction', NOW]])
    send({ stint: 'mediastop', agoMs: 10 }, { source: view })
    expect(take()).toEqual([['mediastop', NOW - 10]])
  })

  it('plays no more once its page has gone, and another frame’s page goes on', () => {
    const [first, second] = [addForeignFrame(), addForeignFrame()]
    const { take } = watch()
    send({ stint: 'mediastart', agoMs: 0, id: 1 }, { source: first.view })
    send({ stint: 'mediastart', agoMs: 0, id: 2 }, { source: second.view })
    take()
    send({ stint: 'gone', agoMs: 0, id: 1 }, { source: null })
    expect(take()).toEqual([])
    send({ stint: 'gone', agoMs: 0, id: 2 }, { source: null })
    expect(take()).toEqual([['mediastop', NOW]])
  })

  it('plays no more once it was taken away', () => {
    const { element, view } = addForeignFrame()
    const { take, look } = watch()
    send({ stint: 'mediastart', agoMs: 0 }, { source: view })
    take()
    element.remove()
    look()
    expect(take()).toEqual([['mediastop']])
  })

  it('that is gone when its last message arrives does not play, and stops nothing of ours', () => {
    const { take, look } = watch()
    send({ stint: 'mediastart', agoMs: 0 }, { source: null })
    look()
    expect(take().filter(([type]) => type === 'mediastart')).toEqual([])
    dispatch('keydown', { at: 5 })
    expect(take()).toEqual([['interaction', 5]])
  })
})
