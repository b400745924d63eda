/** A Caliper event as one would read it out: who did what, in which activity, and what it came to. */
import { toClock, toTime } from './words.ts'

/** What of a stored event is read here; the rest is shown as it is. */
export interface TimebackEvent {
  id: number
  type: string
  created_at: string
  actor: { email: string }
  object: { subject?: string; course?: { name: string }; activity?: { name: string } }
  generated: { attempt?: number; items: { type: string; value: number; subType?: string }[] }
  extensions?: { runId?: string }
}

export interface EventReading {
  title: string
  /** One sentence each. */
  lines: string[]
}

export function toReading(event: TimebackEvent): EventReading {
  const { actor, object, created_at: at } = event
  const activity = object.activity?.name ?? 'an activity'
  const course = object.course?.name ?? object.subject ?? ''
  const where = `${activity}${course && `, ${course}`}`
  const isDone = event.type === 'ActivityEvent'
  return {
    title: isDone ? 'Completed' : 'Time spent',
    lines: [
      `${actor.email} ${isDone ? 'completed' : 'worked on'} ${where}.`,
      isDone ? toResult(event) : toTimes(event),
      `Received ${toTime(at)}.`,
    ],
  }
}

function toResult({ generated: { items, attempt } }: TimebackEvent): string {
  const of = Object.fromEntries(items.map(({ type, value }) => [type, value]))
  const score = `${of.correctQuestions ?? 0} of ${of.totalQuestions ?? 0} right`
  return `${score}, ${of.xpEarned ?? 0} XP, attempt ${attempt ?? 1}.`
}

/** Timeback's values are seconds. */
function toTimes({ generated: { items } }: TimebackEvent): string {
  const times = items.map(({ type, value, subType }) => {
    const why = subType && value > 0 ? ` (${subType.replaceAll('-', ' ')})` : ''
    return `${toClock(value * 1_000)} ${type}${why}`
  })
  return `${times.join(', ')}.`
}

/** What Timeback was told of a run's time, in ms. */
export function toToldMs(events: readonly TimebackEvent[], runId: string | undefined): number {
  const items = events
    .filter(({ type, extensions }) => type === 'TimeSpentEvent' && extensions?.runId === runId)
    .flatMap(({ generated }) => generated.items)
  return items.reduce((total, { value }) => total + value * 1_000, 0)
}
