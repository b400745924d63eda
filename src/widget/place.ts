/**
 * Where the widget is: in the page's `<stint-timer>` if it has one, wherever that comes to be, else in one of its own
 * beside the body, where an app that swaps its body leaves it. The element's name is not registered: a registration
 * could never be taken back.
 */
export interface Stage {
  /** The shadow root to draw into now. */
  look(): { root: ShadowRoot; isPlaced: boolean }
  close(): void
}

/** Called for a root before anything is drawn into it, and when it is left. */
export interface Moves {
  enter(root: ShadowRoot): void
  leave(root: ShadowRoot): void
}

const NAME = 'stint-timer'

export function createStage(given: Element | undefined, moves: Moves): Stage {
  const own = document.createElement(NAME)
  // A live list: it costs nothing to look at as long as nothing changes.
  const places = document.getElementsByTagName(NAME)
  let host: Element | undefined

  const leave = () => {
    if (!host?.shadowRoot) return
    moves.leave(host.shadowRoot)
    host.shadowRoot.adoptedStyleSheets = []
    own.remove()
    host = undefined
  }

  /** Those that float are widgets' own, and a place that holds another widget is taken. */
  const isFree = (one: Element) =>
    one.parentElement !== document.documentElement &&
    (one === host || !one.shadowRoot?.childElementCount)

  return {
    look() {
      const place = given ? undefined : [...places].find(isFree)
      const next = place ?? own
      if (next !== host) {
        leave()
        host = next
        moves.enter(host.shadowRoot ?? host.attachShadow({ mode: 'open' }))
      }
      // An app may also have thrown it out.
      if (!host.isConnected) (given ?? document.documentElement).append(host)
      return {
        root: host.shadowRoot!,
        isPlaced: host !== own || given !== undefined,
      }
    },
    close: leave,
  }
}
