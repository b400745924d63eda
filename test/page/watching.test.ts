// @vitest-environment happy-dom
// The browser facts that a run listens to: interaction, visibility, leaving and coming back.

import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { watchInteraction } from '../../src/page/interaction.ts'
import { watchReturning } from '../../src/page/lifecycle.ts'
import { listen } from '../../src/page/listen.ts'
import { watchVisibility } from '../../src/page/visibility.ts'
import { addFrame } from './elements.ts'
import { dispatch, setVisible, show } from './signals.ts'

afterEach(() => setVisible('visible'))

/** Starts a watch which writes down what it hears; the test's end stops it. */
function record<Heard extends unknown[]>(watch: (hear: (...heard: Heard) => void) => () => void) {
  const heard: Heard[] = []
  const stop = watch((...one) => void heard.push(one))
  onTestFinished(stop)
  return { heard, stop }
}

describe('listen', () => {
  it('hears an event that an element of the page keeps to itself', () => {
    const { heard } = record((hear) => listen('keydown', hear))
    const input = document.createElement('input')
    document.body.append(input)
    input.addEventListener('keydown', (event) => event.stopPropagation())
    dispatch('keydown', { target: input })
    expect(heard).toHaveLength(1)
    input.remove()
  })

  it('cannot hold up what it hears: it is passive, so nothing waits for it', () => {
    record(() => listen('wheel', (event) => event.preventDefault()))
    const event = new Event('wheel', { cancelable: true })
    dispatchEvent(event)
    expect(event.defaultPrevented).toBe(false)
  })

  it('hears what happens at the target it is given, and nothing of elsewhere', () => {
    const [one, other] = [new EventTarget(), new EventTarget()]
    const { heard } = record((hear) => listen('change', hear, one))
    dispatch('change', { target: other })
    dispatch('change')
    dispatch('change', { target: one, bubbles: false })
    expect(heard).toHaveLength(1)
  })

  it('hears nothing after its stop, of all the types it had', () => {
    const { heard, stop } = record((hear) => listen('keydown wheel', hear))
    dispatch('keydown')
    dispatch('wheel')
    stop()
    dispatch('keydown')
    dispatch('wheel')
    expect(heard).toHaveLength(2)
  })
})

describe('watchInteraction', () => {
  it.each([
    'pointerdown',
    'pointermove',
    'keydown',
    'wheel',
    'scroll',
    'touchmove',
    'dragover',
    // A screen reader, a switch or a voice may tell by these alone.
    'click',
    'input',
    'selectionchange',
    'focus',
  ])('tells of %s with its instant, and nothing else of it', (type) => {
    const { heard } = record(watchInteraction)
    dispatch(type, { at: 123 })
    expect(heard).toEqual([[123]])
  })

  it('tells of the focus that goes to an element, though focus does not bubble', () => {
    const { heard } = record(watchInteraction)
    dispatch('focus', { at: 20, target: document.body, bubbles: false })
    expect(heard).toEqual([[20]])
  })

  it.each(['pointermove', 'keydown', 'input', 'click', 'selectionchange', 'focus'])(
    'is not taken in by a script’s own %s',
    (type) => {
      const { heard } = record(watchInteraction)
      dispatch(type, { isTrusted: false })
      dispatchEvent(new Event(type))
      expect(heard).toEqual([])
    },
  )

  it.each(['load', 'blur', 'visibilitychange', 'timeupdate', 'resize', 'playing', 'message'])(
    'does not take %s for something that the learner did',
    (type) => {
      const { heard } = record(watchInteraction)
      dispatch(type)
      expect(heard).toEqual([])
    },
  )

  it('hears what is done in another window, if it is told to, and not here', () => {
    const { view } = addFrame()
    const { heard, stop } = record<[number]>((hear) => watchInteraction(hear, view))
    dispatch('keydown', { at: 1, target: view })
    dispatch('keydown', { at: 2 })
    stop()
    dispatch('keydown', { at: 3, target: view })
    expect(heard).toEqual([[1]])
  })
})

describe('watchVisibility', () => {
  it('tells whether the page can be seen, with the instant of the change', () => {
    const { heard } = record(watchVisibility)
    show('hidden', 100)
    show('visible', 250)
    expect(heard).toEqual([
      ['hidden', 100],
      ['visible', 250],
    ])
  })

  it('does not call a page hidden that is seen beside the one with the focus', () => {
    const { heard } = record(watchVisibility)
    dispatch('blur', { at: 10 })
    dispatch('focus', { at: 20, target: document.body })
    expect(heard).toEqual([])
  })

  it('calls a page that is frozen hidden, though nobody hid it, and visible once it goes on', () => {
    const { heard } = record(watchVisibility)
    dispatch('freeze', { at: 100, target: document, bubbles: false })
    dispatch('resume', { at: 900, target: document, bubbles: false })
    expect(heard).toEqual([
      ['hidden', 100],
      ['visible', 900],
    ])
  })

  it('does not call a page visible that goes on in the background', () => {
    const { heard } = record(watchVisibility)
    show('hidden', 100)
    dispatch('freeze', { at: 200, target: document, bubbles: false })
    dispatch('resume', { at: 900, target: document, bubbles: false })
    expect(heard).toEqual([
      ['hidden', 100],
      ['hidden', 200],
      ['hidden', 900],
    ])
  })

  it.each([true, false])(
    'calls a page that goes while it is visible hidden, kept for the way back or not (%s)',
    (persisted) => {
      const { heard } = record(watchVisibility)
      dispatch('pagehide', { at: 100, persisted })
      expect(heard).toEqual([['hidden', 100]])
    },
  )

  it('calls it visible when the learner comes back to it, if it can be seen', () => {
    const { heard } = record(watchVisibility)
    dispatch('pagehide', { at: 100, persisted: true })
    dispatch('pageshow', { at: 5_000, persisted: true })
    setVisible('hidden')
    dispatch('pageshow', { at: 6_000, persisted: true })
    expect(heard).toEqual([
      ['hidden', 100],
      ['visible', 5_000],
      ['hidden', 6_000],
    ])
  })

  it('takes nothing from the first pageshow, which is only the end of loading', () => {
    const { heard } = record(watchVisibility)
    dispatch('pageshow', { at: 100 })
    expect(heard).toEqual([])
  })

  it('tells nothing after its stop', () => {
    const { heard, stop } = record(watchVisibility)
    stop()
    show('hidden')
    for (const type of ['freeze', 'resume', 'pagehide', 'pageshow']) {
      dispatch(type, { persisted: true })
    }
    expect(heard).toEqual([])
  })
})

describe('watchReturning', () => {
  it('tells when it is worth another try: online again, or looked at again', () => {
    const { heard } = record(watchReturning)
    dispatch('online')
    show('visible')
    expect(heard).toHaveLength(2)
  })

  it('does not wake a page that nobody looks at', () => {
    const { heard } = record(watchReturning)
    show('hidden')
    dispatch('online')
    dispatch('offline')
    expect(heard).toEqual([])
  })

  it('tells nothing after its stop', () => {
    const { heard, stop } = record(watchReturning)
    stop()
    dispatch('online')
    expect(heard).toEqual([])
  })
})
