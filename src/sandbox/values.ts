/**
 * The leaf values of the schemas: ids, addresses, times and names. Nothing here knows of events. What Timeback leaves
 * open is a switch, so that a test can ask for either answer.
 */
import { z } from 'zod'

/** What the published documents contradict each other about, or leave unsaid. */
export interface Switches {
  /** `Other` is a subject in the official SDK and in no published OpenAPI. */
  otherSubject: 'accept' | 'refuse'
  /** The OpenAPI corrects XP by a negative value; the SDK refuses to send one. */
  negativeValues: 'accept' | 'refuse'
  /** Exactly three decimals and `Z`, the one form every client sends; false takes any ISO 8601 date-time. */
  strictTimes: boolean
  /** The two Timeback schemas require `@context`; the official examples leave it out. */
  missingContext: 'accept' | 'refuse'
}

/** The one Caliper version Timeback takes; `http`, not `https`. */
export const CALIPER_CONTEXT = 'http://purl.imsglobal.org/ctx/caliper/v1p2'

export const name = z.string().min(1)

/** Free keys; what is inside is looked at for nulls only. */
export const extensions = z.looseObject({})

export const uri = z.string().refine(isAbsoluteUri, 'Invalid url')

/**
 * The published pattern is `^urn:uuid:(.*)$`. Here a UUID as of RFC 9562 must follow, so that a doubled prefix, known to
 * happen, is seen.
 */
export const urnUuid = z
  .string()
  .regex(
    /^urn:uuid:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
    'Invalid id, expected urn:uuid: and one UUID',
  )

/** The context keys of an event (`edApp`, `session`, ...) take an address or an entity. */
export function urlOrObject(key: string) {
  // Not a zod union: that would report the failed address instead of the documented sentence.
  return z.custom<string | Record<string, unknown>>(
    (value) => (typeof value === 'string' ? isAbsoluteUri(value) : isPlainObject(value)),
    `${key} must be either a URL string or a valid object`,
  )
}

/** An instant on the wire. */
export function dateTime({ strictTimes }: Pick<Switches, 'strictTimes'>) {
  return strictTimes
    ? z.iso.datetime({
        precision: 3,
        error: (issue) =>
          issue.code === 'invalid_format'
            ? 'Invalid datetime, expected YYYY-MM-DDTHH:mm:ss.sssZ'
            : undefined,
      })
    : z.iso.datetime({ offset: true })
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The official SDK leaves the space of `Social Studies` in its addresses: a space inside passes, as in a browser. */
function isAbsoluteUri(value: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(value) && value.trim() === value && URL.canParse(value)
}
