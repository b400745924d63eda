/** Stint for a page of your own: `npm install stint`, `import { createStint } from 'stint'`. Importing touches nothing. */
export {
  createStint,
  type Snapshot,
  type StartOptions,
  type Stint,
  type StintOptions,
  type TimeOptions,
} from './page/stint.ts'
export type { Lost } from './page/lost.ts'
export type { DeadRow, Unkept } from './page/outbox.ts'
export type { Listeners } from './page/page.ts'
export type { Ended, Run, RunSnapshot, Stretch } from './page/run.ts'
export { StintError, type StintErrorCode } from './page/error.ts'
export type { TicketOption } from './page/ticket.ts'
export type { Activity, Course, Subject } from './contract/activity.ts'
export type { Context } from './contract/context.ts'
export type { FlagMetric, Presence } from './contract/entry.ts'
export type { Threshold } from './contract/grant.ts'
export type { Metric, Totals } from './core/measure.ts'
export type { Result } from './contract/result.ts'
