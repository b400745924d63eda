/**
 * Activity facts: what analytics make of the events that Timeback received. One event is one fact, and only the two
 * events of Timeback's profile become any; time that is neither active, inactive nor waste has no column.
 */
import { readNumber, readReference, readText } from '../oneroster/rows.ts'
import { isProcessed, readMetrics, toResultId } from '../platform.ts'
import { findCourse, findEnrollment, findLearner } from '../school/filing.ts'
import type { Row, Rows } from '../oneroster/rows.ts'
import type { StoredEvent } from '../store.ts'

/** What Timeback's documents contradict each other about. */
export interface FactSwitches {
  /** XP of a completion without `process: true`. The OpenAPI says it is recorded; one integrator saw none. */
  unprocessedXp: 'counted' | 'ignored'
  /** XP of results that a client wrote itself. One integrator's note says that they are added to the events'. */
  resultXp: 'ignored' | 'counted'
}

/** Null where the fact has no such thing: a completion has no seconds, and time no XP. */
export interface Fact {
  learner: Row
  eventType: 'ActivityEvent' | 'TimeSpentEvent'
  /** Epoch milliseconds. */
  at: number
  datetime: string
  subject: string
  app: string
  course: Row | undefined
  enrollment: Row | undefined
  activityId: string | null
  activityName: string | null
  xpEarned: number | null
  totalQuestions: number | null
  correctQuestions: number | null
  masteredUnits: number | null
  activeSeconds: number | null
  inactiveSeconds: number | null
  wasteSeconds: number | null
  source: string
  sensor: string | null
  sendTime: string | null
  generatedAt: string
}

/** Oldest receipt first. Source: Timeback EduBridge OpenAPI, and its rows as public clients read them. */
export function listFacts(
  rows: Rows,
  events: readonly StoredEvent[],
  { unprocessedXp, resultXp }: FactSwitches,
): Fact[] {
  const fromEvents = events.flatMap((event) => toFact(rows, event, unprocessedXp) ?? [])
  if (resultXp === 'ignored') return fromEvents
  return [
    ...fromEvents,
    ...rows.list('assessmentResults').flatMap((result) => toResultFact(rows, result) ?? []),
  ]
}

function toFact(
  rows: Rows,
  event: StoredEvent,
  unprocessedXp: FactSwitches['unprocessedXp'],
): Fact | undefined {
  const { type, object, eventTime, externalId } = event
  const isTime = type === 'TimeSpentEvent'
  if (event.profile !== 'TimebackProfile' || !(isTime || type === 'ActivityEvent')) return undefined
  const learner = findLearner(rows, event)
  if (!learner) return undefined
  const metrics = readMetrics(event)
  const isCounted = isProcessed(event) || unprocessedXp === 'counted'
  const ofTime = (value: number | undefined) => (isTime ? (value ?? 0) : null)
  const ofWork = (value: number | undefined) => (isTime ? null : (value ?? 0))
  return {
    learner,
    eventType: type,
    at: Date.parse(eventTime),
    datetime: eventTime,
    ...fileFact(rows, learner, findCourse(rows, event), readText(object, 'subject') ?? 'None'),
    app: readText(object, 'app.name') ?? '',
    activityId: readText(object, 'id') ?? null,
    activityName: readText(object, 'activity.name') ?? null,
    xpEarned: ofWork(isCounted ? metrics['xpEarned'] : 0),
    totalQuestions: ofWork(metrics['totalQuestions']),
    correctQuestions: ofWork(metrics['correctQuestions']),
    masteredUnits: ofWork(metrics['masteredUnits']),
    activeSeconds: ofTime(metrics['active']),
    inactiveSeconds: ofTime(metrics['inactive']),
    wasteSeconds: ofTime(metrics['waste']),
    source: rows.find('assessmentResults', toResultId(event))
      ? `oneroster:assessment_result:${toResultId(event)}`
      : `caliper:event:${externalId}`,
    sensor: event.sensor,
    sendTime: event.sendTime,
    generatedAt: event.created_at,
  }
}

/** Rows that the platform wrote for an event are that event's fact already. */
function toResultFact(rows: Rows, result: Row): Fact | undefined {
  const xpEarned = readNumber(result, 'metadata.xp')
  const learner = rows.find('users', readReference(result, 'student') ?? '')
  const lineItem = rows.find(
    'assessmentLineItems',
    readReference(result, 'assessmentLineItem') ?? '',
  )
  const scoreDate = readText(result, 'scoreDate')
  const isOurs = result.sourcedId.startsWith('caliper_')
  if (isOurs || result.status !== 'active' || xpEarned === undefined) return undefined
  if (!learner || !lineItem || scoreDate === undefined) return undefined
  const course = rows.find('courses', readReference(lineItem, 'course') ?? '')
  return {
    learner,
    eventType: 'ActivityEvent',
    at: Date.parse(scoreDate),
    datetime: scoreDate,
    ...fileFact(rows, learner, course, readText(course, 'subjects') ?? 'None'),
    app: readText(result, 'metadata.appName') ?? '',
    activityId: lineItem.sourcedId,
    activityName: readText(lineItem, 'title') ?? null,
    xpEarned,
    totalQuestions: readNumber(result, 'metadata.totalQuestions') ?? 0,
    correctQuestions: readNumber(result, 'metadata.correctQuestions') ?? 0,
    masteredUnits: readNumber(result, 'metadata.masteredUnits') ?? 0,
    activeSeconds: null,
    inactiveSeconds: null,
    wasteSeconds: null,
    source: `oneroster:assessment_result:${result.sourcedId}`,
    sensor: null,
    sendTime: null,
    generatedAt: result.dateLastModified,
  }
}

function fileFact(rows: Rows, learner: Row, course: Row | undefined, subject: string) {
  const enrollment = findEnrollment(rows, learner.sourcedId, course?.sourcedId, subject)
  const courseId = enrollment && readReference(enrollment, 'course')
  const filedUnder = courseId === undefined ? course : rows.find('courses', courseId)
  return { subject, enrollment, course: filedUnder }
}
