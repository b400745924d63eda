/** What a page keeps in the two synchronous storages of its browser, where it may. */

/** A frame without `allow-same-origin`, or a browser that blocks storage, throws at the mere name. */
export function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
