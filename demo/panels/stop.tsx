/** One stop on the way: its number, its name, and what is to be seen there. */
import type { ComponentChildren } from 'preact'

interface StopProps {
  id: string
  number?: number
  title: string
  /** Not well: the border says so, and the words inside say why. */
  isBroken?: boolean
  children: ComponentChildren
}

export function Stop({ id, number, title, isBroken = false, children }: StopProps) {
  return (
    <section id={id} class={isBroken ? 'stop broken' : 'stop'} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        {number !== undefined && (
          <span class="number" aria-hidden="true">
            {number}
          </span>
        )}
        {title}
      </h2>
      {children}
    </section>
  )
}
