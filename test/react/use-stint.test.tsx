// @vitest-environment happy-dom
// `useStint` in components, with Preact's hooks by React's name (vite.config.ts).

import { render } from 'preact'
import { act } from 'preact/test-utils'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import type { StartEntry } from '../../src/contract/entry.ts'
import type { Stint } from '../../src/page/host.ts'
import { useStint } from '../../src/react.ts'
import { ACTIVITY, idle, openTab, toSpans } from '../page/tab.ts'

const NEXT: Activity = { ...ACTIVITY, id: 'decimals', name: 'Decimals' }
const RESULT = { totalQuestions: 5, correctQuestions: 4 }

function Lesson({ stint, activity }: { stint: Stint; activity?: Activity | undefined }) {
  // A copy, as a component that writes its activity down makes one at each render.
  const { run } = useStint(stint, activity && { ...activity })
  return (
    <p>
      {run ? `${run.activity.id} ${run.totals.active} ${run.isEnded ? 'over' : 'open'}` : 'nothing'}
    </p>
  )
}

function openApp() {
  const tab = openTab()
  const stint = tab.load()
  const root = document.body.appendChild(document.createElement('main'))
  /** Shows these activities, a component for each; with none of them, only what was there is taken away. */
  const show = (...activities: (Activity | 'look')[]) =>
    void act(() =>
      render(
        activities.map((one, place) => (
          <Lesson key={place} stint={stint} activity={one === 'look' ? undefined : one} />
        )),
        root,
      ),
    )
  onTestFinished(() => {
    show()
    root.remove()
  })
  return {
    ...tab,
    stint,
    show,
    text: () => root.textContent,
    /** Time passes, and what is shown is drawn again. */
    async pass(ms: number) {
      await act(() => tab.pass(ms))
    },
    starts: () =>
      [...tab.relay.entries.values()].filter(
        (entry): entry is StartEntry => entry.type === 'start',
      ),
    types: () => [...tab.relay.entries.values()].map(({ type }) => type),
  }
}

describe('a component with an activity', () => {
  it('goes on while whatever else its lesson says changes', async () => {
    const { stint, show, pass } = openApp()
    show({ ...ACTIVITY, progress: 0 } as Activity)
    await pass(2_000)
    stint.current!.pause()
    const { runId } = stint.current!
    show({ ...ACTIVITY, progress: 1 } as Activity)
    await pass(2_000)
    expect(stint.current).toMatchObject({ runId, isPaused: true })
  })

  it('times it from its mounting on, and shows it as it goes', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(2_000)
    expect(app.text()).toBe('fractions 2000 open')
  })

  it('does not start again because it is drawn again', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await idle()
    const { current } = app.stint
    app.show(ACTIVITY)
    await app.pass(1_000)
    expect(app.stint.current).toBe(current)
    expect(app.starts()).toHaveLength(1)
  })

  it('tells its time when it goes, and completes nothing', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(2_000)
    app.show()
    await idle()
    expect(app.stint.current).toBe(null)
    await app.pass(20_000)
    expect(app.types()).toEqual(['start', 'slice'])
    expect(toSpans(app.relay.entries.values())).toEqual([['active', 0, 2_000, 0]])
  })

  it('is one run and one leg when it is mounted, taken away and mounted in one task, as StrictMode does', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    const { current } = app.stint
    app.show()
    app.show(ACTIVITY)
    await app.pass(2_000)
    expect(app.stint.current).toBe(current)
    expect(app.starts()).toHaveLength(1)
    app.show()
    await idle()
    expect(app.stint.current).toBe(null)
  })

  it('goes on with its run when it comes back later', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(2_000)
    app.show()
    await app.pass(5_000)
    app.show(ACTIVITY)
    await app.pass(1_000)
    expect(new Set(app.starts().map(({ id }) => id.split('/')[0])).size).toBe(1)
    expect(app.stint.current?.totalActiveMs).toBe(3_000)
  })

  it('starts nothing new when its run was handed in, and adds nothing when it goes', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(2_000)
    await app.stint.current!.end(RESULT)
    app.show(ACTIVITY, ACTIVITY)
    await app.pass(1_000)
    expect(app.stint.current).toBe(null)
    expect(app.text()).toBe('fractions 2000 over'.repeat(2))
    app.show()
    await app.pass(20_000)
    expect(app.types()).toEqual(['start', 'slice', 'end'])
  })

  it('is a new go when it is mounted again after it was handed in', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(1_000)
    const { runId } = app.stint.current!
    await app.stint.current!.end(RESULT)
    app.show()
    await idle()
    app.show(ACTIVITY)
    expect(app.stint.current!.runId).not.toBe(runId)
  })
})

describe('components that take turns', () => {
  it('leave no gap between their activities, whether one changes or another comes', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(2_000)
    app.show(NEXT)
    await app.pass(1_000)
    expect(app.stint.current?.id).toBe('decimals')
    const [first, second] = app.starts()
    expect(second!.monoAt - first!.monoAt).toBe(2_000)
    expect(app.types()).not.toContain('end')
  })

  it('one that goes late does not end what another has started', async () => {
    const app = openApp()
    app.show(ACTIVITY, 'look')
    await app.pass(1_000)
    app.show(ACTIVITY, NEXT)
    app.show('look', NEXT)
    await app.pass(1_000)
    expect(app.stint.current?.id).toBe('decimals')
    expect(app.starts()).toHaveLength(2)
  })

  it('also where both have the same id, in two courses', async () => {
    const app = openApp()
    const elsewhere: Activity = { ...ACTIVITY, course: { code: 'MATH-4' } }
    app.show(ACTIVITY)
    await app.pass(1_000)
    app.show(elsewhere)
    await app.pass(1_000)
    expect(app.stint.getSnapshot().run).toMatchObject({ activity: elsewhere, isEnded: false })
  })

  it('do not end what the host has started by itself meanwhile', async () => {
    const app = openApp()
    app.show(ACTIVITY)
    await app.pass(1_000)
    const own = app.stint.start({ ...NEXT, replace: true })
    app.show()
    await app.pass(1_000)
    expect(app.stint.current).toBe(own)
  })
})

describe('several components', () => {
  it('share one run of an activity, which ends with the last of them', async () => {
    const app = openApp()
    app.show(ACTIVITY, ACTIVITY)
    await app.pass(1_000)
    const { current } = app.stint
    app.show(ACTIVITY)
    await app.pass(1_000)
    expect(app.stint.current).toBe(current)
    expect(app.starts()).toHaveLength(1)
    app.show()
    await idle()
    expect(app.stint.current).toBe(null)
  })

  it('may look without timing: they start nothing, and end nothing when they go', async () => {
    const app = openApp()
    app.show('look')
    await app.pass(1_000)
    expect(app.text()).toBe('nothing')
    expect(app.relay.sent).toEqual([])
    app.show('look', ACTIVITY)
    await app.pass(1_000)
    expect(app.text()).toBe('fractions 1000 open'.repeat(2))
    const { current } = app.stint
    app.show()
    app.show(ACTIVITY)
    await idle()
    expect(app.stint.current).toBe(current)
  })
})
