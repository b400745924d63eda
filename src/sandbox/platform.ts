/**
 * Platform mode: what Timeback itself writes into the gradebook for a completion with `process: true`. A completion
 * without it, of an unknown learner, or of no known course writes nothing. The rows are there after the read lag, as
 * the platform works through events behind the answer.
 */
import { readNumber, readReference, readText } from './oneroster/rows.ts'
import { findCourse, findLearner } from './school/filing.ts'
import type { Fields, Row, Rows } from './oneroster/rows.ts'
import type { StoredEvent } from './store.ts'

interface Pending {
  dueAt: number
  event: StoredEvent
  lineItemId: string
  learner: Row
  course: Row
}

export interface PlatformParts {
  rows: Rows
  readLagMs: number
}

/** `now` gives epoch milliseconds. Source: Timeback Caliper OpenAPI (September 2025), official SDK, rows seen live. */
export function createPlatform({ rows, readLagMs }: PlatformParts, now: () => number) {
  let pending: Pending[] = []

  return {
    /** Takes an event in; resolves when it waits for its time. */
    async take(event: StoredEvent): Promise<void> {
      if (!isProcessed(event)) return
      const dueAt = now() + readLagMs
      const learner = findLearner(rows, event)
      const course = findCourse(rows, event)
      if (!learner || !course) return
      const lineItemId = await toLineItemId(readText(event.object, 'id') ?? '', course.sourcedId)
      pending.push({ dueAt, event, lineItemId, learner, course })
    },

    /** Writes what is due. Whoever reads rows calls it first. */
    settle(): void {
      const due = pending.filter(({ dueAt }) => dueAt <= now())
      pending = pending.filter(({ dueAt }) => dueAt > now())
      for (const one of due) write(rows, one)
    },

    clear(): void {
      pending = []
    },
  }
}

export type Platform = ReturnType<typeof createPlatform>

/** Whether Timeback writes a result for the event. */
export function isProcessed({ type, profile, object }: StoredEvent): boolean {
  const isCompletion = type === 'ActivityEvent' && profile === 'TimebackProfile'
  return isCompletion && typeof object === 'object' && object['process'] === true
}

/** The id of the result that an event becomes. Source: rows seen live. */
export function toResultId({ externalId }: StoredEvent): string {
  return `caliper_${externalId}`
}

/** Source: official SDK, which reads attempts from it. */
async function toLineItemId(objectId: string, courseId: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${objectId}_${courseId}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `caliper_${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/**
 * The same attempt overwrites the earlier result, while a result's id is its event's: how the two fit is not
 * documented. Here the earlier row is marked as deleted, so that one active row is left of an attempt.
 */
function write(rows: Rows, { event, lineItemId, learner, course }: Pending): void {
  if (!rows.find('assessmentLineItems', lineItemId)) {
    rows.put('assessmentLineItems', lineItemId, toLineItem(event, course))
  }
  const result = toResult(event, lineItemId, learner.sourcedId)
  const isEarlier = (row: Row) =>
    row.status === 'active' &&
    readReference(row, 'assessmentLineItem') === lineItemId &&
    readReference(row, 'student') === learner.sourcedId &&
    (readNumber(row, 'metadata.attempt') ?? 1) === readNumber(result, 'metadata.attempt')
  for (const row of rows.list('assessmentResults').filter(isEarlier)) {
    rows.put('assessmentResults', row.sourcedId, { ...row, status: 'tobedeleted' })
  }
  rows.put('assessmentResults', toResultId(event), result)
}

function toLineItem({ object }: StoredEvent, course: Row): Fields {
  const externalUrl = readText(object, 'id')
  return {
    title: readText(object, 'activity.name') ?? externalUrl,
    course: { sourcedId: course.sourcedId },
    resultValueMin: 0,
    resultValueMax: 100,
    metadata: {
      externalUrl,
      courseId: course.sourcedId,
      appName: readText(object, 'app.name'),
    },
  }
}

function toResult(event: StoredEvent, lineItemId: string, studentId: string): Fields {
  const { totalQuestions, correctQuestions } = readMetrics(event)
  const accuracy =
    totalQuestions === undefined || correctQuestions === undefined || totalQuestions === 0
      ? undefined
      : Math.round((100 * correctQuestions) / totalQuestions)
  return {
    assessmentLineItem: { sourcedId: lineItemId },
    student: { sourcedId: studentId },
    scoreStatus: 'fully graded',
    scoreDate: event.eventTime,
    score: accuracy ?? null,
    metadata: toMetadata(event, accuracy),
  }
}

/** Only what the event has: a key without a value is left out. */
function toMetadata(event: StoredEvent, accuracy: number | undefined): Fields {
  const { object, generated, externalId, sensor } = event
  const { xpEarned, totalQuestions, correctQuestions, masteredUnits } = readMetrics(event)
  const pctComplete = readNumber(generated, 'extensions.pctCompleteApp')
  const keys = {
    attempt: readNumber(generated, 'attempt') ?? 1,
    xp: xpEarned,
    totalQuestions,
    correctQuestions,
    accuracy,
    masteredUnits,
    // A string on results, though a number on the event.
    pctCompleteApp: pctComplete === undefined ? undefined : String(pctComplete),
    appName: readText(object, 'app.name'),
    subject: readText(object, 'subject'),
    sensor,
    source: 'caliper',
    originalObjectId: readText(object, 'id'),
    generatedId: readText(generated, 'id'),
    caliperSourcedId: externalId,
    relatedCaliperEvents: [externalId],
    lessonType: 'external-lesson',
  }
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined))
}

/** The values of an event's items by their type. */
export function readMetrics({ generated }: StoredEvent): Readonly<Record<string, number>> {
  const items = typeof generated === 'object' ? generated['items'] : undefined
  const pairs = Array.isArray(items) ? items.map(({ type, value }) => [type, value]) : []
  return Object.fromEntries(pairs)
}
