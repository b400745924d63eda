/**
 * The script tag: `<script src="https://RELAY/stint.js" data-activity="fractions-1" data-name="Fractions"
 * data-subject="Math" data-grade="5" defer></script>`. Starts a run, shows the widget, binds `[data-stint-start]` and
 * `[data-stint-end]`. The only file of the page that does something when it is loaded; its one global is `Stint`.
 */
import type { Activity, Subject } from './contract/activity.ts'
import type { Result } from './contract/result.ts'
import { takeLaunchCode } from './page/launch-code.ts'
import type { Stint, StintOptions, TimeOptions } from './page/host.ts'
import { createStint } from './page/stint.ts'
import { isOff } from './widget/options.ts'
import type { Switch, WidgetOptions } from './widget/mount.tsx'

type Data = DOMStringMap

const TIME_OPTIONS = [
  'idleAfterMs',
  'mediaIdleAfterMs',
  'frameIdleAfterMs',
  'suspendAfterMs',
  'leaveAfterMs',
] as const

/** `NaN` for what is no number: whoever checks it says which field it is. */
const toNumber = (text: string | undefined) => (text?.trim() ? Number(text) : undefined)

/** A threshold that is no number is left out, and the author told. */
function toThreshold(text: string | undefined) {
  const number = text === 'never' ? text : toNumber(text)
  if (!Number.isNaN(number)) return number
  console.error(`[stint] a threshold is a number: ${text}`)
  return undefined
}

/** Every option of `createStint` has its attribute. */
function readOptions(data: Data, src: string): StintOptions {
  const { relay, frames } = data
  const ticket = takeLaunchCode() ?? data.ticket
  if (relay && !/^https?:/.test(relay)) {
    console.error('[stint] data-relay is a whole address, like https://relay.example:', relay)
  }
  const thresholds = TIME_OPTIONS.map((name) => [name, toThreshold(data[name])])
  return {
    relay: relay || new URL(src, location.href).origin,
    ...(ticket && { ticket }),
    ...(Object.fromEntries(thresholds) as TimeOptions),
    // An origin has no slash at its end, and many who copy one have.
    frames: frames?.split(/\s+/).map((origin) => origin.replace(/\/$/, '')) ?? [],
    onError: (error) => console.error('[stint]', error.code, error.message),
  }
}

/** `start` checks what is read here, and its message names the field. */
function readActivity({
  activity = '',
  name,
  subject,
  grade,
  course,
  courseId,
  runId,
}: Data): Activity & { runId?: string } {
  return {
    id: activity,
    name: name || activity,
    course: course
      ? { code: course }
      : courseId
        ? { id: courseId }
        : { subject: subject as Subject, grade: toNumber(grade) as number },
    ...(runId && { runId }),
  }
}

/** What the element that ends the run says of it. */
function readResult({
  totalQuestions,
  correctQuestions,
  masteredUnits,
  pctComplete,
}: Data): Result {
  const given = {
    totalQuestions: toNumber(totalQuestions),
    correctQuestions: toNumber(correctQuestions),
    masteredUnits: toNumber(masteredUnits),
    pctComplete: toNumber(pctComplete),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const whenBodyIsThere = (act: () => void) =>
  document.body ? act() : document.addEventListener('DOMContentLoaded', act, { once: true })

/** The element with the mark that an event was on or in, though it is in a shadow root. */
const find = (event: Event, mark: string) =>
  event.composedPath().find((node) => node instanceof HTMLElement && node.matches(mark)) as
    HTMLElement | undefined

const END = '[data-stint-end]'

/** Whether a click on it is about to submit a form of the page's: of one in a shadow root nobody out here would hear. */
const isSubmitting = (element: HTMLElement, { defaultPrevented }: Event) => {
  const { form, type } = element as HTMLButtonElement
  return form?.getRootNode() === document && !defaultPrevented && /submit|image/.test(type)
}

/** A form, and a button that submits one, end the run when it is submitted; anything else when it is clicked. */
function bindEnd(stint: Stint) {
  document.addEventListener('click', (event) => {
    const element = find(event, END)
    if (!element || element instanceof HTMLFormElement || isSubmitting(element, event)) return
    void stint.current?.end(readResult(element.dataset))
  })
  document.addEventListener('submit', ({ target, submitter }) => {
    const marked = [target, submitter].filter(
      (element): element is HTMLElement => element instanceof HTMLElement && element.matches(END),
    )
    // The button knows better.
    const data: Data = Object.assign({}, ...marked.map(({ dataset }) => ({ ...dataset })))
    if (marked[0]) void stint.current?.end(readResult(data))
  })
}

function bindStart(start: () => void) {
  document.addEventListener('click', (event) => {
    if (find(event, '[data-stint-start]')) start()
  })
}

function begin(stint: Stint, data: Data) {
  try {
    stint.start({ ...readActivity(data), replace: true })
  } catch (error) {
    console.error('[stint] the tag can not start:', error)
  }
}

function embed(script: HTMLScriptElement) {
  const { dataset } = script
  const stint = createStint(readOptions(dataset, script.src))
  Object.assign(window, { Stint: stint })
  const start = () => {
    if (!stint.current) begin(stint, dataset)
  }
  // Time first, looks later: the page may not have a body yet.
  const { activity, start: when = activity ? 'load' : 'manual' } = dataset
  if (when === 'load') start()
  else if (when === 'click') bindStart(start)
  else if (when !== 'manual') console.error('[stint] data-start is load, click or manual:', when)
  bindEnd(stint)
  if (!isOff(dataset.widget as Switch)) whenBodyIsThere(() => void showWidget(stint, script))
}

/** From beside the script, and only now: time does not wait for it, nor for whether it comes at all. */
async function showWidget(stint: Stint, { src, dataset }: HTMLScriptElement) {
  try {
    // A script that is part of the page has no address; then it is the relay's.
    const url = new URL('stint-widget.js', src || `${dataset.relay}/`).href
    const { mountWidget } = (await import(
      /* @vite-ignore */ url
    )) as typeof import('./widget/mount.tsx')
    mountWidget(stint, dataset as WidgetOptions)
  } catch (error) {
    console.error('[stint] the widget can not be shown, time is kept:', error)
  }
}

// A module has no current script.
const script = document.currentScript ?? document.querySelector('script[src*="stint.js"]')

// A tag manager may load the script twice: the first one is running, and two would time everything twice. Where a site puts
// one page in the place of another, the next one's tag has another activity.
// An element of the page with `id="Stint"` is a global too, and no reason to stay away.
const { Stint: running } = window as { Stint?: Partial<Stint> }
if (script instanceof HTMLScriptElement) {
  const { activity, start = 'load' } = script.dataset
  if (!running?.getSnapshot) embed(script)
  else if (activity && start === 'load' && activity !== running.getSnapshot().run?.activity.id)
    begin(running as Stint, script.dataset)
}
