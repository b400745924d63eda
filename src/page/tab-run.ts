/**
 * The run of an activity that is open in this tab, so that a reload goes on with it. In sessionStorage: it survives a
 * reload, dies with the tab, and is written in one synchronous call, so that a reading does not drop while the outbox
 * is opened.
 */
import type { Activity } from '../contract/activity.ts'
import type { Totals } from '../core/measure.ts'
import { attempt } from './kept.ts'

export interface TabRun {
  runId: string
  totals: Totals
  /** When the run began, as far as this tab knows, in epoch ms of the page's clock. */
  startedAt: number
  /** Whose it is, by their key, if that was ever known. */
  learnerKey?: string | undefined
}

export const readTabRun = (activity: Activity) =>
  attempt(() => JSON.parse(sessionStorage[toKey(activity)] ?? 'null') as TabRun | null)

export const keepTabRun = (activity: Activity, run: TabRun) =>
  attempt(() => (sessionStorage[toKey(activity)] = JSON.stringify(run)))

export const forgetTabRun = (activity: Activity) =>
  attempt(() => delete sessionStorage[toKey(activity)])

const toKey = ({ id, course }: Activity) => `stint:${JSON.stringify([id, course])}`
