/**
 * The sandbox's page: one document without any other file. It asks for the state each second while it is seen, and
 * touches only what has changed, so that nothing flickers and a selection stays. Text reaches the page as text alone.
 */

const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f5f2; --card: #ffffff; --ink: #1d2430; --soft: #5c6675; --line: #e2dfd8;
  --active: #1f7a5c; --inactive: #a8741a; --waste: #b3432f; --accent: #2f5fb3; --new: #fff3c9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --card: #1d2229; --ink: #e9ebee; --soft: #9aa4b2; --line: #303843;
    --active: #58c39b; --inactive: #dfae55; --waste: #ea8a76; --accent: #8db4f5; --new: #3b3517;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.75rem; }
h1 { margin: 0; font-size: 1.5rem; letter-spacing: -0.01em; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.05rem; }
p { margin: 0.25rem 0 0; color: var(--soft); }
.counts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1rem; }
.counts div { display: flex; align-items: baseline; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 0.5rem 0.9rem; }
.counts b { font-size: 1.15rem; font-variant-numeric: tabular-nums; margin-right: 0.35rem; }
.counts span, small, .id { color: var(--soft); }
#link { align-self: stretch; align-items: center; color: var(--soft); }
#link.lost { border-color: var(--waste); color: var(--waste); }
#learners, #others { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
.learner { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 0.8rem 1rem; }
summary { cursor: pointer; color: var(--soft); margin: 0.75rem 0; }
.learner small { display: block; margin-bottom: 0.5rem; }
.learner.quiet .bar, .learner.quiet small { display: none; }
.learner.quiet .chips { margin-top: 0.5rem; }
.learner h3 { margin: 0; font-size: 1rem; }
.id { font: 0.78rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.xp { display: flex; justify-content: space-between; margin-top: 0.5rem; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: 8px; border-radius: 4px; overflow: hidden; background: var(--line); margin: 0.4rem 0; }
.bar i { flex: 0 0 auto; width: 0; transition: width 0.4s; }
.bar .active { background: var(--active); } .bar .inactive { background: var(--inactive); }
.bar .waste { background: var(--waste); }
.chips { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.chip { border: 1px solid var(--line); border-radius: 99px; padding: 0 0.6rem; font-size: 0.8rem; }
#faults { margin-top: 0.5rem; } #faults .chip { border-color: var(--waste); color: var(--waste); }
.chip.over { text-decoration: line-through; color: var(--soft); }
table { width: 100%; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
tr:last-child td { border-bottom: 0; }
th, td { text-align: left; vertical-align: top; padding: 0.45rem 0.7rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; font-size: 0.8rem; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
tr.deleted td { color: var(--soft); text-decoration: line-through; }
tr.completion td:nth-child(2) { color: var(--accent); font-weight: 600; }
tr.fresh td { animation: fresh 2.5s ease-out; }
@keyframes fresh { from { background: var(--new); } }
.empty { padding: 1rem; border: 1px dashed var(--line); border-radius: 12px; }
footer { padding-top: 1.5rem; padding-bottom: 3rem; }
@media (prefers-reduced-motion: reduce) { tr.fresh td, .bar i { animation: none; transition: none; } }
@media (max-width: 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  td { display: grid; grid-template-columns: 6rem minmax(0, 1fr); border: 0; padding: 0.1rem 0.8rem; }
  td::before { content: attr(data-label); color: var(--soft); font-size: 0.8rem; }
}
`

const SCRIPT = `
const EVERY_MS = 1000
const at = (id) => document.getElementById(id)
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text }
const setClass = (node, name) => { if (node.className !== name) node.className = name }
const make = (tag, name) => { const node = document.createElement(tag); node.className = name || ''; return node }
const number = (value) => value === null ? '–' : String(Math.round(value * 100) / 100)
const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const time = (seconds) => {
  const whole = Math.round(seconds)
  return Math.floor(whole / 60) + ' min ' + String(whole % 60).padStart(2, '0') + ' s'
}

// Keeps one node for each key, in the order of the items: what is there already is only brought up to date.
function keep(parent, items, create, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]))
  items.forEach((item, index) => {
    let node = known.get(item.id)
    if (!node) { node = create(item); node.dataset.key = item.id }
    known.delete(item.id)
    update(node, item)
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] || null)
  })
  for (const node of known.values()) node.remove()
}

function createLearner() {
  const card = make('article', 'learner')
  for (const [tag, name] of [['h3', ''], ['div', 'id'], ['div', 'xp'], ['div', 'bar'], ['small', ''], ['div', 'chips']]) {
    card.append(make(tag, name))
  }
  card.children[2].append(make('b'), make('span'))
  for (const name of ['active', 'inactive', 'waste']) card.children[3].append(make('i', name))
  return card
}

