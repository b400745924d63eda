// Ground truth in the page: what the browser really did, noted by listeners of its own. It shares no line with src/,
// so that the two can only agree by both being right. What the facts come to is reckoned in truth.ts.
//
// It is the first script of each page and each frame of the bench. Instants are epoch ms, since `event.timeStamp` is
// relative to the time origin of the frame that the event is in.

/**
 * `enter` and `leave`: the focus went into a frame of another origin, and out. `foreign`: an interaction in there.
 * `start` and `end`: the run's own, of the page. `restored`: the page came back from the back-forward cache.
 */
export interface Fact {
  kind:
    | 'visible'
    | 'hidden'
    | 'interaction'
    | 'foreign'
    | 'enter'
    | 'leave'
    | 'play'
    | 'stop'
    | 'restored'
    | 'start'
    | 'end'
  at: number
  /** The event's type, for whoever looks for a mistake. */
  type: string
}

declare global {
  var benchFacts: Fact[]
}

/** The script to put first in a page. Its source text is what runs, so it uses nothing from outside itself. */
export const toRecorderTag = (): string => `<script>(${recordFacts})()</script>`

function recordFacts(): void {
  const put = toSink()
  if (window === top) {
    watchPage()
    watchMedia()
    watchRun()
  } else if (isForeign()) {
    addEventListener('focus', ({ timeStamp }) => put('enter', timeStamp, 'focus'))
    addEventListener('blur', ({ timeStamp }) => put('leave', timeStamp, 'blur'))
  }
  watchInteractions(isForeign() ? 'foreign' : 'interaction')

  function isForeign(): boolean {
    // A page of another origin has no `location.href` for us.
    try {
      return typeof parent.location.href !== 'string'
    } catch {
      return true
    }
  }

  /** One log for the page: a frame of its own origin writes there, another sends what it saw. */
  function toSink() {
    const origin = performance.timeOrigin
    const toFact = (kind: Fact['kind'], at: number, type: string) => ({
      kind,
      at: origin + at,
      type,
    })
    if (window !== top) {
      if (isForeign()) {
        return (...of: Parameters<typeof toFact>) =>
          parent.postMessage({ benchFact: toFact(...of) }, '*')
      }
      return (...of: Parameters<typeof toFact>) => parent.window.benchFacts.push(toFact(...of))
    }
    globalThis.benchFacts = []
    addEventListener('message', ({ data }: MessageEvent<{ benchFact?: Fact }>) => {
      if (data.benchFact) benchFacts.push(data.benchFact)
    })
    return (...of: Parameters<typeof toFact>) => benchFacts.push(toFact(...of))
  }

  function watchPage() {
    const putVisibility = ({ type, timeStamp }: Event) =>
      put(document.visibilityState, timeStamp, type)
    put(document.visibilityState, performance.now(), 'load')
    document.addEventListener('visibilitychange', putVisibility)
    // A frozen page, and one in the back-forward cache, is not seen by anybody.
    document.addEventListener('freeze', ({ timeStamp }) => put('hidden', timeStamp, 'freeze'))
    addEventListener('pagehide', ({ timeStamp }) => put('hidden', timeStamp, 'pagehide'))
    // Chromium stamps it with the beginning of the way back; when the page is seen again, visibilitychange says.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) put('restored', performance.now(), 'pageshow')
    })
  }

  function watchInteractions(kind: 'interaction' | 'foreign') {
    const types = 'pointermove pointerdown click keydown input wheel scroll touchmove'.split(' ')
    for (const type of types) {
      const listen = ({ isTrusted, timeStamp }: Event) => {
        if (isTrusted) put(kind, timeStamp, type)
      }
      addEventListener(type, listen, { capture: true, passive: true })
    }
    if (window !== top) return
    addEventListener('focus', ({ timeStamp, target }) => {
      if (target === window) put('interaction', timeStamp, 'focus')
    })
  }

  function watchMedia() {
    const listen = ({ type, target, timeStamp }: Event) => {
      const element = target as HTMLMediaElement
      if (element.muted) return
      put(type === 'playing' ? 'play' : 'stop', timeStamp, type)
    }
    for (const type of ['playing', 'pause', 'ended', 'waiting', 'emptied']) {
      document.addEventListener(type, listen, true)
    }
  }

  /** The script tag sets its global just before it starts the run. */
  function watchRun() {
    let stint: unknown
    Object.defineProperty(window, 'Stint', {
      configurable: true,
      get: () => stint,
      set(value) {
        put('start', performance.now(), 'script')
        stint = value
      },
    })
  }
}
