/**
 * The demo: a quiz that knows nothing of time, and four panels that look at each second on its way. What times it is
 * the script tag in index.html; this only looks on. What an element says in each case is in its `data-…` attributes.
 */

const COURSE = { subject: 'Math', grade: 5 }
const ACTIVITY = { id: 'fractions-1', name: 'Comparing fractions', course: COURSE }
const KINDS = ['active', 'inactive', 'waste', 'unknown', 'uncounted']
const TOLD_ALWAYS = ['active', 'inactive', 'waste']
const RIGHT = { 1: '3/8', 2: '4/8', 3: '1/3', 4: '5/6', 5: 'less' }
const ANSWERS_KEY = 'demo:answers'
const LOOK_EVERY_MS = 1_000
const ROWS_SHOWN = 3
const STRETCHES_SHOWN = 3

const find = (selector, root = document) => root.querySelector(selector)
const quiz = find('#quiz')
const questions = [...quiz.querySelectorAll('fieldset')]

/** The choice made, by question. Kept over a reload, as the run is. */
let answers = JSON.parse(sessionStorage.getItem(ANSWERS_KEY) ?? '{}')

const isRight = (question) => answers[question] === RIGHT[question]
const toResult = () => ({
  totalQuestions: questions.length,
  correctQuestions: Object.keys(answers).filter(isRight).length,
})

function drawQuiz() {
  for (const fieldset of questions) drawQuestion(fieldset)
  const answered = Object.keys(answers).length
  find('progress').value = answered
  setText('#progress', `${answered} of ${questions.length} answered`)
  find('#finish').disabled = answered < questions.length
  // When the form is submitted, Stint takes the result from its data attributes.
  Object.assign(quiz.dataset, toResult())
}

/** The first choice counts. What was chosen stays enabled, so that the keyboard's place is not lost. */
function drawQuestion(fieldset) {
  const { question } = fieldset.dataset
  const chosen = answers[question]
  for (const input of fieldset.elements) {
    input.checked = input.value === chosen
    input.disabled = chosen !== undefined && !input.checked
    const mark = input.value === RIGHT[question] ? 'right' : input.checked ? 'wrong' : ''
    input.parentElement.dataset.mark = chosen ? mark : ''
  }
  setText('.feedback b', isRight(question) ? 'Right.' : 'Not quite.', fieldset)
  find('.feedback span', fieldset).hidden = !chosen
}

function choose({ target }) {
  if (target.type !== 'radio') return
  answers[target.closest('fieldset').dataset.question] = target.value
  sessionStorage.setItem(ANSWERS_KEY, JSON.stringify(answers))
  drawQuiz()
}

/** Arrow keys would choose as they move, and a choice is final here: so they only move, and Space chooses. */
function moveOnly(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  if (!step || event.altKey || event.target.type !== 'radio') return
  event.preventDefault()
  const inputs = [...event.target.closest('fieldset').elements].filter(({ disabled }) => !disabled)
  inputs.at((inputs.indexOf(event.target) + step) % inputs.length).focus()
}

function finish(event) {
  event.preventDefault()
  const run = window.Stint?.current
  const result = toResult()
  sessionStorage.removeItem(ANSWERS_KEY)
  quiz.dataset.ended = ''
  setText('#result h3', `${result.correctQuestions} of ${result.totalQuestions} right`)
  say('#result p', 'saving')
  find('#result').focus()
  // The form has `data-stint-end`, so Stint ends the run by this very event, after us. To end it once more changes
  // nothing, and tells how far the result got.
  setTimeout(async () => say('#result p', (await run?.end(result))?.saved ?? 'untimed'))
}

function startAgain() {
  answers = {}
  quiz.reset()
  drawQuiz()
  delete quiz.dataset.ended
  find('input').focus()
  window.Stint?.start(ACTIVITY)
}

/** In the page: Stint's own measure, at each of its ticks. */
function drawSplit() {
  const { run } = window.Stint.getSnapshot()
  if (!run) return
  say('#split .state', run.isEnded ? 'ended' : run.presence)
  for (const kind of KINDS) setText(`#split dl .${kind} dd`, toClock(run.totals[kind]))
  // The last run stays to be seen; only an open one has a timeline.
  const stretches = window.Stint.current?.spans()
  if (stretches) drawStretches(stretches)
  find('#flag').setAttribute('aria-pressed', run.presence === 'flag')
  for (const button of find('.acts').querySelectorAll('button')) button.disabled = run.isEnded
}

function drawStretches(stretches) {
  drawBar('#timeline', stretches)
  const rows = stretches.slice(-STRETCHES_SHOWN).toReversed().map(toStretchRow)
  find('#stretches tbody').replaceChildren(...rows)
}

