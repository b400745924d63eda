/**
 * A browser on one device, and the pages in it: what a page finds around it, and what the browser tells it. A page
 * dies with all that it has in memory; storages and locks are the browser's.
 */
import { createDisk, keyRange, type Disk } from './disk.ts'
import type { Random } from './random.ts'
import { createPlace, type Place, type Scheduler } from './scheduler.ts'

export interface Browser {
  place: Place
  disk: Disk
  isOnline: boolean
  /** Chromium has `fetchLater`, others have not. */
  hasFetchLater: boolean
  /** The oldest first; the dead ones too. */
  pages: BrowserPage[]
  /** Loads a page in a tab, which is known by its sessionStorage. */
  load(tab: Record<string, string>, isVisible: boolean, timerGrainMs: number): BrowserPage
  /** All at once, told to nobody. */
  kill(): void
}

export interface BrowserPage {
  place: Place
  clock: { mono: () => number; wall: () => number }
  isVisible: boolean
  /** Does something in the page, at once. */
  run<T>(act: () => T): T
  /** Dispatches an event at its window. */
  tell(type: string): void
  show(isVisible: boolean): void
  /** No code of it runs any more. */
  die(): void
}

type Listener = (event: object) => void

const toTarget = () => {
  const listeners = new Map<string, Set<Listener>>()
  return {
    addEventListener(type: string, listener: Listener) {
      if (!listeners.has(type)) listeners.set(type, new Set())
      listeners.get(type)!.add(listener)
    },
    removeEventListener: (type: string, listener: Listener) =>
      listeners.get(type)?.delete(listener),
    dispatch(event: { type: string }) {
      for (const listener of listeners.get(event.type) ?? []) listener(event)
    },
  }
}

export function createBrowser(
  scheduler: Scheduler,
  { name, random, aheadMs }: { name: string; random: Random; aheadMs: number },
  { onCommit, onMistake }: { onCommit: (row: string) => void; onMistake: (cause: unknown) => void },
): Browser {
  const place = createPlace(name, random.fork('browser').next, aheadMs)
  const disk = createDisk(scheduler, place, random.fork('disk'), onCommit)
  const localStorage: Record<string, string> = {}
  const locks = createLocks()
  const browser: Browser = {
    place,
    disk,
    isOnline: true,
    hasFetchLater: random.chance(0.5),
    pages: [],
    load(tab, isVisible, timerGrainMs) {
      const id = `${name}/page-${browser.pages.length + 1}`
      const at = createPlace(id, random.fork(id).next, aheadMs)
      const page = createPage(
        scheduler,
        at,
        { isVisible, timerGrainMs },
        {
          sessionStorage: tab,
          localStorage,
          indexedDB: disk.toFactory(at),
          IDBKeyRange: keyRange,
          navigator: { locks: locks.toManager(at), onLine: true, userAgent: 'simulated' },
          reportError: onMistake,
        },
      )
      browser.pages.push(page)
      return page
    },
    kill() {
      for (const page of browser.pages) page.die()
    },
  }
  return browser
}

function createPage(
  scheduler: Scheduler,
  place: Place,
  { isVisible: startsVisible, timerGrainMs }: { isVisible: boolean; timerGrainMs: number },
  around: Record<string, unknown>,
): BrowserPage {
  const loadedAt = scheduler.now()
  const clock = {
    mono: () => scheduler.now() - loadedAt + 40,
    wall: () => scheduler.now() + place.aheadMs,
  }
  const target = toTarget()
  const { addEventListener, removeEventListener } = target
  const performance = { now: clock.mono, getEntriesByType: () => [] }
  const window = { addEventListener, removeEventListener, performance }
  const document = {
    addEventListener,
    removeEventListener,
    defaultView: window,
    activeElement: null,
    hasFocus: () => false,
    getElementsByTagName: () => [],
    querySelectorAll: () => [],
    get hidden() {
      return !page.isVisible
    },
    get visibilityState() {
      return page.isVisible ? 'visible' : 'hidden'
    },
  }
  place.globals = { ...around, ...window, window, document }
  // Browsers let timers come late: a busy page's by some hundred ms, a hidden one's by a second.
  place.timerGrainMs = () => (page.isVisible ? timerGrainMs : 1_000)
  const page: BrowserPage = {
    place,
    clock,
    isVisible: startsVisible,
    run(act) {
      scheduler.enter(place)
      return act()
    },
    tell(type) {
      if (place.isDead) return
      scheduler.enter(place)
      const timeStamp = clock.mono()
      const composedPath = () => []
      target.dispatch(
        Object.assign({ type }, { timeStamp, isTrusted: true, persisted: false, composedPath }),
      )
    },
    show(isVisible) {
      page.isVisible = isVisible
      page.tell('visibilitychange')
    },
    die() {
      place.isDead = true
    },
  }
  return page
}

/** Web Locks, exclusive and `ifAvailable`: held until the work is done or its page has died. */
function createLocks() {
  const held = new Map<string, Place>()
  return {
    toManager: (by: Place) => ({
      async request<T>(
        name: string,
        { ifAvailable }: { ifAvailable: boolean },
        act: (lock: object | null) => T,
      ): Promise<Awaited<T>> {
        if (!ifAvailable) throw new Error('nobody waits for a lock here')
        if (held.get(name)?.isDead === false) return await act(null)
        held.set(name, by)
        try {
          return await act({ name })
        } finally {
          if (held.get(name) === by) held.delete(name)
        }
      },
    }),
  }
}
