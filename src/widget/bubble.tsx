/** The bubble beside the pill: one question that any key or click answers too, or what the run came to. It never takes the focus. */
import type { Asking } from './asking.ts'
import { Icon } from './glyph.tsx'
import { Key } from './key.tsx'
import { fill } from './strings.ts'
import type { View } from './view.ts'

/** What it says, also to a screen reader. */
export function toSaid({ words, format, run, has }: View, asking: Asking): string[] {
  switch (asking) {
    case 'still':
      return [words.stillThere, words.stillHint]
    case 'paper':
      return [`${words.onPaperAsk} (${format.duration(run.claimableMs)})`]
    case 'finished': {
      const { totalQuestions: all, correctQuestions: done } = run.result ?? {}
      const [right, of] = [done, all].map((count) => format.number(count ?? 0)) as [string, string]
      return [
        words.ended,
        fill(words.worked, { time: format.duration(run.totals.active) }),
        ...(has.score && all ? [fill(words.score, { done: right, all: of })] : []),
      ]
    }
  }
}

export function Bubble({ view, asking }: { view: View; asking: Asking }) {
  const { words, acts } = view
  const [title, ...lines] = toSaid(view, asking)
  return (
    <div class={`bubble ${asking}`} part="bubble">
      <p>
        <b>{title}</b>
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {asking === 'finished' && <Xp view={view} />}
      </p>
      {asking === 'still' && (
        <button type="button" part="button" class="main" onClick={acts.answer}>
          {words.here}
        </button>
      )}
      {asking === 'paper' && (
        <>
          <button type="button" part="button" class="main" onClick={acts.claim}>
            {words.onPaperYes}
          </button>
          <button type="button" part="button" onClick={acts.answer}>
            {words.no}
          </button>
        </>
      )}
      {asking === 'finished' && (
        <Key words={words.close} act={acts.answer}>
          <Icon of="close" />
        </Key>
      )}
    </div>
  )
}

/** Only what Timeback has said by now: the XP of this run may still be on its way. */
function Xp({ view: { words, format, snapshot, has, isToldSince } }: { view: View }) {
  const xp = snapshot.context?.today?.xpEarned
  if (!has.xp || !isToldSince || xp === undefined) return null
  return (
    <span>
      {words.xpToday}: {format.number(xp)}
    </span>
  )
}
