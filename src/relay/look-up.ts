/**
 * The second step of settling: who worked on what, in Timeback's terms, and what else an event has to know. Reads only,
 * outside any transaction. What can't be said yet is a code, and the settlement waits; nothing goes out half known.
 */
import type { Activity, Course } from '../contract/activity.ts'
import type { Context } from '../contract/context.ts'
import type { Result } from '../contract/result.ts'
import type { Answer } from '../timeback/answer.ts'
import { toObjectId, type EventContext } from '../timeback/caliper.ts'
import type { EduBridgeClient, WeekFact } from '../timeback/edubridge.ts'
import { toLineItemId } from '../timeback/gradebook.ts'
import { isRecord, parseJson } from '../timeback/json.ts'
import type { OneRosterClient, Row } from '../timeback/oneroster.ts'
import { findActivity, type ActivityEntry } from './activities.ts'
import { findCourse, type CourseEntry } from './courses.ts'
import { toDay } from './day.ts'
import type { GradebookOptions } from './grade.ts'
import { toResult, type KnownRun } from './ledger.ts'
import type { Log } from './log.ts'
import { readOwnUnits } from './own-units.ts'
import {
  toConfigured,
  toKnown,
  type Known,
  type Place,
  type Roster,
  type UnknownCode,
} from './roster.ts'
import type { Database } from './storage.ts'

/**
 * Why a settlement waits; of `failed` the log says more. It is looked at again; nothing is lost by waiting. Beside the
 * roster's codes: `activity_unknown`, no `start` has come; `not_enrolled`, the learner is not, today.
 */
export type Held = UnknownCode | 'activity_unknown' | 'failed'

export interface Found {
  context: EventContext
  /** What the activity's resource is worth, where that is known. */
  resourceXp: number | null
  /** PowerPath writes the results and the XP of its own lessons. */
  isPowerPath: boolean
  /** The line item on which this activity's results are. */
  lineItemId: string
  /** The highest attempt that the gradebook knows of; 0 for none. */
  lastAttempt: number
  /** Course progress after this run, 0 to 100. */
  pctComplete: number | undefined
}

export interface LookUpOptions {
  courses: readonly CourseEntry[]
  activities: readonly ActivityEntry[]
  sensor: string
  app: { name: string; id?: string }
  /** What OneRoster ids begin with. */
  idBase: string
  gradebook: GradebookOptions
  ifNotEnrolled: Context['ifNotEnrolled']
  /** IANA name: in which zone a day begins. */
  timezone: string
  /** What Timeback is asked; without it the host's word stands. */
  timeback: { roster: Roster; oneRoster: OneRosterClient; eduBridge: EduBridgeClient } | undefined
  log: Log
}

type Worked = KnownRun & { activity: Activity }

/** `completes`: the settlement tells the run's result as well. `at` is now. */
export async function lookUp(
  db: Database,
  options: LookUpOptions,
  run: Worked,
  { completes, at }: { completes: boolean; at: number },
): Promise<Known<Found> | { known: false; code: Held }> {
  const { learner } = run.row
  const row = await db
    .selectFrom('learners')
    .selectAll()
    .where('learner', '=', learner)
    .executeTakeFirst()
  if (!row) return { known: false, code: 'learner_unknown' }
  const { email } = row
  const place = await findPlace(options, learner, email, run.activity)
  if (!place.known) return place
  const context = toContext(options, run, email, place.value)
  const lineItemId = await toLineItemId(context, options.gradebook.mode)
  const courseId = place.value.course.sourcedId
  const found = await findActivity(options.activities, { ...run.activity, courseId }, (course) =>
    findCourseId(options, learner, course),
  )
  // What PowerPath tells must not be told twice.
  if (!found.known) return found
  const entry = found.value
  const isPowerPath = entry?.powerPath === true
  const always = { context, lineItemId, isPowerPath }
  const nothing = { resourceXp: entry?.xp ?? null, lastAttempt: 0, pctComplete: undefined }
  if (!completes || !options.timeback) return { known: true, value: { ...always, ...nothing } }
  const [attempt, resourceXp, pctComplete] = await Promise.all([
    readLastAttempt(options.timeback.oneRoster, lineItemId, learner),
    readResourceXp(options.timeback.oneRoster, entry, options.log),
    readProgress(db, options, context, place.value, { result: toResult(run) ?? {}, at }),
  ])
  // The number of an attempt can't be taken back, and XP depend on it.
  if (!attempt.known) return attempt
  if (!resourceXp.known) return resourceXp
  return {
    known: true,
    value: { ...always, lastAttempt: attempt.value, resourceXp: resourceXp.value, pctComplete },
  }
}

/** Where the activity belongs, if the learner is whom the host says, and is enrolled where that is asked for. */
async function findPlace(
  { courses, timeback, ifNotEnrolled }: LookUpOptions,
  learner: string,
  email: string,
  { course }: Activity,
): Promise<Known<Place> | { known: false; code: Held }> {
  if (!timeback) {
    const entry = findCourse(courses, course)
    if (!entry) return { known: false, code: 'course_unknown' }
    return { known: true, value: toConfigured(entry, { known: true, value: null }) }
  }
  const user = await timeback.roster.findLearner(email)
  if (!user.known) return user
  // Timeback would give the minutes to whom the e-mail belongs.
  if (user.value !== learner) {
    // Somebody will mend it, and the run must not wait a day for us to see that.
    timeback.roster.forgetEmail(email)
    return { known: false, code: 'learner_mismatch' }
  }
  const place = await timeback.roster.findPlace(learner, course)
  if (!place.known || ifNotEnrolled === 'count') return place
  const { enrolment } = place.value
  if (!enrolment.known) return enrolment
  return enrolment.value ? place : { known: false, code: 'not_enrolled' }
}

