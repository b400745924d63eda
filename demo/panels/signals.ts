/** What the browser tells of the learner, seen beside Stint by listening to the same events: that a key was pressed, never which one. */

export type SignalName = 'pointer' | 'key' | 'scroll' | 'visible' | 'focus'

/** When each was last told, in epoch ms. */
export type Heard = Partial<Record<SignalName, number>>

/** The browser's events of each signal, with spaces between. */
const EVENTS: Record<SignalName, string> = {
  pointer: 'pointermove pointerdown',
  key: 'keydown',
  scroll: 'scroll wheel',
  visible: 'visibilitychange',
  focus: 'focus blur',
}

/** Listens to a page for as long as that is there. */
export function watchSignals(page: Window, hear: (name: SignalName, at: number) => void): void {
  for (const [name, types] of Object.entries(EVENTS) as [SignalName, string][]) {
    for (const type of types.split(' ')) {
      const listener = () => hear(name, Date.now())
      page.addEventListener(type, listener, { capture: true, passive: true })
    }
  }
}
