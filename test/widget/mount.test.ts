// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Run } from '../../src/page/run.ts'
import type { Snapshot, Stint } from '../../src/page/stint.ts'
import { mountWidget } from '../../src/widget/mount.tsx'
import { toRun, toSnapshot } from './snapshots.ts'

/** A stint that shows what a test tells it to. */
function createShown(first = toSnapshot()) {
  let snapshot = first
  const listeners = new Set<() => void>()
  const run = { pause: vi.fn<() => void>(), resume: vi.fn<() => void>() }
  const stint = {
    current: run as Partial<Run> as Run,
    getSnapshot: () => snapshot,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  } as Partial<Stint> as Stint
  return {
    stint,
    run,
    listeners,
    show(next: Snapshot) {
      snapshot = next
      for (const listener of listeners) listener()
    },
  }
}

function mount(shown = createShown(), parent?: Element) {
  const unmount = mountWidget(shown.stint, parent)
  onTestFinished(unmount)
  const host = document.querySelector('stint-timer')!
  return { ...shown, host, unmount, root: host.shadowRoot! }
}

describe('mountWidget', () => {
  it('adds one element with a shadow root to the page, and draws at once', () => {
    const { host, root } = mount()
    expect(document.querySelectorAll('stint-timer')).toHaveLength(1)
    expect(host.parentElement).toBe(document.documentElement)
    expect(root.querySelector('.time')?.textContent).toBe('4:07')
  })

  it('puts neither words nor style into the host’s own page', () => {
    const { host, root } = mount()
    expect(host.childNodes).toHaveLength(0)
    expect(document.head.querySelector('style')).toBe(null)
    expect(root.querySelector('style')).toBe(null)
    expect(root.adoptedStyleSheets).toHaveLength(1)
  })

  it('goes where the host wants it', () => {
    const place = document.createElement('aside')
    document.body.append(place)
    onTestFinished(() => place.remove())
    expect(mount(createShown(), place).host.parentElement).toBe(place)
  })

  it('follows its stint', () => {
    const { root, show } = mount()
    show(toSnapshot({ run: toRun({ presence: 'idle' }), sync: 'offline' }))
    expect(root.querySelector('[role=status]')?.textContent).toBe('Quiet')
    show(toSnapshot({ run: null }))
    expect(root.childElementCount).toBe(0)
  })

  it('pauses and resumes the run that is open when its button is pressed', () => {
    const { root, run, show } = mount()
    root.querySelector('button')?.click()
    expect(run.pause).toHaveBeenCalledOnce()
    show(toSnapshot({ run: toRun({ isPaused: true, presence: 'paused' }) }))
    root.querySelector('button')?.click()
    expect(run.resume).toHaveBeenCalledOnce()
  })

  it('leaves nothing behind when it is taken away: no element, no listener, no drawing', () => {
    const { host, root, listeners, unmount, show } = mount()
    unmount()
    expect(document.querySelector('stint-timer')).toBe(null)
    expect(host.isConnected).toBe(false)
    expect(listeners.size).toBe(0)
    expect(root.childElementCount).toBe(0)
    show(toSnapshot())
    expect(root.childElementCount).toBe(0)
  })

  it('can be taken away twice, and mounted again', () => {
    const { unmount, stint } = mount()
    unmount()
    unmount()
    const again = mountWidget(stint)
    expect(document.querySelectorAll('stint-timer')).toHaveLength(1)
    again()
  })
})
