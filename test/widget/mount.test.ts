// @vitest-environment happy-dom
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Run } from '../../src/page/run.ts'
import type { Snapshot, Stint } from '../../src/page/host.ts'
import { mountWidget, type WidgetOptions } from '../../src/widget/mount.tsx'
import { NO_TIME } from '../../src/core/measure.ts'
import { toContext, toRun, toSnapshot } from './snapshots.ts'

/** A stint that shows what a test tells it to. */
function createShown(first = toSnapshot()) {
  let snapshot = first
  const listeners = new Set<() => void>()
  const run = {
    runId: 'run-1',
    pause: vi.fn<() => void>(),
    resume: vi.fn<() => void>(),
    claim: vi.fn<() => boolean>(),
    spans: vi.fn<Run['spans']>(() => []),
  }
  const stint = {
    current: run as Partial<Run> as Run,
    context: first.context,
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

const hosts = () => [...document.querySelectorAll('stint-timer')]
const rootOf = (host: Element | undefined) => host!.shadowRoot!

async function mount(shown = createShown(), options: WidgetOptions = {}) {
  const unmount = mountWidget(shown.stint, options)
  onTestFinished(unmount)
  // Its language is found first.
  await vi.waitFor(() => expect(hosts().some((host) => host.shadowRoot)).toBe(true))
  const root = rootOf(hosts().find((host) => host.shadowRoot))
  return {
    ...shown,
    host: root.host,
    unmount,
    root,
    press: (name: string) => root.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.click(),
  }
}

const toTimed = (active: number) => toSnapshot({ run: toRun({ totals: { ...NO_TIME, active } }) })

/** How often it draws while a test does something. */
async function countDrawn(root: ShadowRoot, act: () => void) {
  const observer = new MutationObserver(() => {})
  observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true })
  act()
  return observer.takeRecords().length
}

afterEach(() => {
  localStorage.clear()
  document.body.replaceChildren()
})

describe('mountWidget', () => {
  it('adds one element with a shadow root beside the body', async () => {
    const { host, root } = await mount()
    expect(hosts()).toHaveLength(1)
    expect(host.parentElement).toBe(document.documentElement)
    expect(root.querySelector('.time')?.textContent).toBe('4:07')
  })

  it('puts neither words nor style into the host’s own page', async () => {
    const { host, root } = await mount()
    expect(host.childNodes).toHaveLength(0)
    expect(document.head.querySelector('style')).toBe(null)
    expect(root.querySelector('style, [style]')).toBe(null)
    expect(root.adoptedStyleSheets.length).toBeGreaterThan(0)
  })

  it('follows its stint, and shows nothing without a run', async () => {
    const { root, show } = await mount()
    show(toSnapshot({ run: toRun({ presence: 'idle' }), sync: 'offline' }))
    expect(root.querySelector('[role=status]')?.textContent).toBe('Quiet')
    show(toSnapshot({ run: null }))
    expect(root.childElementCount).toBe(0)
  })

  it('shows no time of an earlier page before the relay has said who is here', async () => {
    const run = toRun({ isContinued: true })
    const { root, show } = await mount(createShown(toSnapshot({ run, learner: 'asking' })))
    expect(root.querySelector('.time')).toBe(null)
    show(toSnapshot({ run, learner: 'known' }))
    expect(root.querySelector('.time')?.textContent).toBe('4:07')
  })

  it('pauses, resumes and claims by the run that is open', async () => {
    const { run, show, press } = await mount()
    press('Pause')
    expect(run.pause).toHaveBeenCalledOnce()
    show(toSnapshot({ run: toRun({ isPaused: true, presence: 'paused' }) }))
    press('Go on')
    expect(run.resume).toHaveBeenCalledOnce()
  })
})

