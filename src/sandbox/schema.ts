/**
 * What the Caliper service asks of any envelope: the envelope itself (open), the generic Event and the generic Entity
 * (both closed). An event of another profile needs no more than this to be accepted.
 */
import { z } from 'zod'
import { CALIPER_CONTEXT, dateTime, extensions, name, urlOrObject, urnUuid, uri } from './values.ts'
import type { Switches } from './values.ts'

const PROFILES = [
  'AnnotationProfile',
  'AssessmentProfile',
  'ToolUseProfile',
  'GeneralProfile',
  'FeedbackProfile',
  'MediaProfile',
  'SurveyProfile',
  'ResourceManagementProfile',
  'ForumProfile',
  'AssignableProfile',
  'GradingProfile',
  'ReadingProfile',
  'SessionProfile',
  'SearchProfile',
  'ToolLaunchProfile',
  'TimebackProfile',
]

/** Optional on every event, Timeback's two included. */
export const contextKeys = {
  edApp: urlOrObject('edApp').optional(),
  session: urlOrObject('session').optional(),
  federatedSession: urlOrObject('federatedSession').optional(),
  target: urlOrObject('target').optional(),
  referrer: urlOrObject('referrer').optional(),
  group: urlOrObject('group').optional(),
  membership: urlOrObject('membership').optional(),
  extensions: extensions.optional(),
}

/** The envelope without its items, which are judged one by one. Source: Timeback Caliper OpenAPI. */
export function createEnvelopeSchema(switches: Switches) {
  return z.looseObject({
    sensor: uri,
    sendTime: dateTime(switches),
    dataVersion: z.literal(CALIPER_CONTEXT),
    data: z.array(z.unknown()).min(1),
  })
}

/** An event of any profile. Source: Timeback Events OpenAPI (July 2025), schema Event. */
export function createGenericEventSchema(switches: Switches) {
  const stringOrObject = z.union([z.string(), z.looseObject({})], {
    error: 'must be a string or an object',
  })
  return z.strictObject({
    ...contextKeys,
    '@context': z.literal(CALIPER_CONTEXT).optional(),
    id: urnUuid,
    type: name,
    profile: z.enum(PROFILES),
    action: name,
    actor: stringOrObject,
    object: stringOrObject,
    generated: stringOrObject.optional(),
    eventTime: dateTime(switches),
  })
}

/** An entity sent by itself. Source: Timeback Events OpenAPI (July 2025), schema Entity. */
export function createEntitySchema(switches: Switches) {
  return z.strictObject({
    '@context': z.literal(CALIPER_CONTEXT).optional(),
    id: uri,
    type: name,
    name: name.optional(),
    description: z.string().optional(),
    dateCreated: dateTime(switches).optional(),
    dateModified: dateTime(switches).optional(),
    otherIdentifiers: z.array(z.union([z.string(), z.looseObject({})])).optional(),
    extensions: extensions.optional(),
  })
}

/** An event that passed: what all profiles have in common. */
export type CaliperEvent = z.infer<ReturnType<typeof createGenericEventSchema>>
