/**
 * What Timeback knows now, in the few words that the sandbox's own page shows. It is for a person who looks, not for a
 * client: no path of Timeback's answers so.
 */
import { listFacts } from '../edubridge/facts.ts'
import { readNumber, readReference, readText } from '../oneroster/rows.ts'
import { readMetrics } from '../platform.ts'
import { listCompletedLessons } from '../powerpath/progress.ts'
import { findLearner, listEnrollments } from '../school/filing.ts'
import type { Fact, FactSwitches } from '../edubridge/facts.ts'
import type { Fault } from '../fault.ts'
import type { Faults } from '../faults.ts'
import type { Row, Rows } from '../oneroster/rows.ts'
import type { Store, StoredEvent } from '../store.ts'

export interface StateParts {
  rows: Rows
  store: Store
  faults: Faults
  switches: FactSwitches
}

const LAST_EVENTS = 50
const LAST_RESULTS = 50

/** `at` is now, in epoch milliseconds. Whoever did something comes first, and the newest first of what happened. */
export function toState({ rows, store, faults, switches }: StateParts, at: number) {
  const events = store.listVisible()
  const facts = listFacts(rows, events, switches)
  const learners = rows
    .list('users')
    .filter(({ status }) => status === 'active')
    .map((user) => toLearner(rows, user, facts, at))
  return {
    at: new Date(at).toISOString(),
    counts: {
      events: events.length,
      results: rows.list('assessmentResults').filter(({ status }) => status === 'active').length,
      learners: learners.length,
    },
    faults: faults.pending().map((fault, index) => ({
      id: String(index),
      text: `fault on ${fault.on}: ${toTrouble(fault)}, ${fault.count} times`,
    })),
    learners: learners.toSorted((a, b) => Number(b.isBusy) - Number(a.isBusy)),
    results: rows
      .list('assessmentResults')
      .slice(-LAST_RESULTS)
      .toReversed()
      .map((row) => toResult(rows, row)),
    events: events
      .slice(-LAST_EVENTS)
      .toReversed()
      .map((event) => toEvent(rows, event)),
  }
}

export type State = ReturnType<typeof toState>

function toLearner(rows: Rows, user: Row, facts: readonly Fact[], at: number) {
  const own = facts.filter(({ learner }) => learner.sourcedId === user.sourcedId)
  const sum = (key: 'xpEarned' | 'activeSeconds' | 'inactiveSeconds' | 'wasteSeconds') =>
    own.reduce((total, fact) => total + (fact[key] ?? 0), 0)
  return {
    id: user.sourcedId,
    name: toName(user),
    role: readText(user, 'roles.role') ?? '',
    isBusy: own.length > 0,
    xp: sum('xpEarned'),
    activeSeconds: sum('activeSeconds'),
    inactiveSeconds: sum('inactiveSeconds'),
    wasteSeconds: sum('wasteSeconds'),
    enrollments: listEnrollments(rows, user.sourcedId).map((row) =>
      toPlace(rows, row, user.sourcedId, at),
    ),
  }
}

function toPlace(rows: Rows, enrollment: Row, userId: string, at: number) {
  const courseId = readReference(enrollment, 'course') ?? ''
  const endDate = readText(enrollment, 'endDate')
  return {
    id: enrollment.sourcedId,
    course: readText(rows.find('courses', courseId), 'title') ?? courseId,
    isOver: endDate !== undefined && Date.parse(endDate) < at,
    lessons: listCompletedLessons(rows, courseId, userId).length,
  }
}

function toResult(rows: Rows, row: Row) {
  const lineItem = rows.find('assessmentLineItems', readReference(row, 'assessmentLineItem') ?? '')
  const student = rows.find('users', readReference(row, 'student') ?? '')
  return {
    id: row.sourcedId,
    learner: student ? toName(student) : '',
    title: readText(lineItem, 'title') ?? '',
    score: readNumber(row, 'score') ?? null,
    scoreStatus: readText(row, 'scoreStatus') ?? '',
    scoreDate: readText(row, 'scoreDate') ?? '',
    attempt: readNumber(row, 'metadata.attempt') ?? null,
    xp: readNumber(row, 'metadata.xp') ?? null,
    by: row.sourcedId.startsWith('caliper_') ? 'platform' : 'client',
    isDeleted: row.status === 'tobedeleted',
  }
}

function toEvent(rows: Rows, event: StoredEvent) {
  const learner = findLearner(rows, event)
  const actorId = typeof event.actor === 'string' ? event.actor : readText(event.actor, 'id')
  return {
    id: String(event.id),
    type: event.type,
    learner: learner ? toName(learner) : (actorId?.split('/').at(-1) ?? ''),
    isKnown: learner !== undefined,
    activity: readText(event.object, 'activity.name') ?? readText(event.object, 'id') ?? '',
    subject: readText(event.object, 'subject') ?? '',
    eventTime: event.eventTime,
    items: Object.entries(readMetrics(event)).map(([type, value]) => ({ type, value })),
  }
}

function toTrouble({ status, lostAnswer, html }: Fault): string {
  if (status !== undefined) return `answers ${status}`
  if (lostAnswer) return 'loses the answer'
  return html ? 'answers HTML' : 'answers late'
}

function toName(user: Row): string {
  return `${readText(user, 'givenName') ?? ''} ${readText(user, 'familyName') ?? ''}`.trim()
}
