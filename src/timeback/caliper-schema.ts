/**
 * The two events that Timeback's analytics read, and their envelope, as strictly as Timeback may check them. What
 * passes here can be sent; what fails would be answered with 400 for the whole envelope, or be stored for ever in a
 * form nobody can use: stored events can neither be changed nor deleted.
 *
 * Published objects are partly open; here every one is closed but the free `extensions`, so that a misspelt key is
 * found before it is sent. Keys are listed in the order in which they are written.
 *
 * Source: Timeback Caliper OpenAPI (July and September 2025), official Python SDK 0.4. "Ours" marks what is stricter.
 */
import { z } from 'zod'
import {
  isAbsoluteUri,
  isEventUrn,
  isHttpUrl,
  isInstant,
  refuseBadCounts,
  refuseBadProgress,
  refuseMissingXp,
  refuseRepeatedIds,
  refuseRepeatedTypes,
  refuseUnsendable,
} from './caliper-rules.ts'

/** http, not https: it is a name, compared letter by letter. */
export const CALIPER_CONTEXT = 'http://purl.imsglobal.org/ctx/caliper/v1p2'

/** 24 hours, the SDK's bound for one item. */
const MAX_SPENT_SECONDS = 86_400

const uri = z.string().refine(isAbsoluteUri, 'must be an absolute URI, percent-encoded')
const url = z.string().refine(isHttpUrl, 'must be an absolute http(s) URL, percent-encoded')
const urn = z.string().refine(isEventUrn, 'must be urn:uuid: and a lower-case UUID, version 4')
const instant = z.string().refine(isInstant, 'must be UTC with exactly three decimals and Z')
const name = z.string().min(1)
const extensions = z.record(z.string(), z.unknown()).superRefine(refuseUnsendable)

// The September 2025 list and the SDK's `Other`, which no published schema has: see `EnvelopeOptions`.
const subject = z.enum([
  'Reading',
  'Language',
  'Vocabulary',
  'Social Studies',
  'Writing',
  'Science',
  'FastMath',
  'Math',
  'None',
  'Other',
])

const actor = z.strictObject({
  id: url,
  type: z.literal('TimebackUser'),
  // Timeback finds the learner by it, and refuses an empty one.
  email: z.email(),
  name: name.exactOptional(),
  role: z.enum(['student', 'teacher', 'admin', 'guide']).exactOptional(),
  extensions: extensions.exactOptional(),
})

const named = z.strictObject({
  id: uri.exactOptional(),
  name,
  extensions: extensions.exactOptional(),
})

// Ours: no course without its id, which is all that counts in reports.
const course = z.strictObject({ id: url, name, extensions: extensions.exactOptional() })

const spentObject = z.strictObject({
  id: url,
  type: z.literal('TimebackActivityContext'),
  subject,
  app: named,
  activity: named.exactOptional(),
  course: course.exactOptional(),
  extensions: extensions.exactOptional(),
})

// September's prose requires the course of a completion. Ours: only a completion says `process`, and always does.
const completedObject = z.strictObject({
  ...spentObject.shape,
  course,
  process: z.boolean(),
})

const completedMetrics = z.strictObject({
  // A fresh URN, as in the SDK; September's prose wants a URN in one place and the lesson's URL in another.
  id: urn,
  type: z.literal('TimebackActivityMetricsCollection'),
  // In the prose and the SDK, in no schema: it passes because the published collection is open.
  attempt: z.int().min(1).exactOptional(),
  items: z
    .array(
      z.strictObject({
        type: z.enum(['xpEarned', 'totalQuestions', 'correctQuestions', 'masteredUnits']),
        value: z.number().min(0),
        extensions: extensions.exactOptional(),
      }),
    )
    .min(1)
    .superRefine(refuseRepeatedTypes)
    .superRefine(refuseBadCounts)
    .superRefine(refuseMissingXp),
  extensions: extensions.superRefine(refuseBadProgress).exactOptional(),
})

const spentMetrics = z.strictObject({
  id: urn,
  type: z.literal('TimebackTimeSpentMetricsCollection'),
  items: z
    .array(
      z.strictObject({
        type: z.enum(['active', 'inactive', 'waste', 'unknown', 'anti-pattern']),
        value: z.number().min(0).max(MAX_SPENT_SECONDS),
        subType: name.exactOptional(),
        startDate: instant.exactOptional(),
        endDate: instant.exactOptional(),
        extensions: extensions.exactOptional(),
      }),
    )
    .min(1)
    .superRefine(refuseRepeatedTypes),
  extensions: extensions.exactOptional(),
})

const activityEvent = z.strictObject({
  '@context': z.literal(CALIPER_CONTEXT),
  id: urn,
  type: z.literal('ActivityEvent'),
  action: z.literal('Completed'),
  profile: z.literal('TimebackProfile'),
  eventTime: instant,
  actor,
  object: completedObject,
  generated: completedMetrics,
  edApp: url.exactOptional(),
  extensions: extensions.exactOptional(),
})

const timeSpentEvent = z.strictObject({
  ...activityEvent.shape,
  type: z.literal('TimeSpentEvent'),
  action: z.literal('SpentTime'),
  object: spentObject,
  generated: spentMetrics,
})

const envelopeSchema = z.strictObject({
  sensor: url,
  sendTime: instant,
  dataVersion: z.literal(CALIPER_CONTEXT),
  data: z
    .array(z.discriminatedUnion('type', [activityEvent, timeSpentEvent]))
    .min(1)
    .superRefine(refuseRepeatedIds),
})

export type ActivityEvent = z.infer<typeof activityEvent>
export type TimeSpentEvent = z.infer<typeof timeSpentEvent>
export type CaliperEnvelope = z.infer<typeof envelopeSchema>
export type Subject = z.infer<typeof subject>
export type Role = NonNullable<z.infer<typeof actor>['role']>
/** What a stretch of time was. Its length is in milliseconds with us, in SECONDS on the wire. */
export type SpentMetric = TimeSpentEvent['generated']['items'][number]['type']

export interface EnvelopeOptions {
  /** Lets the subject `Other` pass. Off by default: no published schema has it, a server may answer 400. */
  allowOther?: boolean
}

/** Where it is wrong, such as `data.0.actor.email` (empty for the envelope itself), and what is wrong there. */
export interface EnvelopeProblem {
  path: string
  message: string
}

export type EnvelopeReading =
  { ok: true; envelope: CaliperEnvelope } | { ok: false; problems: EnvelopeProblem[] }

/** Checks an envelope before it is sent, and reports all problems rather than the first. Never throws. */
export function readEnvelope(
  value: unknown,
  { allowOther = false }: EnvelopeOptions = {},
): EnvelopeReading {
  const parsed = envelopeSchema.safeParse(value)
  const problems = parsed.success
    ? findOther(allowOther ? [] : parsed.data.data)
    : parsed.error.issues.flatMap(toProblems)
  return parsed.success && problems.length === 0
    ? { ok: true, envelope: parsed.data }
    : { ok: false, problems }
}

function findOther(events: CaliperEnvelope['data']): EnvelopeProblem[] {
  return events.flatMap(({ object }, index) =>
    object.subject === 'Other'
      ? [{ path: `data.${index}.object.subject`, message: 'Other is not allowed here' }]
      : [],
  )
}

/** One problem per unknown key, with the key in the path: that is where somebody will look. */
function toProblems(issue: z.core.$ZodIssue): EnvelopeProblem[] {
  const path = issue.path.map(String)
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'unknown key' }))
    : [{ path: path.join('.'), message: issue.message }]
}
