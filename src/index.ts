/** Stint for a page of your own: `npm install stint`, `import { createStint } from 'stint'`. Importing touches nothing. */
import { createStillStint } from './page/off-browser.ts'
import { createStint as createPageStint } from './page/stint.ts'

/**
 * Makes the page's Stint: one for the whole app, as an app has one learner at a time. Touches the browser only now; where
 * there is no page (a server that renders, a worker), all it gives has the same shape and does nothing.
 */
export const createStint: typeof createPageStint = (...given) =>
  typeof document === 'undefined' ? createStillStint() : createPageStint(...given)

export type { Snapshot, StartOptions, Stint, StintOptions, TimeOptions } from './page/host.ts'
export type { Lost } from './page/lost.ts'
export type { DeadRow, Unkept } from './page/outbox.ts'
export type { Listeners } from './page/page.ts'
export type { Ended, Run, Stretch } from './page/run.ts'
export type { RunSnapshot } from './page/run-snapshot.ts'
export { StintError, type StintErrorCode } from './page/error.ts'
export type { TicketOption } from './page/ticket.ts'
export type { Activity, Course, Subject } from './contract/activity.ts'
export type { Context } from './contract/context.ts'
export type { FlagMetric, Presence } from './contract/entry.ts'
export type { Threshold } from './contract/grant.ts'
export type { Metric, Totals } from './core/measure.ts'
export type { Result } from './contract/result.ts'