describe('its place', () => {
  const put = () => document.body.appendChild(document.createElement('stint-timer'))

  it('is the page’s own element, if it has one', async () => {
    const place = put()
    const { host } = await mount()
    expect(host).toBe(place)
    expect(hosts()).toEqual([place])
  })

  it('is that element once it comes, and beside the body again once it has gone', async () => {
    const { show } = await mount()
    const place = put()
    show(toTimed(248_000))
    expect(hosts()).toEqual([place])
    expect(rootOf(place).querySelector('.time')?.textContent).toBe('4:08')
    place.remove()
    show(toTimed(249_000))
    expect(hosts().map(({ parentElement }) => parentElement)).toEqual([document.documentElement])
    expect(rootOf(hosts()[0]).querySelector('.time')?.textContent).toBe('4:09')
    expect(rootOf(place).childElementCount).toBe(0)
  })

  it('is where a script wants it', async () => {
    const place = document.body.appendChild(document.createElement('aside'))
    const { host } = await mount(createShown(), { place })
    expect(host.parentElement).toBe(place)
  })

  it('is not another widget’s', async () => {
    const place = put()
    await mount()
    await mount(createShown(toTimed(1_000)))
    await vi.waitFor(() => expect(hosts()).toHaveLength(2))
    expect(rootOf(place).querySelector('.time')?.textContent).toBe('4:07')
  })

  it('is found again when the page throws the widget out', async () => {
    const { host, show } = await mount()
    host.remove()
    show(toTimed(248_000))
    expect(hosts()).toEqual([host])
  })
})

describe('its look', () => {
  it('is remembered: the next page has it in the same corner, and as small', async () => {
    const { unmount, press, root } = await mount()
    press('Details')
    await vi.waitFor(() => expect(root.querySelector('.panel')).not.toBe(null))
    ;[...root.querySelectorAll<HTMLElement>('.tools button')][1]?.click()
    press('Make small')
    unmount()
    const next = await mount()
    expect(next.root.querySelector('.dot')).not.toBe(null)
    expect(next.root.querySelector('.widget')?.classList).toContain('bottom-start')
  })

  it('is light or dark by the host’s word, the script’s first', async () => {
    document.documentElement.dataset['theme'] = 'dark'
    const toTheme = (root: ShadowRoot) =>
      root.querySelector('.widget')?.getAttribute('data-theme') ?? null
    expect(toTheme((await mount()).root)).toBe('dark')
    document.documentElement.replaceChildren(document.head, document.body)
    expect(toTheme((await mount(createShown(), { theme: 'light' })).root)).toBe('light')
    delete document.documentElement.dataset['theme']
  })
})

describe('the details', () => {
  it('open and close by the button, and close by Escape with the focus back at it', async () => {
    const { root, press } = await mount()
    const details = root.querySelector<HTMLElement>('.details')!
    expect(details.getAttribute('aria-expanded')).toBe('false')
    press('Details')
    expect(details.getAttribute('aria-expanded')).toBe('true')
    await vi.waitFor(() => expect(root.querySelector('.panel')).not.toBe(null))
    root
      .querySelector('.panel')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    expect(root.querySelector('.panel')).toBe(null)
    expect(details.getAttribute('aria-expanded')).toBe('false')
  })

  it('go on showing what the page saw after the run has ended', async () => {
    const shown = createShown()
    const { root, press, show, run, stint } = await mount(shown)
    run.spans.mockReturnValue([
      { presence: 'active', from: 0, to: 60_000, metric: 'active', reason: undefined },
    ])
    Object.assign(stint, { current: null })
    show(toSnapshot({ run: toRun({ isEnded: true }) }))
    press('Details')
    await vi.waitFor(() => expect(root.querySelector('.bars')).not.toBe(null))
  })

  it('show nothing of another run than the one on show', async () => {
    const { root, press, show, run } = await mount()
    run.spans.mockReturnValue([
      { presence: 'active', from: 0, to: 60_000, metric: 'active', reason: undefined },
    ])
    show(toSnapshot({ run: toRun({ runId: 'somebody-else’s' }) }))
    press('Details')
    await vi.waitFor(() => expect(root.querySelector('.panel')).not.toBe(null))
    expect(root.querySelector('.bars')).toBe(null)
  })
})

