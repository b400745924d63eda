/**
 * Stint in React: `import { useStint } from 'stint/react'`. React is the host's own, and nothing is known of it here but
 * two of its hooks.
 */
import { useEffect, useSyncExternalStore } from 'react'
import { NOTHING_YET } from './page/off-browser.ts'
import type { Snapshot, StartOptions, Stint } from './page/host.ts'

/**
 * What a component times. One that is not right throws from an effect, as `start` does. Listeners are the Stint's own
 * (`createStint`), as a component's change with each render.
 */
export type TimedActivity = Pick<StartOptions, 'id' | 'name' | 'course' | 'runId'>

/** What the mounted components of a Stint time, and how many of them there are. */
interface Hold {
  key: string
  mounted: number
}

const holds = new WeakMap<Stint, Hold>()

/**
 * Times the activity while the component is mounted, and gives what is to be seen of it. Another activity takes the
 * place of the one before; without any, it only looks. Unmounting tells the time so far and completes nothing: for that,
 * call `stint.current?.end(result)` when the learner hands in.
 */
export function useStint(stint: Stint, activity?: TimedActivity | null): Snapshot {
  // Equal objects are one activity, though each render makes a new one.
  const key = activity ? toKey(activity) : ''
  useEffect(() => (key ? hold(stint, key) : undefined), [stint, key])
  return useSyncExternalStore(stint.subscribe, stint.getSnapshot, () => NOTHING_YET)
}

/** Whatever else the object has may change while the run goes on. */
const toKey = ({ id, name, course, runId }: TimedActivity) =>
  JSON.stringify({ id, name, course, runId })

/** Returns the letting go, which counts from the next task on: StrictMode mounts each component twice in one. */
function hold(stint: Stint, key: string): () => void {
  const activity: TimedActivity = JSON.parse(key)
  const isOn = () => stint.current?.id === activity.id
  let held = holds.get(stint)
  // A run that was handed in while it is still shown is over, whoever comes to look at it.
  if (held?.key !== key || (!held.mounted && !isOn())) {
    stint.start({ ...activity, replace: true })
    holds.set(stint, (held = { key, mounted: 0 }))
  }
  const mine = held
  mine.mounted += 1
  return () => {
    mine.mounted -= 1
    setTimeout(() => {
      if (!mine.mounted && holds.get(stint) === mine && isOn()) void stint.current?.end()
    })
  }
}