/** Which course of this learner the operator means. */
async function findCourseId(
  { courses, timeback }: LookUpOptions,
  learner: string,
  course: Course,
): Promise<Known<string>> {
  if ('id' in course) return { known: true, value: course.id }
  const entry = findCourse(courses, course)
  if (entry) return { known: true, value: entry.sourcedId }
  if (!timeback) return { known: false, code: 'course_unknown' }
  const place = await timeback.roster.findPlace(learner, course)
  return place.known ? { known: true, value: place.value.course.sourcedId } : place
}

function toContext(
  { sensor, app, idBase }: LookUpOptions,
  { row, activity: { id, name } }: Worked,
  email: string,
  { course, subject, grade, courseCode }: Place,
): EventContext {
  return {
    actor: { sourcedId: row.learner, email, role: 'student' },
    activity: { id, name },
    course,
    subject,
    ...(grade !== undefined && { grade }),
    ...(courseCode !== undefined && { courseCode }),
    app,
    sensor,
    runId: row.run_id,
    idBase,
  }
}

async function readLastAttempt(
  oneRoster: OneRosterClient,
  lineItemId: string,
  studentId: string,
): Promise<Known<number>> {
  const results = readable(await oneRoster.listResults({ lineItemId, studentId }), [])
  if (!results.known) return results
  const attempts = results.value.map(({ metadata }) => Number(metadata.attempt) || 1)
  return { known: true, value: Math.max(0, ...attempts) }
}

/** By the operator's word, else as the resource says; null where neither does. */
async function readResourceXp(
  oneRoster: OneRosterClient,
  entry: ActivityEntry | undefined,
  log: Log,
): Promise<Known<number | null>> {
  const { xp, resource } = entry ?? {}
  if (xp !== undefined || resource === undefined) return { known: true, value: xp ?? null }
  const none: Row = { sourcedId: resource }
  const row = readable(await oneRoster.read('resource', resource), none)
  if (!row.known) return row
  const { xp: worth } = { ...(row.value.metadata as { xp?: unknown } | undefined) }
  if (typeof worth === 'number') return { known: true, value: worth }
  log.warn({ resource }, 'Timeback does not say what the resource is worth')
  return { known: true, value: null }
}

/**
 * A client that may not read this will not be able to in a minute either: then it does without. Timeback says so by a
 * 403 in JSON; any other refusal, such as a firewall's page, says nothing of what there is.
 */
function readable<T>(answer: Answer<T>, none: T): Known<T> {
  if (answer.type !== 'refused') return toKnown(answer, none)
  const isForbidden = answer.status === 403 && isRecord(parseJson(answer.answer))
  return isForbidden ? { known: true, value: none } : { known: false, code: 'timeback_unreachable' }
}

/**
 * The official SDK's rule: mastered units so far and of this run, of all lessons; those of an activity not again if this
 * week's facts have it mastered (the SDK: have it at all), or can't be read. With those of this run come those of others
 * that Timeback can't show yet. Unlike an attempt it is only shown, so where it can't be read it is left out, as the SDK
 * does. What the page or the host states comes first.
 */
async function readProgress(
  db: Database,
  { timeback, timezone, log }: LookUpOptions,
  context: EventContext,
  { enrolment }: Place,
  { result: { masteredUnits = 0, pctComplete }, at }: { result: Result; at: number },
): Promise<number | undefined> {
  const { id, course } = (enrolment.known && enrolment.value) || {}
  const lessons = course?.totalLessons ?? 0
  if (pctComplete !== undefined || masteredUnits === 0 || lessons <= 0 || !id) return pctComplete
  const { sensor, activity, subject, grade, courseCode } = context
  const [learner, courseId] = [context.actor.sourcedId, context.course.sourcedId]
  const answer = await timeback!.eduBridge.readEnrollmentFacts(id)
  if (answer.type !== 'read') {
    log.warn({ enrolment: id, answer: answer.type }, 'the course progress could not be read')
    return undefined
  }
  const known = Object.values(answer.value.facts)
    .flatMap((bySubject) => Object.values(bySubject))
    .reduce((sum, fact) => sum + fact.masteredUnits, 0)
  // After the sum: what it has, the week has by then.
  const date = toDay(at, timezone)
  const week = await timeback!.eduBridge.readWeek({ studentId: learner, date, timezone })
  const own = await readOwnUnits(db, { learner, courseId, timezone, at })
  own.set(toObjectId(sensor, { id: activity.id, subject, grade, courseCode }), masteredUnits)
  const units = known + (week.type === 'read' ? sumUnshown(own, week.value, courseId, id) : 0)
  return Math.min(100, Math.max(0, Math.round((100 * units) / lessons)))
}

/** The units of the activities that the facts do not show as mastered in this course. */
function sumUnshown(
  own: ReadonlyMap<string, number>,
  facts: readonly WeekFact[],
  course: string,
  enrolment: string,
): number {
  const isMastered = ({ eventType, masteredUnits, courseId, enrollmentId }: WeekFact) =>
    eventType === 'ActivityEvent' &&
    masteredUnits > 0 &&
    (courseId === course || enrollmentId === enrolment)
  const shown = new Set(facts.filter(isMastered).map(({ activityId }) => activityId))
  return [...own].reduce((sum, [activity, units]) => sum + (shown.has(activity) ? 0 : units), 0)
}
