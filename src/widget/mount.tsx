/**
 * Puts the widget on a page, draws what its stint shows, and takes it away without a trace. No timer of its own makes it draw:
 * it draws when the stint says that something changed, and only what can be seen; nothing in a hidden page.
 */
import { render } from 'preact'
import type { Stint } from '../page/host.ts'
import type { Opened } from './acting.ts'
import { readLook } from './look.ts'
import { readWords, type WidgetOptions } from './options.ts'
import { createStage } from './place.ts'
import { loadSpeech, type Speech } from './speech.ts'
import { floatingStyles, placedStyles, styles } from './styles.ts'
import { createReadView, toShown, type View } from './view.ts'
import { Widget, type WidgetProps } from './widget.tsx'

export type { Corner, Switch, WidgetOptions } from './options.ts'
export type { Words } from './strings.ts'

/** Shows the widget for a stint. Returns the function that takes it away again, with all it listens to. */
export function mountWidget(stint: Stint, options: WidgetOptions = {}): () => void {
  const { place, lang, words, corner, theme } = options
  const [base, floating, placed] = [styles, floatingStyles, placedStyles].map(toSheet)
  const opened: Opened = { look: readLook(corner), isOpen: false, isHelpOpen: false }
  let speech: Speech | undefined
  let details: { Panel: NonNullable<WidgetProps['Details']>; sheet: CSSStyleSheet } | undefined
  let loading: 'not' | 'now' | 'failed' = 'not'
  let isOver = false
  let shown = ''

  const onKey = (event: Event) => {
    if (!opened.isOpen || (event as KeyboardEvent).key !== 'Escape') return
    opened.isOpen = false
    draw()
  }
  const stage = createStage(place instanceof Element ? place : undefined, {
    enter: (root) => root.addEventListener('keydown', onKey),
    leave(root) {
      root.removeEventListener('keydown', onKey)
      render(null, root)
    },
  })

  const loadDetails = async () => {
    loading = 'now'
    try {
      const { Panel, panelStyles } = await import('./panel.tsx')
      details = { Panel, sheet: toSheet(panelStyles) }
    } catch {
      loading = 'failed'
      opened.isOpen = false
    }
    draw()
  }

  const draw = () => {
    if (isOver || !speech || document.hidden) return
    const { root, isPlaced } = stage.look()
    const view = readView(speech, isPlaced)
    if (opened.isOpen && !details && loading !== 'now') void loadDetails()
    // Only where there is nothing else to say.
    if (loading === 'failed' && /saved|waiting/.test(view?.note ?? '')) view!.note = 'noDetails'
    const look = toTheme(theme, root.host)
    const next = `${isPlaced} ${look} ${details !== undefined} ${view ? toShown(view) : ''}`
    if (next === shown && root.childElementCount) return
    shown = next
    const sheets = [base, isPlaced ? placed : floating, details?.sheet]
    root.adoptedStyleSheets = sheets.filter((sheet) => sheet !== undefined)
    const focused = root.activeElement
    const side = view ? toSide(view, root.host) : ''
    render(view && <Widget {...{ view, side }} theme={look} Details={details?.Panel} />, root)
    // Who was in here with the keyboard stays in here, on what the next key does no harm with.
    if (focused && !root.activeElement) {
      const key = root.querySelector<HTMLElement>('.details, .dot') ?? root.querySelector('button')
      key?.focus()
    }
  }
  const readView = createReadView(stint, options, opened, draw)

  const unsubscribe = stint.subscribe(draw)
  void loadSpeech(lang, readWords(words)).then((loaded) => {
    speech = loaded
    draw()
  })
  return () => {
    isOver = true
    unsubscribe()
    stage.close()
  }
}

/** A constructed sheet is allowed where a Content Security Policy forbids inline styles. */
function toSheet(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
}

/** The host's word, if it has said any; else the system's, which the style sheet asks for. */
function toTheme(given: string | undefined, host: Element): string | undefined {
  const said = [host, document.documentElement].map((element) => element.getAttribute('data-theme'))
  return [given, ...said].find((theme) => theme === 'light' || theme === 'dark') ?? undefined
}

/** Where what pops up has room: `up` or `down`, and to which side. */
function toSide({ look, isPlaced, dir, isOpen, asking }: View, host: Element): string {
  const [edge, side] = look.corner.split('-')
  if (!isPlaced) return `${edge === 'bottom' ? 'up' : 'down'} ${side}`
  // Only then is it worth a layout.
  if (!isOpen && !asking) return ''
  const { top, left, width } = host.getBoundingClientRect()
  const isLeft = left + width / 2 < innerWidth / 2
  return `${top > innerHeight / 2 ? 'up' : 'down'} ${isLeft === (dir === 'ltr') ? 'start' : ''}`
}
