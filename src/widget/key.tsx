/** A key: a button that shows a picture or a sign, and has its words as a name and on hover. */
import type { ComponentChildren } from 'preact'

interface KeyProps {
  words: string
  act: () => void
  class?: string
  /** Of one that opens something. */
  isOpen?: boolean
  children: ComponentChildren
}

export function Key({ words, act, class: name, isOpen, children }: KeyProps) {
  return (
    <button
      type="button"
      part="button"
      class={name}
      title={words}
      aria-label={words}
      aria-expanded={isOpen}
      onClick={act}
    >
      {children}
    </button>
  )
}
