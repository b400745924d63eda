// @vitest-environment happy-dom
// The browser facts that a run listens to: interaction, visibility, leaving and coming back.

import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { watchInteraction } from '../../src/page/interaction.ts'
import { watchLeaving, watchReturning } from '../../src/page/lifecycle.ts'
import { listen } from '../../src/page/listen.ts'
import { watchVisibility } from '../../src/page/visibility.ts'
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
  it.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'touchmove', 'input'])(
    'tells of %s with its instant, and nothing else of it',
    (type) => {
      const { heard } = record(watchInteraction)
      dispatch(type, { at: 123 })
      expect(heard).toEqual([[123]])
    },
  )

  it.each(['pointermove', 'keydown', 'input'])('is not taken in by a script’s own %s', (type) => {
    const { heard } = record(watchInteraction)
    dispatch(type, { isTrusted: false })
    dispatchEvent(new Event(type))
    expect(heard).toEqual([])
  })

  it.each(['load', 'focus', 'visibilitychange', 'timeupdate'])(
    'does not take %s for something that the learner did',
    (type) => {
      const { heard } = record(watchInteraction)
      dispatch(type)
      expect(heard).toEqual([])
    },
  )
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

  it('tells where the focus goes, to the window or to an element', () => {
    const { heard } = record(watchVisibility)
    dispatch('blur', { at: 10 })
    dispatch('focus', { at: 20, target: document.body })
    expect(heard).toEqual([
      ['blur', 10],
      ['focus', 20],
    ])
  })

  it('tells nothing after its stop', () => {
    const { heard, stop } = record(watchVisibility)
    stop()
    show('hidden')
    dispatch('focus')
    expect(heard).toEqual([])
  })
})

describe('watchLeaving', () => {
  it('tells of each moment that may be the last: hidden, frozen, gone while still visible', () => {
    const { heard } = record(watchLeaving)
    show('hidden')
    dispatch('freeze', { target: document })
    setVisible('visible')
    dispatch('pagehide')
    expect(heard).toHaveLength(3)
  })

  it('does not take coming back for leaving', () => {
    const { heard } = record(watchLeaving)
    show('visible')
    dispatch('pageshow')
    dispatch('focus')
    expect(heard).toEqual([])
  })

  it('tells nothing after its stop', () => {
    const { heard, stop } = record(watchLeaving)
    stop()
    show('hidden')
    dispatch('pagehide')
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
