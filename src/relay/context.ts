/**
 * A learner's context for a page: may they take the course, how far are they, what did today and this week come to. Each
 * part is asked for by itself and may be missing; none holds up another, and none is ever waited for by the work.
 */
import { LRUCache } from 'lru-cache'
import type { Course } from '../contract/activity.ts'
import type { Context, Tally } from '../contract/context.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import type { EduBridgeClient, WeekFact } from '../timeback/edubridge.ts'
import type { CourseProgress, PowerPathClient } from '../timeback/powerpath.ts'
import { toDay } from './day.ts'
import { RelayError } from './failure.ts'
import { toKnown, type Known, type Place, type Roster } from './roster.ts'
import { createTurns } from './turns.ts'

export interface Contexts {
  /** Rejects with `context_busy` only: the learner has as much read already as they may. */
  read(learner: string, course: Course): Promise<Context>
  /** Has it read anew: something was told. */
  forget(learner: string): void
}

export interface ContextsOptions {
  roster: Roster
  eduBridge: EduBridgeClient
  powerPath: PowerPathClient
  timezone: string
  ifNotEnrolled: Context['ifNotEnrolled']
}

const LIFE_MS = 300_000
const INCOMPLETE_LIFE_MS = 15_000
const MOST_KEPT = 10_000
/** A page may ask for as many courses as it likes. */
const MOST_COURSES = 20
/** Each reading has two requests under way at most, and Timeback has to be left for the work. */
const TURNS = { most: 5, mostEach: 2 }
const BUSY_FOR_MS = 5_000

/** What is being read is for all who ask meanwhile; once it is there, `context` is it. */
interface Kept {
  reading: Promise<Context>
  context?: Context
}

export function createContexts(
  options: ContextsOptions,
  { now = Date.now }: { now?: () => number } = {},
): Contexts {
  const cache = new LRUCache<string, LRUCache<string, Kept>>({ max: MOST_KEPT })
  const turns = createTurns(TURNS)
  const { timezone } = options

  const isFresh = ({ context }: Kept) => {
    if (!context) return true
    const { asOf, missing } = context
    const lifeMs = missing.length > 0 ? INCOMPLETE_LIFE_MS : LIFE_MS
    // Its `today` is the learner's day, and no other.
    return now() - asOf < lifeMs && toDay(asOf, timezone) === toDay(now(), timezone)
  }

  return {
    async read(learner, course) {
      const key = JSON.stringify(course)
      const known = cache.get(learner)?.get(key)
      if (known && isFresh(known)) return known.reading
      const reading = turns.take(learner, () => readContext(options, learner, course, now()))
      if (!reading) throw toBusy()
      const kept: Kept = { reading }
      const own = cache.get(learner) ?? new LRUCache({ max: MOST_COURSES })
      cache.set(learner, own.set(key, kept))
      return (kept.context = await reading)
    },
    forget(learner) {
      cache.delete(learner)
      options.roster.forget(learner)
    },
  }
}

function toBusy(): RelayError {
  const message = 'Much is being read for this learner already; ask again'
  return new RelayError(429, 'context_busy', message, undefined, BUSY_FOR_MS)
}

async function readContext(
  { roster, eduBridge, powerPath, timezone, ifNotEnrolled }: ContextsOptions,
  learner: string,
  course: Course,
  at: number,
): Promise<Context> {
  const place = await roster.findPlace(learner, course)
  const nothing = { v: CONTRACT_VERSION, asOf: at, ifNotEnrolled } as const
  if (!place.known) {
    const missing = [{ part: 'course', code: place.code } as const]
    const enrolled = place.code === 'not_enrolled' ? false : null
    return { ...nothing, ...NOT_KNOWN, enrolled, missing }
  }
  const { course: found, subject, grade = null, enrolment } = place.value
  const courseId = found.sourcedId
  const today = toDay(at, timezone)
  const [week, progress] = await Promise.all([
    eduBridge.readWeek({ studentId: learner, date: today, timezone }),
    powerPath.readCourseProgress({ courseId, studentId: learner }),
  ])
  const facts = toKnown(week, [])
  const lessons = toKnown(progress, { lineItems: [], testOut: null })
  const own = facts.known ? facts.value.filter(isOf(place.value)) : []
  return {
    ...nothing,
    enrolled: enrolment.known ? enrolment.value !== null : null,
    course: { name: found.name, subject, grade },
    progress: lessons.known ? toProgress(lessons.value, enrolment) : null,
    today: facts.known ? toTally(own.filter(({ date }) => date?.slice(0, 10) === today)) : null,
    week: facts.known ? toTally(own) : null,
    goals: (enrolment.known && enrolment.value?.goals) || null,
    missing: [
      ...toMissing('enrolment', enrolment),
      ...toMissing('facts', facts),
      ...toMissing('progress', lessons),
    ],
  }
}

const NOT_KNOWN = {
  enrolled: null,
  course: null,
  progress: null,
  today: null,
  week: null,
  goals: null,
}

function toMissing(part: Context['missing'][number]['part'], of: Known<unknown>) {
  return of.known ? [] : [{ part, code: of.code }]
}

/** The rows of the week are of every course and app; those that name their course are told apart by it. */
const isOf = ({ course, enrolment }: Place) => {
  const enrolmentId = enrolment.known ? enrolment.value?.id : undefined
  return (fact: WeekFact) =>
    fact.courseId === null
      ? enrolmentId !== undefined && fact.enrollmentId === enrolmentId
      : fact.courseId === course.sourcedId
}

/** XP is in one kind of rows and seconds in the other: a row of another kind may repeat either. */
function toTally(facts: readonly WeekFact[]): Tally {
  const sum = (type: string, pick: (fact: WeekFact) => number) =>
    facts
      .filter(({ eventType }) => eventType === type)
      .reduce((total, fact) => total + pick(fact), 0)
  return {
    activeMs: Math.round(sum('TimeSpentEvent', ({ activeSeconds }) => activeSeconds) * 1000),
    // In steps of 0.1, as XP are given.
    xpEarned: Math.round(sum('ActivityEvent', ({ xpEarned }) => xpEarned) * 10) / 10,
  }
}

/**
 * A lesson is done with its first `fully graded` result (Timeback integration guides). How many there are the course
 * says, as for the official SDK's progress; PowerPath need not list those that nobody has tried.
 */
function toProgress(
  { lineItems }: CourseProgress,
  enrolment: Place['enrolment'],
): Context['progress'] {
  const listed = lineItems.filter(({ type }) => type === 'resource')
  const graded = listed.filter(({ results }) =>
    results.some(({ scoreStatus }) => scoreStatus === 'fully graded'),
  )
  // Several apps may have a line item each on one lesson.
  const countLessons = (items: typeof listed) =>
    new Set(items.map((item) => item.componentResourceId ?? item.lineItemId)).size
  const total = enrolment.known && enrolment.value?.course.totalLessons
  const lessons = total || countLessons(listed)
  // The lesson that stands for the whole course is none of them.
  return { lessonsDone: Math.min(countLessons(graded), lessons), lessons }
}
