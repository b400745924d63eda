/**
 * An LMS on an origin of its own, which shows a lesson of another site in a frame. Its server knows the learner, gets a
 * ticket for them from the relay, and gives the frame the link that swaps it: no cookie has to cross the origins.
 */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const { PORT = '4181', RELAY = 'http://localhost:4180' } = process.env

/** From the LMS's own session. */
const LEARNER = { email: 'aiko@school.example' }

/** A link to the lesson, good once. */
async function toLaunch() {
  const answer = await fetch(`${RELAY}/v1/tickets`, {
    method: 'POST',
    headers: { authorization: 'Bearer the LMS has this key too' },
    body: JSON.stringify({ learner: LEARNER }),
  })
  const { ticket } = await answer.json()
  return `${RELAY}/v1/launch?${new URLSearchParams({ ticket, to: `${RELAY}/lms/lesson.html` })}`
}

const app = new Hono().get('/', async (context) =>
  context.html(`<!doctype html>
<html lang="en">
  <title>An LMS</title>
  <h1>Today’s lesson</h1>
  <iframe title="Lesson" width="100%" height="400" src="${(await toLaunch()).replaceAll('&', '&amp;')}"></iframe>
</html>`),
)

serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, () =>
  console.log(`http://127.0.0.1:${PORT} ready`),
)
