/** What a browser tells a page. Events made by scripts are untrusted, so that a test has to say that this one is not. */

export interface Told {
  at?: number
  isTrusted?: boolean
  target?: EventTarget
  bubbles?: boolean
  /** Of `pagehide` and `pageshow`: kept for the way back. */
  persisted?: boolean
}

/** Dispatches an event as the browser would, or, with `isTrusted: false`, as a script would. */
export function dispatch(
  type: string,
  { at = 0, isTrusted = true, target = window, bubbles = true, persisted = false }: Told = {},
) {
  const event = new Event(type, { bubbles, composed: bubbles })
  Object.defineProperties(event, {
    isTrusted: { value: isTrusted },
    timeStamp: { value: at },
    persisted: { value: persisted },
  })
  target.dispatchEvent(event)
}

/** Makes the page visible or hidden, and tells it so. */
export function show(visibilityState: DocumentVisibilityState, at = 0) {
  setVisible(visibilityState)
  dispatch('visibilitychange', { at, target: document })
}

export function setVisible(visibilityState: DocumentVisibilityState) {
  Object.defineProperties(document, {
    visibilityState: { value: visibilityState, configurable: true },
    hidden: { value: visibilityState === 'hidden', configurable: true },
  })
}

/** A page that is prerendered is hidden, though nobody has hidden it. */
export function setPrerendering(isPrerendering: boolean) {
  Object.defineProperty(document, 'prerendering', { value: isPrerendering, configurable: true })
  setVisible(isPrerendering ? 'hidden' : 'visible')
}
