/** What Timeback has received: each event read out, and beside it the JSON of the one that is chosen. */
import { useState } from 'preact/hooks'
import { toReading, type TimebackEvent } from './reading.ts'
import { Stop } from './stop.tsx'
import type { View } from './view.ts'
import { toClock } from './words.ts'

const EVENTS_SHOWN = 12

export function TimebackStop({ view }: { view: View }) {
  const { received, switches } = view
  const [chosenId, setChosenId] = useState<number>()
  const events = received.events.slice(-EVENTS_SHOWN).toReversed()
  const chosen = events.find(({ id }) => id === chosenId) ?? events[0]
  return (
    <Stop
      id="received"
      number={5}
      title="What Timeback received"
      isBroken={switches.timeback !== 'up'}
    >
      <p class="state">{toState(view)}</p>
      <div class="received">
        <ol class="events" aria-label="Events, newest first">
          {events.map((event) => (
            <li key={event.id}>
              <EventButton
                event={event}
                isChosen={event === chosen}
                onChoose={() => setChosenId(event.id)}
              />
            </li>
          ))}
          {events.length === 0 && (
            <li class="empty">Nothing yet. Finish the activity, and two events arrive.</li>
          )}
        </ol>
        <textarea
          readOnly
          spellcheck={false}
          aria-label="The chosen event as JSON"
          value={chosen ? JSON.stringify(chosen, null, 2) : '{ }'}
        />
      </div>
    </Stop>
  )
}

interface EventButtonProps {
  event: TimebackEvent
  isChosen: boolean
  onChoose: () => void
}

function EventButton({ event, isChosen, onChoose }: EventButtonProps) {
  const { title, lines } = toReading(event)
  return (
    <button type="button" class="event" aria-pressed={isChosen} onClick={onChoose}>
      <b>{title}</b>
      {lines.map((line) => (
        <span key={line}>{line} </span>
      ))}
    </button>
  )
}

/** What is wrong there, while something is. */
const TROUBLES: Record<View['switches']['timeback'], string> = {
  up: '',
  '500': 'It takes each event, and answers 500.',
  '429': 'It takes no event: too many requests.',
  slow: 'It takes 4 s for each answer.',
  silent: 'It takes each event, and never answers.',
}

function toState({ received, switches, isDemoThere }: View): string {
  if (!isDemoThere) return 'The demo’s server does not answer: is npm start still running?'
  return TROUBLES[switches.timeback] || toSummary(received)
}

/** What Timeback makes of it all, also of runs before this one. */
function toSummary({ learner, results }: View['received']): string {
  if (!learner) return 'Timeback’s stand-in, strict as the documents are.'
  const { name, activeSeconds, xp } = learner
  const result = results[0]
  const score = result && result.score !== null ? `, last score ${result.score}` : ''
  return `Of ${name} it knows: ${toClock(activeSeconds * 1_000)} active, ${xp} XP${score}.`
}
