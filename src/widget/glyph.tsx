/** The widget's few drawings. A state has a shape of its own as well as a colour, and is always said in words beside it. */
import type { Word } from './strings.ts'

const SHAPES: Partial<Record<Word, string>> = {
  active: 'M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10z',
  idle: 'M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10zm0 2a3 3 0 1 1 0 6a3 3 0 1 1 0-6z',
  hidden: 'M3 7h2v2H3zm4 0h2v2H7zm4 0h2v2h-2z',
  paused: 'M5 4h2v8H5zm4 0h2v8H9z',
  ended: 'M3 8.5l1.4-1.4L7 9.700l4.6-4.600L13 6.500l-6 6z',
}
const NOT_COUNTED = 'M4 7h8v2H4z'

const ICONS = {
  pause: 'M5 3h2v10H5zm4 0h2v10H9z',
  resume: 'M5 3l8 5-8 5z',
  details: 'M3 10.500L8 5.500l5 5-1.2 1.200L8 7.900l-3.8 3.800z',
  collapse: 'M3 7.200h10v1.600H3z',
  close: 'M4.2 3L8 6.8 11.8 3 13 4.2 9.2 8l3.8 3.8-1.2 1.200L8 9.2 4.2 13 3 11.8 6.8 8 3 4.200z',
}

/** Inside the ring, or alone in the dot. */
export function Ring({ state, share }: { state: Word; share: number | null }) {
  return (
    <svg class={`ring ${state}`} part="ring" viewBox="0 0 40 40" aria-hidden="true">
      <circle class="track" cx="20" cy="20" r="17.5" />
      {share !== null && (
        <circle
          class="share"
          cx="20"
          cy="20"
          r="17.5"
          pathLength="100"
          stroke-dasharray={`${Math.min(share, 1) * 100} 100`}
          transform="rotate(-90 20 20)"
        />
      )}
      <path class="shape" transform="translate(12 12)" d={SHAPES[state] ?? NOT_COUNTED} />
    </svg>
  )
}

export const Icon = ({ of }: { of: keyof typeof ICONS }) => (
  <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d={ICONS[of]} />
  </svg>
)
