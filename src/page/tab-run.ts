/**
 * The run of an activity that is open in this tab, so that a reload goes on with it. In sessionStorage: it survives a
 * reload, dies with the tab, and is written in one synchronous call, so that a reading does not drop while the outbox
 * is opened.
 */
import type { Activity } from '../contract/activity.ts'
import type { Totals } from '../core/measure.ts'

export interface TabRun {
  runId: string
  totals: Totals
  /** When the run began, as far as this tab knows, in epoch ms of the page's clock. */
  startedAt: number
}

export const readTabRun = (activity: Activity) =>
  attempt(activity, (storage, key) => JSON.parse(storage[key] ?? 'null') as TabRun | null)

export const keepTabRun = (activity: Activity, run: TabRun) =>
  attempt(activity, (storage, key) => (storage[key] = JSON.stringify(run)))

export const forgetTabRun = (activity: Activity) =>
  attempt(activity, (storage, key) => delete storage[key])

/** A frame without `allow-same-origin`, or a browser that blocks storage, throws at the mere name. */
function attempt<T>(
  { id, course }: Activity,
  act: (storage: Storage, key: string) => T,
): T | undefined {
  try {
    return act(sessionStorage, `stint:${JSON.stringify([id, course])}`)
  } catch {
    return undefined
  }
}
