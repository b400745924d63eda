/**
 * The two events that Timeback's analytics read: `ActivityEvent`/`Completed` and `TimeSpentEvent`/`SpentTime` with
 * `TimebackProfile`. Event and actor are closed, as published; every other object is open, and an unknown key in it
 * passes. Nulls are looked for elsewhere, as open objects hide them.
 */
import { z } from 'zod'
import { contextKeys } from './schema.ts'
import { CALIPER_CONTEXT, dateTime, extensions, name, urnUuid, uri } from './values.ts'
import type { Switches } from './values.ts'

/** The published list; the official SDK's `Other` comes to it in OneRoster, and by a switch in events. */
export const SUBJECTS = [
  'Reading',
  'Language',
  'Vocabulary',
  'Social Studies',
  'Writing',
  'Science',
  'FastMath',
  'Math',
  'None',
]
const ACTIVITY_METRICS = ['xpEarned', 'totalQuestions', 'correctQuestions', 'masteredUnits']
const TIME_METRICS = ['active', 'inactive', 'waste', 'unknown', 'anti-pattern']
const MAX_ITEM_SECONDS = 86_400

const actor = z.strictObject({
  id: uri,
  type: z.literal('TimebackUser'),
  email: z.email(),
  name: name.optional(),
  role: z.enum(['student', 'teacher', 'admin', 'guide']).optional(),
  extensions: extensions.optional(),
})

/**
 * The schema of both events. Source: Timeback Events and Caliper OpenAPI (July and September 2025), value bounds from
 * the official Python SDK.
 */
export function createTimebackEventSchema(switches: Switches) {
  const context = z.literal(CALIPER_CONTEXT)
  const shared = {
    ...contextKeys,
    '@context': switches.missingContext === 'accept' ? context.optional() : context,
    id: urnUuid,
    profile: z.literal('TimebackProfile'),
    actor,
    object: createObjectSchema(switches),
    eventTime: dateTime(switches),
  }
  const completed = z.strictObject({
    ...shared,
    type: z.literal('ActivityEvent'),
    action: z.literal('Completed'),
    generated: createActivityMetricsSchema(switches),
  })
  const spentTime = z.strictObject({
    ...shared,
    type: z.literal('TimeSpentEvent'),
    action: z.literal('SpentTime'),
    generated: createTimeSpentSchema(switches),
  })
  return z.discriminatedUnion('type', [completed, spentTime], {
    error: 'TimebackProfile has the types ActivityEvent and TimeSpentEvent',
  })
}

function createObjectSchema({ otherSubject }: Switches) {
  const named = z.looseObject({ name, id: uri.optional(), extensions: extensions.optional() })
  return z.looseObject({
    id: uri,
    type: z.literal('TimebackActivityContext'),
    subject: z.enum(otherSubject === 'accept' ? [...SUBJECTS, 'Other'] : SUBJECTS),
    app: named,
    course: named.optional(),
    activity: named.optional(),
    process: z.boolean().optional(),
    extensions: extensions.optional(),
  })
}

function createActivityMetricsSchema({ negativeValues }: Switches) {
  const item = z.looseObject({
    type: z.enum(ACTIVITY_METRICS),
    value: negativeValues === 'accept' ? z.number() : z.number().min(0),
    extensions: extensions.optional(),
  })
  return z.looseObject({
    id: uri,
    type: z.literal('TimebackActivityMetricsCollection'),
    items: z.array(item).superRefine(checkQuestions),
    attempt: z.int().min(1).optional(),
    extensions: extensions.optional(),
  })
}

/** Correct and total questions go together, and correct is never more. Source: Timeback SDK and its agent skills. */
function checkQuestions(
  items: readonly { type: string; value: number }[],
  context: z.RefinementCtx,
): void {
  const total = items.find(({ type }) => type === 'totalQuestions')
  const correctIndex = items.findIndex(({ type }) => type === 'correctQuestions')
  const correct = items[correctIndex]
  if (!total && !correct) return
  if (!total || !correct) {
    const message = 'totalQuestions and correctQuestions must both be there, or neither'
    context.addIssue({ code: 'custom', message })
  } else if (correct.value > total.value) {
    const message = 'correctQuestions must not be more than totalQuestions'
    context.addIssue({ code: 'custom', path: [correctIndex, 'value'], message })
  }
}

function createTimeSpentSchema(switches: Switches) {
  const date = dateTime(switches).optional()
  const item = z.looseObject({
    type: z.enum(TIME_METRICS),
    value: z.number().min(0).max(MAX_ITEM_SECONDS),
    subType: z.string().optional(),
    startDate: date,
    endDate: date,
    extensions: extensions.optional(),
  })
  return z.looseObject({
    id: uri,
    type: z.literal('TimebackTimeSpentMetricsCollection'),
    items: z.array(item),
    extensions: extensions.optional(),
  })
}
