/**
 * Builds the two Timeback events and their envelope. Pure: ids and times are given, so that a retry sends the very same
 * bytes. Milliseconds come in, SECONDS go out. A key without a value is left out, since Timeback answers 400 to a null.
 * Nothing is checked here beyond what would break a URL; `readEnvelope` is the check before sending.
 *
 * Source: Timeback Caliper OpenAPI (September 2025), official Python SDK 0.4.
 */
import {
  CALIPER_CONTEXT,
  type ActivityEvent,
  type CaliperEnvelope,
  type Role,
  type SpentMetric,
  type Subject,
  type TimeSpentEvent,
} from './caliper-schema.ts'
import { toBaseUrl, toCourseId, toSegment, toUserId } from './endpoints.ts'

/** Who worked on what: the same for both events of a run. */
export interface EventContext {
  /** The OneRoster user. Timeback finds the learner by the e-mail. */
  actor: { sourcedId: string; email: string; name?: string; role?: Role }
  /** `id` is the activity's stable slug. */
  activity: { id: string; name: string }
  /** The OneRoster course of the learner's enrolment. */
  course: { sourcedId: string; name: string }
  subject: Subject
  /** -1 is Pre-K, 0 is K, 13 is AP. It is not on the wire, but part of the activity's URL. */
  grade?: number
  courseCode?: string
  app: { name: string; id?: string }
  /** The app's own absolute URL, with which the activity's URL begins. */
  sensor: string
  runId: string
  /** What OneRoster ids begin with: `toIdBase(environment)`. */
  idBase: string
}

/** Ids are version 4 UUIDs, bare or as `urn:uuid:`, minted once and kept over all retries. */
interface EventInput {
  id: string
  generatedId: string
  /** Milliseconds since 1970: when it was completed, or the end of the time told. */
  eventTime: number
  context: EventContext
}

export interface ActivityInput extends EventInput {
  /** True: Timeback writes the gradebook result. False: we do. Never both, or the XP counts twice. */
  process: boolean
  /** From 1. With `process`, an attempt told twice overwrites the earlier result. */
  attempt: number
  /** `masteredUnits` is an increment. The question counts come both or neither. */
  metrics: {
    xpEarned: number
    totalQuestions?: number
    correctQuestions?: number
    masteredUnits?: number
  }
  /** Course progress, 0 to 100. */
  pctCompleteApp?: number
}

export interface TimeSpentInput extends EventInput {
  /** Disjoint stretches, one per metric. */
  items: readonly { metric: SpentMetric; ms: number; subType?: string }[]
  /** Milliseconds by reason, for people who ask why: `generated.extensions.splitMs`, keys in order of their name. */
  split?: Readonly<Record<string, number>>
}

/** In the order in which they are written. */
const ACTIVITY_METRICS = [
  'xpEarned',
  'totalQuestions',
  'correctQuestions',
  'masteredUnits',
] as const

/**
 * `object.id`: `{sensor}/activities/{subject}/g{grade}/{id}`, or without a grade
 * `{sensor}/activities/{courseCode}/{id}`. The form of the official SDK, which lets Timeback treat the activity as an
 * external URL with no OneRoster resource.
 *
 * Unlike the SDK, every part is percent-encoded: the SDK leaves the space of `Social Studies` in, which makes the id no
 * URI, and a slash in a course code would make two activities share one id.
 *
 * Throws a `TypeError` without grade and course code, and if the sensor is no absolute http(s) URL.
 */
export function toObjectId(
  sensor: string,
  activity: {
    id: string
    subject: Subject
    grade?: number | undefined
    courseCode?: string | undefined
  },
): string {
  const base = `${toBaseUrl(sensor, 'sensor')}/activities`
  const slug = toSegment(activity.id, 'activity id')
  if (activity.grade !== undefined) {
    return `${base}/${toSegment(activity.subject, 'subject')}/g${activity.grade}/${slug}`
  }
  if (activity.courseCode === undefined) {
    throw new TypeError('an activity needs the grade or the code of its course')
  }
  return `${base}/${toSegment(activity.courseCode, 'course code')}/${slug}`
}

