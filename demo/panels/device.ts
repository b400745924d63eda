/**
 * The learner's page, in a frame of its own: the panels only look on, and what a visitor does to them is no act of the
 * learner's. It can be reloaded, killed and opened again like a tab.
 */
import type { Stint } from '../../src/index.ts'

/** `untimed`: the page is there and Stint's script is not. */
export type DeviceState = 'loading' | 'open' | 'untimed' | 'dead'

export interface Device {
  state(): DeviceState
  stint(): Stint | undefined
  window(): Window | undefined
  document(): Document | undefined
  reload(): void
  kill(): void
  /** Opens the page again after a kill, or after whatever. */
  open(): void
  /** Keeps pointer and keys away from the page. */
  setHandsOff(isOff: boolean): void
}

const ADDRESS = '/activity.html'

/** `onOpen` hears of each page that has come, `onChange` of each change of state. */
export function createDevice(
  slot: HTMLElement,
  onOpen: (page: Window, stint: Stint) => void,
  onChange: () => void,
): Device {
  let frame: HTMLIFrameElement | undefined
  let state: DeviceState = 'loading'

  const become = (next: DeviceState) => {
    state = next
    slot.dataset.state = next
    onChange()
  }
  const stint = () => (frame?.contentWindow as { Stint?: Stint } | null | undefined)?.Stint

  const open = () => {
    frame?.remove()
    frame = document.createElement('iframe')
    frame.title = 'The activity, as the learner sees it'
    frame.src = ADDRESS
    frame.addEventListener('load', () => {
      const [page, running] = [frame?.contentWindow, stint()]
      if (page && running) onOpen(page, running)
      become(running ? 'open' : 'untimed')
    })
    slot.append(frame)
    become('loading')
  }

  return {
    state: () => state,
    stint,
    window: () => frame?.contentWindow ?? undefined,
    document: () => frame?.contentDocument ?? undefined,
    reload() {
      become('loading')
      frame?.contentWindow?.location.reload()
    },
    kill() {
      // A killed page hears nothing of its end. `document.open` takes every listener off the page (HTML, "document open
      // steps"), so that its removal runs none; what it has not written or sent by now, it never will.
      frame?.contentDocument?.open()
      frame?.remove()
      frame = undefined
      become('dead')
    },
    open,
    setHandsOff(isOff) {
      if (isOff && document.activeElement === frame) frame?.blur()
      slot.toggleAttribute('data-hands-off', isOff)
      frame?.toggleAttribute('inert', isOff)
    },
  }
}