const toKind = ({ metric }) => metric ?? 'uncounted'
const toWhy = ({ metric, reason }) =>
  `${metric ?? 'not counted'}${reason ? `, ${reason.replace('-', ' ')}` : ''}`

function toStretchRow(stretch) {
  const { from, to, presence } = stretch
  const texts = [toTime(from), presence, toClock(to - from), toWhy(stretch)]
  const row = make('tr', ...texts.map((text) => make('td', text)))
  row.className = toKind(stretch)
  return row
}

/** Each stretch as long as it lasted, in the colour of what it counts as. */
function drawBar(selector, stretches) {
  const parts = stretches.map((stretch) => {
    const part = make('i')
    part.className = toKind(stretch)
    part.style.flexGrow = stretch.to - stretch.from
    const outcome = stretch.outcome ? `: ${stretch.outcome}` : ''
    part.title = `${stretch.presence} ${toClock(stretch.to - stretch.from)}, ${toWhy(stretch)}${outcome}`
    return part
  })
  find(selector).replaceChildren(...parts)
}

function toggleFlag() {
  const run = window.Stint?.current
  if (find('#flag').getAttribute('aria-pressed') === 'true') run?.unflag()
  else run?.flag('waste', 'guessing')
}

function claimPaper() {
  const { done, none } = find('#paper').dataset
  setText('#acted', window.Stint?.current?.claim('on-paper') ? done : none)
  setTimeout(setText, 4_000, '#acted', '')
  drawSplit()
}

let receiptAt = 0

/** The browser tells of each flush that was answered; where it tells no status, the answer has to do. */
function noteReceipts(list) {
  const flushes = list.getEntriesByName(`${location.origin}/v1/entries`)
  const last = flushes.findLast(({ responseStatus = 200 }) => responseStatus === 200)
  if (last) receiptAt = performance.timeOrigin + last.responseEnd
}

async function drawOutbox() {
  const rows = await readOutbox().catch(() => [])
  const { sync, problem } = window.Stint.getSnapshot()
  say('#sync', sync)
  setText('#receipt', receiptAt ? `Last receipt ${toTime(receiptAt)}.` : 'No receipt yet.')
  setText('#problem', problem ? `Last problem: ${problem.code}.` : '')
  const isEmpty = rows.length === 0 && sync === 'saved'
  setText('#rest', isEmpty ? 'empty: the relay has everything' : `Rows: ${rows.length}`)
  find('#outbox tbody').replaceChildren(...rows.slice(0, ROWS_SHOWN).map(toTableRow))
}

/** Reads Stint's IndexedDB. It is Stint's to make: where there is none yet, opening it is undone. */
async function readOutbox() {
  const opening = indexedDB.open('stint')
  opening.addEventListener('upgradeneeded', () => opening.transaction.abort())
  const db = await toPromise(opening)
  const store = db.transaction('outbox').objectStore('outbox')
  const rows = toPromise(store.getAll(IDBKeyRange.bound('entry:', 'entry;')))
  db.close()
  return rows
}

const toPromise = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })

function toTableRow({ entry, reach }) {
  // `run/leg/start`, `run/leg/7` or `run/end`: four characters tell runs and legs apart.
  const id = entry.id.replace(/[^/]{9,}/g, (long) => long.slice(0, 4))
  const { size } = new Blob([JSON.stringify(entry)])
  const texts = [id, entry.type, reach ? toClock(reach) : '', `${size} B`]
  return make('tr', ...texts.map((text) => make('td', text)))
}

/** At the relay: what it measured of the run, and what it told of it. */
async function drawLedger() {
  const { run } = window.Stint.getSnapshot()
  // Of a run of which nothing was sent yet, the relay would know nothing.
  if (!run || receiptAt < run.startedAt) return
  const { state, legs, seen, counted, deliveries } = await readRun(run.runId)
  const states = new Set(
    deliveries.filter(({ kind }) => kind === 'caliper').map((delivery) => delivery.state),
  )
  say('#ledger .state', state)
  const timeline = legs
    .flatMap((leg) => leg.timeline)
    .toSorted((one, other) => one.from - other.from)
  drawBar('#record', timeline)
  setText('#measured', toSplit(seen))
  setText('#told', deliveries.length ? toSplit(counted) : 'nothing yet')
  setText('#delivery', [...states].join(', ') || 'nothing yet')
  const { context } = window.Stint
  if (context) setText('#place', toPlace(context))
  setText('#grade', toGrade(deliveries.find(({ kind }) => kind === 'readback')))
}

