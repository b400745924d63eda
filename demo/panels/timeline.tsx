/**
 * Time as a bar: each stretch as long as it lasted, in the colour and pattern of what it counts as. What one is and why is
 * said in the line beneath, for who points at it, taps it, or goes along the bar with the arrow keys.
 */
import { useState } from 'preact/hooks'
import { OUTCOMES, toClock, toKind, toTime, toWhy, type Explained } from './words.ts'

interface TimelineProps {
  name: string
  stretches: readonly Explained[]
  idleAfterMs: number
  /** What is said while there is nothing. */
  none: string
}

/** A young timeline does not fill the bar, so that it is seen to grow. */
const SHORTEST_BAR_MS = 60_000

export function Timeline({ name, stretches, idleAfterMs, none }: TimelineProps) {
  // Where somebody points at, by where it begins: stretches grow and are cut as time goes on.
  const [at, setAt] = useState<number>()
  const chosen = stretches.find(({ from, to }) => at !== undefined && from <= at && at < to)
  const shown = chosen ?? stretches.at(-1)
  const totalMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0)

  return (
    <div class="timeline">
      {/* One place to stop for the Tab key, however many stretches there are. */}
      <div class="bar" role="group" aria-label={name}>
        {stretches.map((stretch) => (
          <button
            key={stretch.from}
            type="button"
            class={`span ${toKind(stretch)}`}
            style={{ flexGrow: stretch.to - stretch.from }}
            tabIndex={stretch === shown ? 0 : -1}
            aria-label={toLabel(stretch, idleAfterMs)}
            aria-pressed={stretch === chosen}
            onPointerEnter={() => setAt(stretch.from)}
            onPointerLeave={() => setAt(undefined)}
            onFocus={() => setAt(stretch.from)}
            onBlur={() => setAt(undefined)}
            onClick={() => setAt(stretch.from)}
            onKeyDown={move}
          />
        ))}
        <i style={{ flexGrow: Math.max(0, SHORTEST_BAR_MS - totalMs) }} />
      </div>
      <p class="reason" aria-hidden="true">
        {shown ? <Reason stretch={shown} idleAfterMs={idleAfterMs} /> : none}
      </p>
    </div>
  )
}

function Reason({ stretch, idleAfterMs }: { stretch: Explained; idleAfterMs: number }) {
  const { from, to, outcome } = stretch
  return (
    <>
      <time>{toTime(from)}</time>
      <b class={toKind(stretch)}>
        {toName(stretch)} {toClock(to - from)}
      </b>{' '}
      {toWhy(stretch, idleAfterMs)}
      {outcome && ` · ${OUTCOMES[outcome]}`}
    </>
  )
}

/** The arrow keys go along the bar, as its time runs. */
function move(event: KeyboardEvent) {
  const span = event.currentTarget as HTMLElement
  const step = toStep(event.key, getComputedStyle(span).direction === 'rtl')
  if (step === undefined) return
  event.preventDefault()
  const spans = [...(span.parentElement?.querySelectorAll('button') ?? [])]
  const next = spans.indexOf(span as HTMLButtonElement) + step
  spans[Math.max(0, Math.min(next, spans.length - 1))]?.focus()
}

const toName = (stretch: Explained) => {
  const kind = toKind(stretch)
  return kind === 'uncounted' ? 'not counted' : kind
}

const toLabel = (stretch: Explained, idleAfterMs: number) =>
  `${toName(stretch)} ${toClock(stretch.to - stretch.from)}: ${toWhy(stretch, idleAfterMs)}`

function toStep(key: string, isRtl: boolean): number | undefined {
  const ahead = isRtl ? 'ArrowLeft' : 'ArrowRight'
  const back = isRtl ? 'ArrowRight' : 'ArrowLeft'
  if (key === 'Home') return -Infinity
  if (key === 'End') return Infinity
  return key === ahead ? 1 : key === back ? -1 : undefined
}
