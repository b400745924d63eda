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
}

const toKey = ({ id, course }: Activity) => `stint:${JSON.stringify([id, course])}`

export const readTabRun = (activity: Activity) =>
  attempt((storage) => JSON.parse(storage[toKey(activity)] ?? 'null') as TabRun | null)

export const keepTabRun = (activity: Activity, run: TabRun) =>
  attempt((storage) => (storage[toKey(activity)] = JSON.stringify(run)))

export const forgetTabRun = (activity: Activity) =>
  attempt((storage) => storage.removeItem(toKey(activity)))

/** A frame without `allow-same-origin`, or a browser that blocks storage, throws at the mere name. */
function attempt<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return act(sessionStorage)
  } catch {
    return undefined
  }
}