/** What the relay read back from the gradebook. */
function toGrade({ state, answer } = {}) {
  if (state !== 'delivered') return state ? 'not to be seen yet' : 'nothing yet'
  const { score, xp, attempt } = JSON.parse(answer)
  return `score ${score ?? 'none'}, ${xp ?? 0} XP, attempt ${attempt}`
}

/** What the relay looked up at Timeback: whether the learner is in the course, and what today came to before this run. */
function toPlace({ enrolled, course, progress, today }) {
  return [
    `${course?.name ?? 'not found'}${enrolled === false ? ', not enrolled' : ''}`,
    today && `today ${toClock(today.activeMs)} active, ${today.xpEarned} XP`,
    progress && `${progress.lessonsDone} of ${progress.lessons} lessons`,
  ]
    .filter(Boolean)
    .join('; ')
}

let reading = { token: '', until: 0 }

/** A learner may read their own runs, with a short token that comes with a grant. */
async function readRun(runId) {
  if (reading.until < Date.now()) {
    const body = JSON.stringify({ v: 1, startedAt: Date.now(), sentAt: Date.now() })
    reading = (await readJson('/v1/grants', { method: 'POST', body })).reading
  }
  return readJson(`/v1/runs/${runId}`, { headers: { authorization: `Bearer ${reading.token}` } })
}

/** At Timeback: each event that its stand-in took. One that was stored twice is to be seen twice. */
async function drawReceived() {
  const events = await readJson('/demo/received')
  const list = find('#received ol')
  // The stand-in only adds, so what is on the page stays; with fewer than before, it was started anew.
  if (events.length < list.children.length) list.replaceChildren()
  for (const event of events.slice(list.children.length)) list.prepend(toItem(event))
  say('#received .state', events.length ? 'some' : 'none')
}

function toItem(event) {
  const { type, generated, created_at: at } = event
  const words = type === 'ActivityEvent' ? toScore(generated) : toSpent(generated)
  const line = make('summary', make('b', type), `: ${words} `, make('time', toTime(at)))
  const json = make('pre', JSON.stringify(event, null, 2))
  json.tabIndex = 0
  return make('li', make('details', line, json))
}

function toScore({ items, attempt }) {
  const of = Object.fromEntries(items.map(({ type, value }) => [type, value]))
  return `${of.correctQuestions} of ${of.totalQuestions} right, ${of.xpEarned} XP, attempt ${attempt}`
}

/** Timeback's values are seconds. */
const toSpent = ({ items }) =>
  items.map(({ type, value, subType }) => toMetric(type, value * 1_000, subType)).join(', ')

const toSplit = (totals) =>
  [...KINDS, 'anti-pattern']
    .filter((kind) => totals[kind] > 0 || TOLD_ALWAYS.includes(kind))
    .map((kind) => toMetric(kind === 'uncounted' ? 'not counted' : kind, totals[kind]))
    .join(', ')
const toMetric = (name, ms, reason) =>
  `${name} ${toClock(ms)}${reason ? ` (${reason.replace('-', ' ')})` : ''}`

const toTime = (at) => new Date(at).toLocaleTimeString()
const toClock = (ms) =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`

async function readJson(path, init) {
  const response = await fetch(path, init)
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

function make(tag, ...children) {
  const element = document.createElement(tag)
  element.append(...children)
  return element
}

/** Writes only what changed, since screen readers speak what is written. */
function setText(selector, text, root) {
  const element = find(selector, root)
  if (element.textContent !== text) element.textContent = text
}

/** Says what index.html has for this case. */
function say(selector, word) {
  const element = find(selector)
  setText(selector, element.dataset[word])
  element.dataset.says = word
}

/** Again and again, while anybody can see it. */
async function keepLooking(panel, look) {
  if (!document.hidden) await look().catch(() => say(`${panel} .state`, 'unreachable'))
  setTimeout(keepLooking, LOOK_EVERY_MS, panel, look)
}

quiz.addEventListener('change', choose)
quiz.addEventListener('keydown', moveOnly)
quiz.addEventListener('submit', finish)
find('#again').addEventListener('click', startAgain)
find('#flag').addEventListener('click', toggleFlag)
find('#paper').addEventListener('click', claimPaper)
drawQuiz()
void keepLooking('#received', drawReceived)
// The stand-in listens on the next port.
find('#stand-in').href = `//${location.hostname}:${Number(location.port) + 1}/`
if (window.Stint) {
  new PerformanceObserver(noteReceipts).observe({ type: 'resource', buffered: true })
  window.Stint.subscribe(drawSplit)
  drawSplit()
  void keepLooking('#outbox', drawOutbox)
  void keepLooking('#ledger', drawLedger)
}