describe('what it costs', () => {
  it('is nothing while nothing that can be seen has changed', async () => {
    const { root, show } = await mount()
    expect(await countDrawn(root, () => show(toTimed(247_400)))).toBe(0)
    expect(await countDrawn(root, () => show(toTimed(248_000)))).toBeGreaterThan(0)
  })

  it('is nothing while collapsed, but for the state', async () => {
    const { root, show, press } = await mount()
    press('Make small')
    expect(await countDrawn(root, () => show(toTimed(300_000)))).toBe(0)
    const quiet = toSnapshot({ run: toRun({ presence: 'idle' }) })
    expect(await countDrawn(root, () => show(quiet))).toBeGreaterThan(0)
  })

  it('is nothing in a hidden page, which shows the right time once it is seen again', async () => {
    const { root, show } = await mount()
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    expect(await countDrawn(root, () => show(toTimed(300_000)))).toBe(0)
    hidden.mockReturnValue(false)
    show(toTimed(301_000))
    expect(root.querySelector('.time')?.textContent).toBe('5:01')
    hidden.mockRestore()
  })
})

describe('XP of a run that has ended', () => {
  it('are told once there is a newer context than the one it ended with', async () => {
    const context = toContext({ today: { activeMs: 0, xpEarned: 7 } })
    const { root, show } = await mount(createShown(toSnapshot({ context })))
    const run = toRun({ isEnded: true, result: {} })
    show(toSnapshot({ run, context }))
    expect(root.querySelector('.bubble')?.textContent).not.toContain('XP')
    show(toSnapshot({ run, context: toContext({ asOf: 1, today: { activeMs: 0, xpEarned: 9 } }) }))
    expect(root.querySelector('.bubble')?.textContent).toContain('XP today: 9')
  })
})

describe('unmount', () => {
  it('leaves nothing behind: no element, no listener, no drawing', async () => {
    const { host, root, listeners, unmount, show } = await mount()
    unmount()
    expect(hosts()).toEqual([])
    expect(host.isConnected).toBe(false)
    expect(listeners.size).toBe(0)
    expect(root.childElementCount).toBe(0)
    show(toSnapshot())
    expect(root.childElementCount).toBe(0)
  })

  it('leaves the page’s own element as it was, but for an empty root that nothing can take off', async () => {
    const place = document.body.appendChild(document.createElement('stint-timer'))
    const { unmount } = await mount()
    unmount()
    expect(place.isConnected).toBe(true)
    expect(place.attributes).toHaveLength(0)
    expect(rootOf(place).childElementCount).toBe(0)
    expect(rootOf(place).adoptedStyleSheets).toEqual([])
  })

  it('comes before the first drawing, and then there is none', async () => {
    const { stint } = createShown()
    mountWidget(stint)()
    for (let task = 0; task < 5; task += 1) await new Promise((resolve) => setTimeout(resolve))
    expect(hosts()).toEqual([])
  })

  it('can be done twice, and mounted again', async () => {
    const { unmount, ...shown } = await mount()
    unmount()
    unmount()
    await mount(shown)
    expect(hosts()).toHaveLength(1)
  })
})

describe('the focus of who answers a question', () => {
  it('goes to the details, and the next key does not pause', async () => {
    const now = Date.now()
    const working = () => toSnapshot({ run: toRun({ presence: 'active', idleAt: now + 60_000 }) })
    const { root, show } = await mount(createShown(working()))
    vi.useFakeTimers({ now: now + 45_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    show(working())
    const answer = root.querySelector<HTMLElement>('.bubble .main')!
    answer.focus()
    answer.click()
    expect(root.querySelector('.bubble')).toBe(null)
    expect(root.activeElement?.getAttribute('aria-label')).toBe('Details')
  })
})

describe('words of the page’s own', () => {
  it('that are no words stay English', async () => {
    const words = { worked: null, active: 'Learning' } as unknown as WidgetOptions['words'] & {}
    const { root, show } = await mount(createShown(), { words })
    expect(root.querySelector('.state')?.textContent).toBe('Learning')
    const result = { totalQuestions: 2, correctQuestions: 1 }
    show(toSnapshot({ run: toRun({ isEnded: true, result }) }))
    expect(root.querySelector('.state')?.textContent).toBe('Finished')
  })
})
