/** The panels' one place where things come together: a view, drawn anew whenever somebody learns something. */
import { render } from 'preact'
import type { Run } from '../../src/index.ts'
import { createActs, FIRST_WORD, type Word } from './acts.ts'
import { readSwitches } from './ask.ts'
import { Breakers } from './breakers.tsx'
import { createDevice } from './device.ts'
import { keepLooking } from './looks.ts'
import { OutboxStop } from './outbox-stop.tsx'
import { SignalStop, TimelineStop } from './page-stop.tsx'
import { PolicyPanel } from './policy-panel.tsx'
import { RelayStop } from './relay-stop.tsx'
import { watchSignals } from './signals.ts'
import { SnippetPanel } from './snippet-panel.tsx'
import { TimebackStop } from './timeback-stop.tsx'
import { FIRST_VIEW, type View } from './view.ts'
import { Way } from './way.tsx'

/** Fine enough to see time grow, and nothing of it is asked of a server. */
const TICK_MS = 250

let view: View = FIRST_VIEW
let word: Word = FIRST_WORD
/** The run whose timeline is drawn: one that has ended still tells it. */
let run: Run | null | undefined

const panels = find('#panels')

const device = createDevice(
  find('#device'),
  (page, stint) => {
    const { documentElement } = page.document
    const { idleAfterMs } =
      documentElement.querySelector<HTMLElement>('script[data-activity]')?.dataset ?? {}
    show({ openedAt: Date.now(), idleAfterMs: Number(idleAfterMs) || FIRST_VIEW.idleAfterMs })
    watchSignals(page, (name, at) => show({ heard: { ...view.heard, [name]: at } }))
    stint.subscribe(look)
    look()
  },
  look,
)

function find(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector)
  if (!element) throw new Error(`index.html has no ${selector}`)
  return element
}

function show(part: Partial<View>) {
  view = { ...view, ...part, now: Date.now() }
  draw()
}

/** What the learner's page says now. When it is gone, its last word stays to be seen. */
function look() {
  const state = device.state()
  const snapshot = state === 'open' ? device.stint()?.getSnapshot() : view.snapshot
  if (state === 'open') run = device.stint()?.current ?? run
  const report = view.report?.runId === snapshot?.run?.runId ? view.report : undefined
  show({ device: state, snapshot, report, spans: state === 'dead' ? view.spans : toSpans() })
}

/** A page that is being unloaded may throw: then what was seen last stays. */
function toSpans() {
  try {
    return run?.spans() ?? []
  } catch {
    return view.spans
  }
}

const acts = createActs({
  device,
  show,
  say(next) {
    word = next
    draw()
  },
})

function draw() {
  render(
    <>
      <Way view={view} />
      <Breakers view={view} acts={acts} word={word} />
      <SignalStop view={view} />
      <TimelineStop view={view} />
      <OutboxStop view={view} />
      <RelayStop view={view} />
      <TimebackStop view={view} />
      <PolicyPanel view={view} />
      <SnippetPanel />
    </>,
    panels,
  )
}

find('#reset').addEventListener('click', () => void acts.reset())
// The stand-in listens on the next port.
find('#stand-in').setAttribute('href', `//${location.hostname}:${Number(location.port) + 1}/`)
device.open()
readSwitches().then(
  (switches) => show({ switches }),
  () => show({ isDemoThere: false }),
)
keepLooking(() => view, show)
setInterval(() => {
  if (!document.hidden) look()
}, TICK_MS)
