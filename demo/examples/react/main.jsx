/**
 * Two lessons as routes of a React app. `useStint` times the one that is shown; choosing the other takes its place at the
 * same instant. Only handing in completes a run.
 */
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { createStint } from 'stint'
import { useStint } from 'stint/react'

// One for the whole app.
const stint = createStint({ relay: import.meta.env.VITE_RELAY ?? 'http://localhost:4180' })

const course = { subject: 'Math', grade: 5 }
const LESSONS = {
  '#halves': { id: 'halves', name: 'Halves', course },
  '#quarters': { id: 'quarters', name: 'Quarters', course },
}

function Lesson({ lesson }) {
  const { run, learner } = useStint(stint, lesson)
  const seconds = Math.floor((run?.totals.active ?? 0) / 1_000)
  const handIn = () => stint.current?.end({ totalQuestions: 1, correctQuestions: 1 })
  return (
    <main>
      <h1>{lesson.name}</h1>
      <p>{learner === 'unknown' ? 'Not signed in, not counting' : `Working for ${seconds} s`}</p>
      {run?.isEnded ? <p>Handed in</p> : <button onClick={handIn}>Hand in</button>}
    </main>
  )
}

function App() {
  const [route, setRoute] = useState(location.hash)
  useEffect(() => {
    const follow = () => setRoute(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return (
    <>
      <nav>
        <a href="#halves">Halves</a> <a href="#quarters">Quarters</a>
      </nav>
      <Lesson lesson={LESSONS[route] ?? LESSONS['#halves']} />
    </>
  )
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