/** The event that gives XP: one per run. It alone carries `process`. Throws as `toObjectId` does. */
export function toActivityEvent(input: ActivityInput): ActivityEvent {
  const { context, metrics, pctCompleteApp } = input
  const items = ACTIVITY_METRICS.flatMap((type) => {
    const value = metrics[type]
    return value === undefined ? [] : [{ type, value }]
  })
  return {
    '@context': CALIPER_CONTEXT,
    id: toUrn(input.id),
    type: 'ActivityEvent',
    action: 'Completed',
    profile: 'TimebackProfile',
    eventTime: toInstant(input.eventTime),
    actor: toActor(context),
    object: { ...toObject(context), process: input.process },
    generated: {
      id: toUrn(input.generatedId),
      type: 'TimebackActivityMetricsCollection',
      attempt: input.attempt,
      items,
      ...(pctCompleteApp === undefined ? {} : { extensions: { pctCompleteApp } }),
    },
    extensions: toExtensions(context),
  }
}

/** The event that tells time. A run may have many; none may repeat what another told. Throws as `toObjectId` does. */
export function toTimeSpentEvent(input: TimeSpentInput): TimeSpentEvent {
  const { context, split } = input
  return {
    '@context': CALIPER_CONTEXT,
    id: toUrn(input.id),
    type: 'TimeSpentEvent',
    action: 'SpentTime',
    profile: 'TimebackProfile',
    eventTime: toInstant(input.eventTime),
    actor: toActor(context),
    object: toObject(context),
    generated: {
      id: toUrn(input.generatedId),
      type: 'TimebackTimeSpentMetricsCollection',
      items: input.items.map(({ metric, ms, subType }) => ({
        type: metric,
        value: ms / 1000,
        ...(subType ? { subType } : {}),
      })),
      // `Ms` in the key: it stands beside items in seconds.
      ...(split ? { extensions: { splitMs: toSorted(split) } } : {}),
    },
    extensions: toExtensions(context),
  }
}

/** What `POST /caliper/event` takes. Both types of event may share one. `sendTime` in milliseconds since 1970. */
export function toEnvelope(input: {
  sensor: string
  sendTime: number
  events: readonly (ActivityEvent | TimeSpentEvent)[]
}): CaliperEnvelope {
  return {
    sensor: input.sensor,
    sendTime: toInstant(input.sendTime),
    dataVersion: CALIPER_CONTEXT,
    data: [...input.events],
  }
}

/** The event id as Timeback stores it, from a UUID with or without the prefix: once, never doubled, lower case. */
export function toUrn(id: string): string {
  return `urn:uuid:${id.toLowerCase().replace(/^(?:urn:uuid:)+/, '')}`
}

function toInstant(ms: number): string {
  return new Date(ms).toISOString()
}

/** Timeback closes this object: the sourcedId may only be part of the id. */
function toActor({ actor, idBase }: EventContext): TimeSpentEvent['actor'] {
  return {
    id: toUserId(idBase, actor.sourcedId),
    type: 'TimebackUser',
    email: actor.email,
    ...(actor.name ? { name: actor.name } : {}),
    ...(actor.role ? { role: actor.role } : {}),
  }
}

function toObject(context: EventContext) {
  const { sensor, subject, grade, courseCode, app, activity, course } = context
  return {
    id: toObjectId(sensor, { id: activity.id, subject, grade, courseCode }),
    type: 'TimebackActivityContext',
    subject,
    app: { ...(app.id ? { id: app.id } : {}), name: app.name },
    activity: { name: activity.name },
    course: { id: toCourseId(context.idBase, course.sourcedId), name: course.name },
  } as const
}

/** The official SDK's two keys, by which events of one run can be found again. */
function toExtensions({ runId, course }: EventContext): Record<string, unknown> {
  return { runId, courseId: course.sourcedId }
}

function toSorted(split: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(split).toSorted(byReason))
}

function byReason([a]: [string, number], [b]: [string, number]): number {
  return a < b ? -1 : 1
}
