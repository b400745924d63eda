/**
 * Listening to the window, in the capture phase: it sees what is dispatched anywhere in the document, even if the host
 * stops it there; and passive, so that nothing ever waits for us.
 */
const OPTIONS = { capture: true, passive: true }

/** `types` has spaces between. Returns the function that takes the listener off again. */
export function listen(types: string, listener: (event: Event) => void): () => void {
  const all = types.split(' ')
  for (const type of all) addEventListener(type, listener, OPTIONS)
  return () => {
    for (const type of all) removeEventListener(type, listener, OPTIONS)
  }
}
