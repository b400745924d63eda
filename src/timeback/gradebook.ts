/**
 * Builds the gradebook rows that an app writes itself. Pure but for the hashes: the same run gives the same ids and the
 * same bytes, so a write can be made again. Timeback's keys and units: scores in percent, booleans as strings, `xp` in
 * a result's metadata where events say `xpEarned`.
 *
 * Source: Timeback OneRoster OpenAPI (December 2025), official Python SDK 0.4, Timeback integration guides.
 */
import type { EventContext } from './caliper.ts'
import { toObjectId, toUrn } from './caliper.ts'

/** One write: `PUT` of the row under its id. */
export interface GradebookRow {
  id: string
  row: Record<string, unknown>
}

/** What goes out together, the line item first: a result must find it there. */
export interface GradebookWrite {
  lineItem: GradebookRow
  result: GradebookRow
}

export interface ResultInput {
  context: EventContext
  lineItemId: string
  /** When the activity ended, in epoch ms: the official SDK tells a retry by it. */
  endedAt: number
  attempt: number
  totalQuestions?: number | undefined
  correctQuestions?: number | undefined
  masteredUnits?: number | undefined
  /** Course progress, 0 to 100. */
  pctComplete?: number | undefined
  /** Only where the result gives the XP, and no event does. */
  xp?: number | undefined
}

const toReference = (sourcedId: string) => ({ sourcedId })

/** Which line item an activity has: ours in direct mode, Timeback's own in platform mode, which is only ever read. */
export async function toLineItemId(
  context: EventContext,
  mode: 'direct' | 'platform',
): Promise<string> {
  const { sensor, activity, subject, grade, courseCode, course } = context
  const objectId = toObjectId(sensor, { id: activity.id, subject, grade, courseCode })
  const hash = await toSha256(`${objectId}_${course.sourcedId}`)
  return `${mode === 'platform' ? 'caliper' : 'stint'}_${hash}`
}

/** The row that Timeback makes of an ActivityEvent with `process: true` (an integrator's live reads). */
export const toPlatformResultId = (eventId: string): string => `caliper_${toUrn(eventId)}`

/** The activity's line item and the learner's result on it. Both question counts come together or not at all. */
export async function toGradebookWrite(input: ResultInput): Promise<GradebookWrite> {
  const { context, lineItemId, endedAt, attempt, pctComplete } = input
  const { actor, activity, course, app, sensor, subject, grade, courseCode, runId } = context
  const { totalQuestions: total, correctQuestions: correct, masteredUnits, xp } = input
  const score = total && correct !== undefined ? Math.round((100 * correct) / total) : null
  const at = new Date(endedAt).toISOString()
  const resultId = `stint_${await toSha256(`${lineItemId}_${actor.sourcedId}_${runId}`)}`
  return {
    lineItem: toLineItem(lineItemId, {
      title: activity.name,
      // And no component-resource: the first result on such a line item would complete the lesson.
      course: toReference(course.sourcedId),
      metadata: {
        appName: app.name,
        activityId: toObjectId(sensor, { id: activity.id, subject, grade, courseCode }),
      },
    }),
    result: toResult(resultId, {
      lineItemId,
      studentId: actor.sourcedId,
      score,
      at,
      metadata: {
        ...(xp !== undefined && { xp }),
        ...(total !== undefined && { totalQuestions: total, correctQuestions: correct }),
        ...(score !== null && { accuracy: score }),
        ...(masteredUnits !== undefined && { masteredUnits }),
        ...(pctComplete !== undefined && { pctCompleteApp: String(pctComplete) }),
        attempt,
        endedAt: at,
        appName: app.name,
        runId,
      },
    }),
  }
}

/** The row that says that a learner mastered a whole course, as the official SDK writes it when progress reaches 100 %. */
export async function toMasteryWrite(
  { actor, course, app }: EventContext,
  completedAt: number,
): Promise<GradebookWrite> {
  const name = `mastery-completion_${course.sourcedId}`
  const [lineItemId, resultId] = await Promise.all([
    toSha256(name).then(toSdkId),
    toSha256(`${name}_${actor.sourcedId}`).then(toSdkId),
  ])
  const at = new Date(completedAt).toISOString()
  return {
    lineItem: toLineItem(lineItemId, {
      title: `${app.name}: Complete`,
      course: toReference(course.sourcedId),
      componentResource: toReference(`${course.sourcedId}-cr`),
      metadata: { appName: app.name },
    }),
    result: toResult(resultId, {
      lineItemId,
      studentId: actor.sourcedId,
      score: 100,
      at,
      metadata: { isMasteryCompletion: true, completedAt: at, appName: app.name },
    }),
  }
}

function toLineItem(id: string, { metadata, ...row }: Record<string, unknown>): GradebookRow {
  const range = { resultValueMin: 0, resultValueMax: 100 }
  return { id, row: { sourcedId: id, status: 'active', ...row, ...range, metadata } }
}

function toResult(
  id: string,
  {
    lineItemId,
    studentId,
    score,
    at,
    metadata,
  }: {
    lineItemId: string
    studentId: string
    score: number | null
    at: string
    metadata: Record<string, unknown>
  },
): GradebookRow {
  return {
    id,
    row: {
      sourcedId: id,
      status: 'active',
      assessmentLineItem: toReference(lineItemId),
      student: toReference(studentId),
      score,
      scoreStatus: 'fully graded',
      scoreDate: at,
      inProgress: 'false',
      metadata,
    },
  }
}

/** Shared with the official SDK, so that both together still write one row. */
const toSdkId = (hash: string) => `timeback_sdk_${hash}`

async function toSha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
