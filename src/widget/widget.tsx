/** The widget as a whole: pill or dot, what pops up beside it, and the one live region that speaks changes of state. */
import { Bubble, toSaid } from './bubble.tsx'
import type { Panel } from './panel.tsx'
import { Dot, Pill } from './pill.tsx'
import type { View } from './view.ts'

export interface WidgetProps {
  view: View
  theme: string | undefined
  /** Where there is room for what pops up. */
  side: string
  Details: typeof Panel | undefined
}

export function Widget({ view, theme, side, Details }: WidgetProps) {
  const { words, look, isPlaced, isOpen, asking, counts, state, note, lang, dir } = view
  // Collapsed, it keeps what a run came to for itself; and the details ask of paper themselves.
  const isSaid = asking === (look.isCollapsed ? 'finished' : isOpen && 'paper')
  const asked = isSaid ? undefined : asking
  return (
    <section
      class={`widget ${side} ${isPlaced ? '' : look.corner}`}
      part="widget"
      aria-label={words.name}
      lang={lang}
      dir={dir}
      data-theme={theme}
    >
      {look.isCollapsed ? <Dot view={view} /> : <Pill view={view} />}
      <div class="pop">
        {asked && <Bubble view={view} asking={asked} />}
        {isOpen && Details && <Details view={view} />}
      </div>
      <p class="said" role="status">
        {asked ? toSaid(view, asked).join(' ') : words[counts ? state : note]}
      </p>
    </section>
  )
}
