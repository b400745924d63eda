/** The pill: how long, in which state, what is saved, and a pause. Renders what a snapshot says and nothing else. */
import type { Snapshot } from '../page/stint.ts'
import { strings } from './strings.ts'

export interface PillProps {
  snapshot: Snapshot
  onPause: () => void
  onResume: () => void
}

export function Pill({ snapshot, onPause, onResume }: PillProps) {
  const { run, learner } = snapshot
  if (!run) return null
  const counts = learner !== 'unknown' && learner !== 'not-enrolled'
  // What an earlier page of this tab came to may be somebody else's, until the relay has said who is here.
  const isShown = counts && !(run.isContinued && learner === 'asking')
  const state = run.isEnded ? strings.ended : strings.presence[run.presence]
  const isWorking = counts && !run.isEnded && run.presence === 'active'
  return (
    <section class="pill" part="pill" aria-label={strings.name}>
      <span class={isWorking ? 'dot active' : 'dot'} aria-hidden="true" />
      {isShown && <span class="time">{toClock(run.totals.active)}</span>}
      <span class="text">
        {/* Only changes of state are spoken, never the seconds. */}
        {counts && <span role="status">{state}</span>}
        <span class="sync">{toNote(snapshot)}</span>
      </span>
      {run.isEnded || !counts ? (
        <span class="end" />
      ) : (
        <button type="button" onClick={run.isPaused ? onResume : onPause}>
          {run.isPaused ? strings.resume : strings.pause}
        </button>
      )}
    </section>
  )
}

function toNote({ learner, context, sync }: Snapshot): string {
  switch (learner) {
    case 'unknown':
      return strings.unknown
    case 'not-enrolled':
      return strings.notEnrolled
    case 'preview':
      return strings.preview
    case 'asking':
    case 'known':
      return context?.enrolled === false && context.ifNotEnrolled === 'hold'
        ? strings.held
        : strings.sync[sync]
  }
}

/** `4:07`, or `1:04:07` past an hour. */
export function toClock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const rest = `${String(s).padStart(2, '0')}`
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${rest}` : `${m}:${rest}`
}
