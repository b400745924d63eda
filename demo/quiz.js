/**
 * The activity: a quiz as any author writes one. What times it is the script tag in activity.html; the quiz only keeps the
 * result in its form's data attributes, and starts a new run for who wants to do it again.
 */

const COURSE = { subject: 'Math', grade: 5 }
const ACTIVITY = { id: 'fractions-1', name: 'Comparing fractions', course: COURSE }
const RIGHT = { 1: '3/8', 2: '4/8', 3: '1/3', 4: '5/6', 5: 'less' }
const ANSWERS_KEY = 'demo:answers'

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

/** Writes only what changed, since screen readers speak what is written. */
function setText(selector, text, root) {
  const element = find(selector, root)
  if (element.textContent !== text) element.textContent = text
}

/** Says what activity.html has for this case. */
function say(selector, word) {
  const element = find(selector)
  setText(selector, element.dataset[word])
  element.dataset.says = word
}

quiz.addEventListener('change', choose)
quiz.addEventListener('keydown', moveOnly)
quiz.addEventListener('submit', finish)
find('#again').addEventListener('click', startAgain)
drawQuiz()
