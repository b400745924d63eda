/** Draws the whole widget in a document without a browser, and again with other views into the same place. */
import { render } from 'preact'
import { onTestFinished } from 'vitest'
import { Panel } from '../../src/widget/panel.tsx'
import type { View } from '../../src/widget/view.ts'
import { Widget } from '../../src/widget/widget.tsx'

export function draw(view: View) {
  const root = document.createElement('div')
  const show = (next: View) =>
    render(<Widget view={next} theme={undefined} side="up" Details={Panel} />, root)
  show(view)
  onTestFinished(() => render(null, root))
  return {
    root,
    show,
    text: (selector: string) => root.querySelector(selector)?.textContent,
    /** What a screen reader is told by itself. */
    said: () => root.querySelector('[role=status]')?.textContent,
    button: (name: string) =>
      [...root.querySelectorAll('button')].find(
        (button) => (button.getAttribute('aria-label') ?? button.textContent) === name,
      ),
  }
}
