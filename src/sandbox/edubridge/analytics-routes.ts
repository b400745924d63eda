/**
 * `/edubridge/analytics`: reads the question, picks the facts, and lets them be added up or listed. A learner or an
 * enrolment that nobody knows has no facts, and that is a 200.
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { toImsFailure } from '../answers.ts'
import { createGuard } from '../guard.ts'
import { readText } from '../oneroster/rows.ts'
import { findByEmail } from '../school/filing.ts'
import { sumByDay } from './daily.ts'
import { createDayReader, toWeek } from './days.ts'
import { listFacts } from './facts.ts'
import { toWeeklyRow } from './weekly.ts'
import type { Rows } from '../oneroster/rows.ts'
import type { Store } from '../store.ts'
import type { Tokens } from '../tokens.ts'
import type { Fact, FactSwitches } from './facts.ts'

export interface AnalyticsSwitches extends FactSwitches {
  /** `2026-01-12` for an instant. Seen live: 422; the official SDK makes instants of it before it sends. */
  dateOnlyBounds: 'refuse' | 'accept'
  /** Every row of time twice in the weekly facts, as one public reader reports. */
  duplicateTimeRows: boolean
}

export interface AnalyticsParts {
  tokens: Tokens
  rows: Rows
  store: Store
  switches: AnalyticsSwitches
}

/** `now` gives epoch milliseconds. Source: Timeback EduBridge OpenAPI, as the official SDK and public readers use it. */
export function createAnalyticsRoutes(parts: AnalyticsParts, now: () => number): Hono {
  const { tokens, rows, store, switches } = parts
  // No scope of its own is published for EduBridge.
  const guard = createGuard(tokens)
  const facts = () => listFacts(rows, store.listVisible(), switches)
  const queries = createQueries(switches)
  const routes = new Hono().basePath('/edubridge/analytics')

  routes.get('/activity', guard, ({ req }) => {
    const read = queries.activity.safeParse(req.query())
    if (!read.success) return toBadQuery(read.error)
    return answerDaily(facts().filter(createLearnerTest(rows, read.data)), read.data)
  })

  routes.get('/facts/weekly', guard, ({ req }) => {
    const read = queries.weekly.safeParse(req.query())
    if (!read.success) return toBadQuery(read.error)
    const found = facts().filter(createLearnerTest(rows, read.data))
    return answerWeek(
      rows,
      switches.duplicateTimeRows ? found.flatMap(twiceIfTime) : found,
      read.data,
    )
  })

  routes.get('/enrollment/:id', guard, ({ req }) => {
    const read = queries.enrollment.safeParse(req.query())
    if (!read.success) return toBadQuery(read.error)
    const id = req.param('id')
    const found = facts().filter(({ enrollment }) => enrollment?.sourcedId === id)
    const beginDate = readText(rows.find('enrollments', id), 'beginDate')
    const range = { startDate: beginDate, endDate: new Date(now()).toISOString() }
    return answerDaily(found, read.data, range)
  })

  return routes
}

type DayReader = NonNullable<ReturnType<typeof createDayReader>>

interface Range {
  startDate?: string | undefined
  endDate?: string | undefined
  timezone: DayReader
}

/** Both bounds belong to the range, and without one there is no bound; `unasked` is what is said of it then. */
function answerDaily(facts: readonly Fact[], asked: Range, unasked: Partial<Range> = {}): Response {
  const { startDate, endDate, timezone } = asked
  const from = startDate === undefined ? -Infinity : Date.parse(startDate)
  const to = endDate === undefined ? Infinity : Date.parse(endDate)
  const within = facts.filter(({ at }) => from <= at && at <= to)
  return Response.json({
    message: 'Activity facts',
    startDate: startDate ?? unasked.startDate,
    endDate: endDate ?? unasked.endDate,
    ...sumByDay(within, timezone),
  })
}

function answerWeek(
  rows: Rows,
  facts: readonly Fact[],
  { weekDate, timezone: toDay }: { weekDate: string; timezone: DayReader },
): Response {
  const { first, last } = toWeek(toDay(Date.parse(weekDate)))
  const found = facts
    .map((fact, index) => toWeeklyRow(rows, fact, index + 1, toDay(fact.at)))
    .filter(({ date }) => first <= date && date <= last)
  const [startDate, endDate] = [`${first}T00:00:00.000Z`, `${last}T23:59:59.999Z`]
  return Response.json({ message: 'Weekly facts', startDate, endDate, facts: found })
}

function twiceIfTime(fact: Fact): Fact[] {
  return fact.eventType === 'TimeSpentEvent' ? [fact, fact] : [fact]
}

/** By id, or by an e-mail that one user has. */
function createLearnerTest(
  rows: Rows,
  { studentId, email }: { studentId?: string | undefined; email?: string | undefined },
): (fact: Fact) => boolean {
  const id = studentId ?? findByEmail(rows, email ?? '')?.sourcedId
  return ({ learner }) => learner.sourcedId === id
}

function createQueries({ dateOnlyBounds }: AnalyticsSwitches) {
  const instant = z.iso.datetime({ offset: true, error: 'expected an instant, not a day' })
  const bound = (clock: string) =>
    dateOnlyBounds === 'accept'
      ? z.union([instant, z.iso.date().transform((date) => date + clock)])
      : instant
  const start = bound('T00:00:00.000Z')
  const end = bound('T23:59:59.999Z')
  const timezone = z
    .string()
    .default('UTC')
    .transform((zone, context) => {
      const reader = createDayReader(zone)
      if (!reader) context.addIssue({ code: 'custom', message: 'unknown time zone' })
      return reader ?? z.NEVER
    })
  const learner = { studentId: z.string().optional(), email: z.string().optional() }
  const isNamed = ({ studentId, email }: { studentId?: unknown; email?: unknown }) =>
    studentId !== undefined || email !== undefined
  const unnamed = { path: ['studentId'], error: 'studentId or email is needed' }
  return {
    activity: z
      .object({ ...learner, startDate: start, endDate: end, timezone })
      .refine(isNamed, unnamed),
    weekly: z.object({ ...learner, weekDate: start, timezone }).refine(isNamed, unnamed),
    enrollment: z.object({ startDate: start.optional(), endDate: end.optional(), timezone }),
  }
}

function toBadQuery({ issues }: z.ZodError): Response {
  const details = issues.map(({ path, message }) => ({ [path.join('.')]: message }))
  const [first] = issues
  return toImsFailure(422, `${first?.path.join('.')}: ${first?.message}`, details)
}