function updateLearner(card, one) {
  const [name, id, xp, bar, rest, chips] = card.children
  setClass(card, one.isBusy ? 'learner' : 'learner quiet')
  setText(name, one.name)
  setText(id, one.id + (one.role === 'student' ? '' : ' · ' + one.role))
  setText(xp.children[0], number(one.xp) + ' XP')
  setText(xp.children[1], time(one.activeSeconds) + ' active')
  const parts = [one.activeSeconds, one.inactiveSeconds, one.wasteSeconds]
  const total = parts[0] + parts[1] + parts[2]
  parts.forEach((part, index) => { bar.children[index].style.width = total ? 100 * part / total + '%' : '0' })
  setText(rest, time(parts[1]) + ' inactive · ' + time(parts[2]) + ' waste')
  const places = one.enrollments.length ? one.enrollments : [{ id: '-', course: 'not enrolled', isOver: false, lessons: 0 }]
  keep(chips, places, () => make('span'), (chip, place) => {
    setClass(chip, place.isOver ? 'chip over' : 'chip')
    const lessons = place.lessons === 1 ? ' · 1 lesson' : ' · ' + place.lessons + ' lessons'
    setText(chip, place.course + (place.lessons ? lessons : ''))
  })
}

let isFirst = true
function fill(table, rows, cells, name) {
  const labels = [...table.querySelectorAll('th')].map((cell) => cell.textContent)
  table.hidden = rows.length === 0
  table.nextElementSibling.hidden = rows.length > 0
  keep(table.querySelector('tbody'), rows, () => {
    const row = make('tr')
    for (const label of labels) row.insertCell().dataset.label = label
    row.dataset.fresh = isFirst ? '' : ' fresh'
    return row
  }, (row, one) => {
    setClass(row, name(one) + row.dataset.fresh)
    cells(one).forEach((text, index) => setText(row.cells[index], text))
  })
}

function count(id, many, word) {
  setText(at(id + '-count'), String(many))
  setText(at(id + '-count').nextElementSibling, many === 1 ? word : word + 's')
}

function show(state) {
  count('events', state.counts.events, 'event')
  count('results', state.counts.results, 'result')
  setText(at('learners-count'), String(state.counts.learners))
  keep(at('faults'), state.faults, () => make('span', 'chip'), (chip, fault) => setText(chip, fault.text))
  const busy = state.learners.filter((one) => one.isBusy)
  const others = state.learners.filter((one) => !one.isBusy)
  keep(at('learners'), busy, createLearner, updateLearner)
  keep(at('others'), others, createLearner, updateLearner)
  at('nobody').hidden = busy.length > 0
  setText(at('others-count'), String(others.length))
  if (isFirst) at('rest').open = busy.length === 0
  fill(at('results'), state.results, (one) => [
    one.learner, one.title, number(one.score), number(one.attempt), number(one.xp), clock(one.scoreDate), one.by, one.scoreStatus,
  ], (one) => one.isDeleted ? 'deleted' : '')
  fill(at('events'), state.events, (one) => [
    clock(one.eventTime), one.type.replace('Event', ''), one.learner + (one.isKnown ? '' : ' (not on the roster)'), one.activity,
    one.items.map((item) => item.type + ' ' + number(item.value)).join(', '),
  ], (one) => one.type === 'ActivityEvent' ? 'completion' : '')
  isFirst = false
}

async function read() {
  try {
    const answer = await fetch('/_sandbox/state', { cache: 'no-store' })
    return answer.ok ? await answer.json() : undefined
  } catch {
    return undefined
  }
}

let last = ''
async function look() {
  if (document.hidden) return
  const state = await read()
  setClass(at('link'), state ? '' : 'lost')
  setText(at('link'), state ? 'live' : 'the sandbox does not answer')
  if (!state) return
  const text = JSON.stringify({ ...state, at: '' })
  if (text !== last) show(state)
  last = text
}

async function run() {
  await look()
  setTimeout(run, EVERY_MS)
}
document.addEventListener('visibilitychange', look)
run()
`

const toTable = (id: string, columns: readonly string[], empty: string) => `
<table id="${id}" hidden>
<thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody></tbody>
</table>
<p class="empty">${empty}</p>`

/** The whole document, in English. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Timeback sandbox</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>What Timeback knows</h1>
<p>A local stand-in. Everything here came in over its API and is gone when it stops. All names are made up.</p>
<div class="counts">
<div><b id="events-count">0</b><span>events</span></div>
<div><b id="results-count">0</b><span>results</span></div>
<div><b id="learners-count">0</b><span>people</span></div>
<div id="link" role="status">connecting</div>
</div>
<div id="faults" class="chips" aria-label="Faults that wait for a request"></div>
</header>
<main>
<h2>Learners</h2>
<div id="learners"></div>
<p class="empty" id="nobody">Nobody has worked yet.</p>
<details id="rest">
<summary><b id="others-count">0</b> people without activity</summary>
<div id="others"></div>
</details>
<h2>Gradebook</h2>
${toTable('results', ['Learner', 'Activity', 'Score', 'Attempt', 'XP', 'Time', 'Written by', 'Status'], 'No result has been written yet.')}
<h2>Last events</h2>
${toTable('events', ['Time', 'Event', 'Learner', 'Activity', 'Values'], 'No event has come yet.')}
</main>
<footer><p>XP and time are what analytics make of the events. A struck-out course is over, a struck-out result is deleted.</p></footer>
<script>${SCRIPT}</script>
</body>
</html>
`
