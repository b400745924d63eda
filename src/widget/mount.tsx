/** Puts the widget on a page: one element of its own with a shadow root, so that neither style nor script of host and widget meet. */
import { render } from 'preact'
import type { Stint } from '../page/stint.ts'
import { Pill } from './pill.tsx'
import { styles } from './styles.ts'

/**
 * Shows the pill for a stint, beside the body rather than in it: an app that swaps its body keeps the pill. Returns the function that takes it away again, with all it listens to. */
export function mountWidget(stint: Stint, parent: Element = document.documentElement): () => void {
  const host = document.createElement('stint-timer')
  const root = host.attachShadow({ mode: 'open' })
  // A constructed sheet is allowed where a Content Security Policy forbids inline styles.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [sheet]
  const draw = () =>
    render(
      <Pill
        snapshot={stint.getSnapshot()}
        onPause={() => stint.current?.pause()}
        onResume={() => stint.current?.resume()}
      />,
      root,
    )
  const unsubscribe = stint.subscribe(draw)
  parent.append(host)
  draw()
  return () => {
    unsubscribe()
    render(null, root)
    host.remove()
  }
}
