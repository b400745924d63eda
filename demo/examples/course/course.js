/**
 * A course of several pages as one run: the first page begins it, and each link hands its `runId` on. The next page of
 * the same tab would go on by itself; with the `runId` a new tab, another site or another device goes on as well.
 */
const runId = new URLSearchParams(location.search).get('run')

const run = Stint.start({
  id: 'halves-and-quarters',
  name: 'Halves and quarters',
  course: { subject: 'Math', grade: 5 },
  ...(runId && { runId }),
})

for (const link of document.querySelectorAll('a[data-next]')) link.search = `?run=${run.runId}`

// Only the last page has a form, and only handing it in completes the run.
document.querySelector('form')?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const isRight = new FormData(event.target).get('answer') === '3/4'
  const { saved } = await run.end({ totalQuestions: 1, correctQuestions: isRight ? 1 : 0 })
  document.querySelector('output').textContent =
    saved === 'relay' ? 'Handed in' : 'Kept here, and sent when you are online'
})
