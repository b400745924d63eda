/**
 * The run that is open in this tab, so that a reload goes on with it. In sessionStorage: it survives a reload, dies
 * with the tab, and is written in one synchronous call, so that a reading does not drop while the outbox is opened.
 */
import type { Activity } from '../contract/activity.ts'
import type { Totals } from '../core/measure.ts'

const KEY = 'stint:run'

export interface TabRun {
  runId: string
  activity: Activity
  totals: Totals
}

/** The open run of this activity, if this tab has one. */
export function readTabRun({ id, course }: Activity): TabRun | undefined {
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as TabRun | null)
  const same =
    kept?.activity.id === id && JSON.stringify(kept.activity.course) === JSON.stringify(course)
  return same ? kept : undefined
}

export function keepTabRun(run: TabRun): void {
  attempt(() => sessionStorage.setItem(KEY, JSON.stringify(run)))
}

export function forgetTabRun(): void {
  attempt(() => sessionStorage.removeItem(KEY))
}

/** A frame without `allow-same-origin`, or a browser that blocks storage, throws at the mere name. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
