/** What a browser tells a page. Events made by scripts are untrusted, so that a test has to say that this one is not. */

/** Dispatches an event as the browser would, or, with `isTrusted: false`, as a script would. */
export function dispatch(
  type: string,
  { at = 0, isTrusted = true, target = window as EventTarget } = {},
) {
  const event = new Event(type, { bubbles: true })
  Object.defineProperties(event, { isTrusted: { value: isTrusted }, timeStamp: { value: at } })
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
