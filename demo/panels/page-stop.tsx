/** The first stops: what the browser tells of the learner, the presence that follows, and the timeline that it makes. */
import type { Totals } from '../../src/index.ts'
import type { SignalName } from './signals.ts'
import { Stop } from './stop.tsx'
import { Timeline } from './timeline.tsx'
import type { View } from './view.ts'
import { KINDS, toClock, toCountdown } from './words.ts'

const LAMPS: readonly [SignalName, string][] = [
  ['pointer', 'pointer'],
  ['key', 'key'],
  ['scroll', 'scroll'],
  ['visible', 'tab'],
  ['focus', 'focus'],
]

/** A lamp is lit for so long. */
const LIT_MS = 700

const NO_TOTALS: Totals = {
  active: 0,
  inactive: 0,
  waste: 0,
  unknown: 0,
  'anti-pattern': 0,
  uncounted: 0,
}

export function SignalStop({ view }: { view: View }) {
  const { heard, now } = view
  return (
    <Stop id="signals" number={1} title="Signals, presence">
      <ul class="lamps">
        {LAMPS.map(([name, word]) => (
          <li key={name} class={now - (heard[name] ?? 0) < LIT_MS ? 'lit' : ''}>
            {word}
          </li>
        ))}
      </ul>
      <Presence view={view} />
    </Stop>
  )
}

function Presence({ view }: { view: View }) {
  const { snapshot, device, idleAfterMs, heard, now } = view
  const run = snapshot?.run
  const isLive = device === 'open' && run && !run.isEnded
  const presence = run?.isEnded ? 'ended' : device === 'dead' ? 'dead' : (run?.presence ?? 'none')
  const lastAt = Math.max(heard.pointer ?? 0, heard.key ?? 0, heard.scroll ?? 0, view.openedAt)
  // The run says when it becomes idle each second; what was heard since then is newer.
  const idleAt = Math.max(run?.idleAt ?? 0, lastAt + idleAfterMs)
  const leftMs = isLive && presence === 'active' ? Math.max(0, idleAt - now) : 0
  return (
    <div class={`presence ${presence}`}>
      <output>{PRESENCES[presence]}</output>
      <span class="countdown">
        <progress max={idleAfterMs} value={leftMs} aria-label="Until idle" />
        <span>{leftMs > 0 ? `idle in ${toCountdown(leftMs)}` : HINTS[presence]}</span>
      </span>
    </div>
  )
}

const PRESENCES = {
  active: 'active',
  idle: 'idle',
  hidden: 'hidden',
  paused: 'paused',
  suspended: 'asleep',
  left: 'left',
  flag: 'flagged',
  ended: 'finished',
  dead: 'no page',
  none: 'starting',
}

const HINTS = {
  active: 'the learner is there',
  idle: 'nothing was heard',
  hidden: 'another tab is in front',
  paused: 'by the learner',
  suspended: 'the machine slept',
  left: 'nothing counts',
  flag: 'the page says so',
  ended: 'time has stopped',
  dead: 'nobody watches',
  none: 'the page is coming',
}

export function TimelineStop({ view }: { view: View }) {
  const { spans, snapshot, idleAfterMs } = view
  const totals = snapshot?.run?.totals ?? NO_TOTALS
  return (
    <Stop id="timeline" number={2} title="Every second explained">
      <Timeline
        name="What this page saw"
        stretches={spans}
        idleAfterMs={idleAfterMs}
        none="The first second is on its way."
      />
      <dl class="kinds">
        {KINDS.map(([kind, name]) => (
          <div key={kind} class={kind}>
            <dt>{name}</dt>
            <dd>{toClock(totals[kind])}</dd>
          </div>
        ))}
      </dl>
    </Stop>
  )
}
