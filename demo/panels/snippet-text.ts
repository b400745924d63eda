/** What an author writes to have an activity timed, in the form's words: a script tag, the npm package, a React hook. */
import type { Subject } from '../../src/index.ts'

export interface SnippetForm {
  relay: string
  id: string
  name: string
  subject: Subject
  grade: number
  /** In seconds; empty for the relay's own. */
  idleAfter: string
  start: 'load' | 'click'
  showsWidget: boolean
}

export const FIRST_FORM: Omit<SnippetForm, 'relay'> = {
  id: 'fractions-1',
  name: 'Comparing fractions',
  subject: 'Math',
  grade: 5,
  idleAfter: '',
  start: 'load',
  showsWidget: true,
}

/** A page without any script of its own. */
export function toTag(form: SnippetForm): string {
  const { relay, id, name, subject, grade, start, showsWidget } = form
  const idleAfterMs = toIdleAfterMs(form)
  const attributes = [
    ['src', `${relay}/stint.js`],
    ['data-activity', id],
    ['data-name', name],
    ['data-subject', subject],
    ['data-grade', String(grade)],
    ...(idleAfterMs ? [['data-idle-after-ms', String(idleAfterMs)]] : []),
    ...(start === 'click' ? [['data-start', 'click']] : []),
    ...(showsWidget ? [] : [['data-widget', 'off']]),
  ]
  const lines = attributes.map(([key, value]) => `  ${key}="${escape(value ?? '')}"`)
  const begin = start === 'click' ? '\n<button data-stint-start>Begin</button>' : ''
  return `<script
${lines.join('\n')}
  defer></script>
${begin}
<form data-stint-end
  data-total-questions="5"
  data-correct-questions="4">…</form>`
}

/** A page of one's own: `npm install stint`. */
export function toNpm(form: SnippetForm): string {
  const { id, name, subject, grade } = form
  return `import { createStint } from 'stint'

const stint = createStint({ ${toOptions(form)} })

const run = stint.start({
  id: ${quote(id)},
  name: ${quote(name)},
  course: { subject: ${quote(subject)}, grade: ${grade} },
})

// When the learner is done:
await run.end({ totalQuestions: 5, correctQuestions: 4 })`
}

/** A React app, whose component is timed while it is mounted. */
export function toReact(form: SnippetForm): string {
  const { id, name, subject, grade } = form
  return `import { createStint } from 'stint'
import { useStint } from 'stint/react'

// Once for the whole app.
const stint = createStint({ ${toOptions(form)} })

function Lesson() {
  const { run } = useStint(stint, {
    id: ${quote(id)},
    name: ${quote(name)},
    course: { subject: ${quote(subject)}, grade: ${grade} },
  })
  const handIn = () =>
    stint.current?.end({ totalQuestions: 5, correctQuestions: 4 })

  return <button onClick={handIn}>Hand in</button>
}`
}

/** What `createStint` is told. */
function toOptions(form: SnippetForm): string {
  const idleAfterMs = toIdleAfterMs(form)
  const relay = `relay: ${quote(form.relay)}`
  return idleAfterMs ? `${relay}, idleAfterMs: ${idleAfterMs}` : relay
}

/** Thresholds are at least a second; what is no number says nothing. */
function toIdleAfterMs({ idleAfter }: SnippetForm): number | undefined {
  const seconds = Number(idleAfter)
  return seconds >= 1 ? Math.round(seconds * 1_000) : undefined
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
