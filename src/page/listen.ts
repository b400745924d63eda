/**
 * Listening in the capture phase: it sees what is dispatched anywhere below, even if the host stops it there; and
 * passive, so that nothing ever waits for us.
 */
const OPTIONS = { capture: true, passive: true }

/** `types` has spaces between. Returns the function that takes the listener off again. */
export function listen(
  types: string,
  listener: (event: Event) => void,
  target: EventTarget = window,
): () => void {
  const all = types.split(' ')
  for (const type of all) target.addEventListener(type, listener, OPTIONS)
  return () => {
    for (const type of all) target.removeEventListener(type, listener, OPTIONS)
  }
}
