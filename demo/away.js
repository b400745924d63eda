/** A tab in front of the demo's, which is really hidden then. It looks at how the hidden page's time is counted. */

const find = (selector) => document.querySelector(selector)
const LOOK_EVERY_MS = 250

/** The stretch in which the activity's page is now, if the demo that opened this tab is still there. */
function readStretch() {
  const frame = window.opener?.document.querySelector('iframe')
  return frame?.contentWindow?.Stint?.current?.spans()
}

function draw() {
  const spans = readStretch()
  const kind = find('#kind')
  const last = spans?.at(-1)
  const word = last ? (last.metric ?? 'left') : 'alone'
  // From where it went out of sight, through whatever that counts as.
  const shown = spans?.findLastIndex(({ presence }) => !['hidden', 'left'].includes(presence)) ?? -1
  const from = spans?.[shown + 1]?.from ?? Date.now()
  const seconds = Math.floor((Date.now() - from) / 1_000)
  find('#clock').textContent =
    `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  if (kind.dataset.says === word) return
  kind.dataset.says = word
  kind.textContent = kind.dataset[word] ?? ''
}

find('#back').addEventListener('click', () => {
  if (window.opener) window.close()
  else location.href = '/'
})
draw()
setInterval(draw, LOOK_EVERY_MS)
