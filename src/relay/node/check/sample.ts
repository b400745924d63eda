/**
 * An envelope as the relay would send it after a quarter of an hour's work, from the same builders, for Timeback to
 * validate and not to keep. Ids are fresh, so that nothing of it can be taken for an event that was stored.
 */
import {
  toActivityEvent,
  toEnvelope,
  toTimeSpentEvent,
  type EventContext,
} from '../../../timeback/caliper.ts'
import type {
  ActivityEvent,
  CaliperEnvelope,
  TimeSpentEvent,
} from '../../../timeback/caliper-schema.ts'
import { toIdBase, type TimebackEnvironment } from '../../../timeback/endpoints.ts'
import { toCourseName, type CourseEntry } from '../../courses.ts'

export interface SampleOptions {
  environment: TimebackEnvironment
  sensor: string | undefined
  app: { name: string; id?: string } | undefined
  /** The course of the sample; an invented one if none is configured. */
  course: CourseEntry | undefined
  /** Whether Timeback is to write the result. */
  process: boolean
  /** Who worked; an invented learner if nobody is named. */
  learner: { sourcedId: string; email: string } | undefined
  now: number
  newId: () => string
}

const INVENTED_COURSE: CourseEntry = { sourcedId: 'stint-check', subject: 'Math', grade: 5 }
const INVENTED_LEARNER = { sourcedId: 'stint-check', email: 'stint-check@example.org' }

export type Sample = Omit<CaliperEnvelope, 'data'> & { data: [ActivityEvent, TimeSpentEvent] }

export function toSample(options: SampleOptions): Sample {
  const { now, newId, sensor = 'https://stint-check.example' } = options
  const context = toContext(options, sensor)
  const activity = toActivityEvent({
    id: newId(),
    generatedId: newId(),
    eventTime: now,
    context,
    process: options.process,
    attempt: 1,
    metrics: { xpEarned: 12, totalQuestions: 20, correctQuestions: 17 },
  })
  const time = toTimeSpentEvent({
    id: newId(),
    generatedId: newId(),
    eventTime: now,
    context,
    items: [
      { metric: 'active', ms: 742_500 },
      { metric: 'inactive', ms: 97_250, subType: 'idle' },
      { metric: 'waste', ms: 60_000, subType: 'tab-hidden' },
    ],
    split: { active: 742_500, idle: 97_250, 'tab-hidden': 60_000 },
  })
  return { ...toEnvelope({ sensor, sendTime: now, events: [] }), data: [activity, time] }
}

function toContext(
  { environment, app, course = INVENTED_COURSE, learner = INVENTED_LEARNER, newId }: SampleOptions,
  sensor: string,
): EventContext {
  const { sourcedId, subject, grade, code } = course
  return {
    actor: { ...learner, role: 'student' },
    activity: { id: 'stint-check', name: 'A check of Stint' },
    course: { sourcedId, name: toCourseName(course) },
    subject,
    ...(grade === undefined ? {} : { grade }),
    ...(code === undefined ? {} : { courseCode: code }),
    app: app ?? { name: 'Stint check' },
    sensor,
    runId: newId(),
    idBase: toIdBase(environment),
  }
}
