/** The details, a file of its own that is loaded when they are asked for: the numbers, the run's time in order, and why. */
import { Key } from './key.tsx'
import { fill } from './strings.ts'
import { toBars, toSums, type Bar, type Kind } from './timeline.ts'
import { toToday } from './pill.tsx'
import type { View } from './view.ts'

export { panelStyles } from './panel-styles.ts'

export function Panel({ view }: { view: View }) {
  const { run, words, has, acts, isPlaced, isHelpOpen } = view
  return (
    <div class="panel" part="panel" role="group" aria-label={words.details}>
      <h2>{run.activity.name}</h2>
      <Numbers view={view} />
      {view.isShown && <Timeline view={view} />}
      {has.paper && run.claimableMs > 0 && (
        <button type="button" part="button" class="wide" onClick={acts.claim}>
          {words.onPaperSay} ({view.format.duration(run.claimableMs)})
        </button>
      )}
      {isHelpOpen && (
        <p class="help">
          {words.helpIs} {words.helpIsNot}
        </p>
      )}
      <div class="tools">
        <Key class="ask" words={words.help} isOpen={isHelpOpen} act={acts.toggleHelp}>
          ?
        </Key>
        {!isPlaced && (
          <button type="button" part="button" onClick={acts.move}>
            {words.move}
          </button>
        )}
        <button type="button" part="button" class="close" onClick={acts.toggle}>
          {words.close}
        </button>
      </div>
    </div>
  )
}

function Numbers({ view }: { view: View }) {
  const { run, words, format, has, snapshot, isShown, todayMs } = view
  const { context, learner } = snapshot
  const xp = context?.today?.xpEarned
  const xpGoal = context?.goals?.xp
  const rows: [string, string | false][] = [
    [words.thisRun, isShown && format.clock(run.totals.active)],
    // Of a preview nothing is recorded.
    [
      words.recorded,
      isShown && learner === 'known' && format.clock(run.totals.active - run.elapsedMs),
    ],
    [words.today, has.goal && todayMs !== null && toToday(view)],
    [
      words.xpToday,
      has.xp &&
        xp !== undefined &&
        (xpGoal
          ? fill(words.ofGoal, { done: format.number(xp), all: format.number(xpGoal) })
          : format.number(xp)),
    ],
  ]
  return (
    <dl>
      {rows.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

function Timeline({ view: { spans, run, words, format, dir } }: { view: View }) {
  const stretches = spans()
  const bars = toBars(stretches)
  const lengthMs = bars.at(-1)?.to ?? 0
  if (lengthMs === 0) return null
  const said = bars.slice(-MOST_SAID).map(({ kind, from, to }) => {
    return `${words[kind]} ${format.duration(to - from)}`
  })
  return (
    <>
      {run.isContinued && <h3>{words.thisPage}</h3>}
      <svg
        class="bars"
        part="timeline"
        role="img"
        aria-label={`${words.timeline}: ${said.join(', ')}`}
        viewBox="0 0 1000 24"
        preserveAspectRatio="none"
      >
        <g transform={dir === 'rtl' ? 'translate(1000 0) scale(-1 1)' : undefined}>
          {bars.map((bar) => (
            <rect key={bar.from} class={bar.kind} {...toBox(bar, lengthMs)} />
          ))}
        </g>
      </svg>
      <ul>
        {toSums(stretches).map(({ kind, why, ms }) => (
          <li key={why ?? kind}>
            <svg class="swatch" viewBox="0 0 12 24" preserveAspectRatio="none" aria-hidden="true">
              <rect class={kind} {...toBox({ kind, from: 0, to: 12 }, 1_000)} />
            </svg>
            <span class="kind">{words[kind]}</span>
            <span class="ms">{format.duration(ms)}</span>
            {why && <span class="why">{words[why]}</span>}
          </li>
        ))}
      </ul>
    </>
  )
}

/** A long run has more stretches than anybody would listen to. */
const MOST_SAID = 12

/** Each kind has a height of its own, so that nobody needs the colours. */
const HEIGHTS: Record<Kind, number> = {
  active: 24,
  onPaper: 20,
  idle: 15,
  paused: 11,
  hidden: 8,
  uncounted: 4,
}

function toBox({ kind, from, to }: Bar, lengthMs: number) {
  const height = HEIGHTS[kind]
  const width = Math.max(((to - from) / lengthMs) * 1_000, 3)
  return { x: (from / lengthMs) * 1_000, width, y: 24 - height, height }
}
