/** The pill: how long, in which state, what is saved, and the controls. The dot is all that is left of it when collapsed. */
import { Icon, Ring } from './glyph.tsx'
import { Key } from './key.tsx'
import { fill } from './strings.ts'
import type { View } from './view.ts'

export function Pill({ view }: { view: View }) {
  const { run, words, format, counts, isShown, state, note, acts, isOpen, has } = view
  const pause = run.isPaused ? 'resume' : 'pause'
  const canPause = has.pause && counts && !run.isEnded
  return (
    <div class="pill" part="pill">
      <Ring state={counts ? state : 'flag'} share={toShare(view)} />
      <div class="text">
        <div class="line">
          {isShown && (
            <span class="time" part="time">
              {format.clock(run.totals.active)}
            </span>
          )}
          {/* The live region says it. */}
          {counts && (
            <span class="state" part="state" aria-hidden="true">
              {words[state]}
            </span>
          )}
        </div>
        <div class="note" part="note">
          {words[note]}
        </div>
      </div>
      {canPause && (
        <Key class="pause" words={words[pause]} act={acts[pause]}>
          <Icon of={pause} />
        </Key>
      )}
      {counts && (
        <Key class="details" words={words.details} isOpen={isOpen} act={acts.toggle}>
          <Icon of="details" />
        </Key>
      )}
      <Key class="collapse" words={words.collapse} act={acts.collapse}>
        <Icon of="collapse" />
      </Key>
    </div>
  )
}

/** Says nothing but the state: neither time, nor goal, nor XP. */
export function Dot({ view: { words, state, counts, acts } }: { view: View }) {
  return (
    <button
      type="button"
      class="dot"
      part="dot"
      title={words.expand}
      aria-label={words.expand}
      onClick={acts.expand}
    >
      <Ring state={counts ? state : 'flag'} share={null} />
    </button>
  )
}

/** How much of the day's goal is done; null without one. */
function toShare({ has, todayMs, snapshot: { context }, counts }: View): number | null {
  const minutes = context?.goals?.activeMinutes
  return has.goal && counts && todayMs !== null && minutes ? todayMs / 60_000 / minutes : null
}

/** `12 of 30 min`; without a goal, what was done alone. */
export function toToday({ format, words, todayMs, snapshot }: View): string {
  const goal = snapshot.context?.goals?.activeMinutes
  const minutes = Math.floor((todayMs ?? 0) / 60_000)
  return goal
    ? fill(words.ofGoal, { done: format.number(minutes), all: format.minutes(goal) })
    : format.minutes(minutes)
}
