/**
 * Frames inside the page. The documents of those of the same origin are like ours, and can be listened to; of the
 * others we know only whether the focus is in them.
 */

/** This document, and those of all frames of the same origin in it, at any depth. */
export const readDocuments = (of: Document = document): Document[] => [
  of,
  // Null for a frame of another origin.
  ...[...of.getElementsByTagName('iframe')].flatMap(({ contentDocument }) =>
    contentDocument ? readDocuments(contentDocument) : [],
  ),
]

/**
 * The window of a frame that has the focus and can't be listened to, if there is one. On the way to it `enter` hears of
 * shadow roots and of documents of the same origin: a frame in a shadow root is found nowhere else.
 */
export function readFocusedFrame(
  enter: (root: Document | ShadowRoot) => void,
): Window | null | undefined {
  let element = document.hasFocus() ? document.activeElement : null
  let inner: Document | ShadowRoot | null | undefined
  while ((inner = element?.shadowRoot ?? (element as HTMLIFrameElement | null)?.contentDocument)) {
    enter(inner)
    element = inner.activeElement
  }
  return (element as HTMLIFrameElement | null)?.contentWindow
}
