/** What a test puts on its page: players in some state, frames of this origin and of others. Gone when it is over. */
import { onTestFinished } from 'vitest'
import { dispatch } from './signals.ts'

/** What a browser says of an element that plays. */
const PLAYING = {
  paused: false,
  ended: false,
  readyState: 4,
  loop: false,
  muted: false,
  volume: 1,
}

export type Player = typeof PLAYING

/** A video, or an audio, that plays unless said otherwise. Nobody is told. */
export function addPlayer(
  state: Partial<Player> = {},
  { parent = document.body as Node, type = 'video' } = {},
): Element {
  const player = document.createElement(type)
  set(player, { ...PLAYING, ...state })
  parent.appendChild(player)
  onTestFinished(() => player.remove())
  return player
}

/** Changes a player, and tells so: media events do not bubble. */
export function tell(player: Element, type: string, state: Partial<Player> = {}, at = 0) {
  set(player, state)
  dispatch(type, { target: player, at, bubbles: false })
}

function set(player: Element, state: Partial<Player>) {
  for (const [name, value] of Object.entries(state)) {
    Object.defineProperty(player, name, { value, configurable: true })
  }
}

export interface Frame {
  element: HTMLIFrameElement
  document: Document
  view: Window
}

/** A frame of the same origin. Its clock began so much after the page's. */
export function addFrame({ parent = document.body as Node, bornAt = 0 } = {}): Frame {
  const element = addElement(parent)
  const { contentWindow: view, contentDocument } = element
  const now = () => performance.now() - bornAt
  Object.defineProperty(view, 'performance', { value: { now }, configurable: true })
  return { element, document: contentDocument!, view: view! }
}

/** A frame of another origin: its document can't be read. */
export function addForeignFrame(parent: Node = document.body): Omit<Frame, 'document'> {
  const element = addElement(parent)
  Object.defineProperty(element, 'contentDocument', { value: null })
  return { element, view: element.contentWindow! }
}

function addElement(parent: Node) {
  const element = (parent.ownerDocument ?? document).createElement('iframe')
  element.srcdoc = '<input>'
  parent.appendChild(element)
  onTestFinished(() => element.remove())
  return element
}

/** An element with an open shadow root. */
export function addShadow(parent: Node = document.body): ShadowRoot {
  const host = document.createElement('div')
  parent.appendChild(host)
  onTestFinished(() => host.remove())
  return host.attachShadow({ mode: 'open' })
}

/** Puts the focus on an element, silently: no event tells that it went into a frame. */
export function focus(element: Element | null) {
  let focused = document.activeElement
  while (focused?.shadowRoot) focused = focused.shadowRoot.activeElement
  if (focused instanceof HTMLElement) focused.blur()
  ;(element as HTMLElement | null)?.focus()
}
