/**
 * Who works in this browser, as far as the pages of one origin know: whoever got the last grant. On a shared computer
 * the pages that somebody left open learn by it that they are not that one's any more.
 */
import { attempt } from './kept.ts'
import { listen } from './listen.ts'

export interface BrowserLearner {
  /** Their key; nothing if there never was one, or this browser keeps nothing. */
  read(): string | undefined
  keep(learnerKey: string): void
  stop(): void
}

/** `onOther` hears of whoever comes on another page. */
export function watchBrowserLearner(
  relay: string,
  onOther: (learnerKey: string) => void,
): BrowserLearner {
  const key = `stint:learner:${relay}`
  let stop = () => {}
  return {
    read: () => attempt(() => localStorage[key] as string | undefined),
    keep(learnerKey) {
      stop()
      // The browser tells every page but the one that wrote. Not before: Chromium opens the storage for who listens,
      // and a page that has no learner has none to lose.
      stop = listen('storage', (event) => {
        const { key: changed, newValue } = event as StorageEvent
        if (changed === key && newValue) onOther(newValue)
      })
      attempt(() => (localStorage[key] = learnerKey))
    },
    stop: () => stop(),
  }
}
