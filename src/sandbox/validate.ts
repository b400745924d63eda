/**
 * Judges a whole envelope: one wrong item refuses all of them. Every error carries the path of its field and, where one
 * is known, the sentence that Timeback answers with (`event.actor.name: Expected string, received null`).
 */
import { createEntitySchema, createEnvelopeSchema, createGenericEventSchema } from './schema.ts'
import { createTimebackEventSchema } from './timeback-schema.ts'
import { isPlainObject } from './values.ts'
import type { z } from 'zod'
import type { CaliperEvent } from './schema.ts'
import type { Switches } from './values.ts'

/** `path` is dotted from the envelope, for example `data.0.actor.email`. */
export interface SchemaError {
  path: string
  message: string
}

export interface Envelope {
  sensor: string
  sendTime: string
  /** The events among `data`; an entity sent by itself is judged, and is no event. */
  events: readonly CaliperEvent[]
}

export type Verdict = { ok: true; envelope: Envelope } | { ok: false; errors: SchemaError[] }

type Path = readonly PropertyKey[]

/** Keys that an Event has and an Entity may not have. */
const EVENT_ONLY_KEYS = ['actor', 'action', 'object', 'eventTime', 'profile']

/**
 * Gives a judge of parsed JSON bodies. Source: Timeback Caliper OpenAPI and the answers recorded in the official SDK's
 * tests.
 */
export function createValidator(switches: Switches): (body: unknown) => Verdict {
  const envelopeSchema = createEnvelopeSchema(switches)
  const entitySchema = createEntitySchema(switches)
  const genericSchema = createGenericEventSchema(switches)
  const timebackSchema = createTimebackEventSchema(switches)

  return (body) => {
    const errors: SchemaError[] = []
    const check = <T>(schema: z.ZodType<T>, value: unknown, at: Path): T | undefined => {
      const result = schema.safeParse(value, { error: describeType })
      if (!result.success) errors.push(...result.error.issues.flatMap((i) => toErrors(i, at)))
      return result.data
    }

    const envelope = check(envelopeSchema, body, [])
    const events: CaliperEvent[] = []
    for (const [index, item] of listItems(body).entries()) {
      const at = ['data', index]
      if (looksLikeEntity(item)) {
        check(entitySchema, item, at)
        continue
      }
      const isTimeback = isPlainObject(item) && item['profile'] === 'TimebackProfile'
      const event = check<CaliperEvent>(isTimeback ? timebackSchema : genericSchema, item, at)
      if (event) events.push(event)
    }
    errors.push(...findNulls(body, [], new Set(errors.map(({ path }) => path))))

    if (!envelope || errors.length > 0) return { ok: false, errors }
    const { sensor, sendTime } = envelope
    return { ok: true, envelope: { sensor, sendTime, events } }
  }
}

/** In the words of the known answers. */
function describeType(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined) return 'Required'
  const expected = issue.expected === 'int' ? 'integer' : issue.expected
  return `Expected ${expected}, received ${nameType(issue.input)}`
}

function nameType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  // 1.5 where an integer is wanted, or 1e999 where a number is: the type alone would say nothing.
  return typeof value === 'number' ? String(value) : typeof value
}

/** An unknown key is reported at the key, not at the object that should not have it. */
function toErrors(issue: z.core.$ZodIssue, at: Path): SchemaError[] {
  const path = [...at, ...issue.path]
  if (issue.code !== 'unrecognized_keys') return [toError(path, issue.message)]
  return issue.keys.map((key) => toError([...path, key], 'Unrecognized key'))
}

/** The known answers speak of `event.` and leave out which one of `data` it was; the path has that. */
function toError(path: Path, message: string): SchemaError {
  const spoken = path[0] === 'data' && path.length > 1 ? ['event', ...path.slice(2)] : path
  const subject = spoken.length === 0 ? 'envelope' : spoken.join('.')
  return { path: path.join('.'), message: `${subject}: ${message}` }
}

function listItems(body: unknown): readonly unknown[] {
  return isPlainObject(body) && Array.isArray(body['data']) ? body['data'] : []
}

/**
 * An item is any of Event or Entity. An Entity is let through only if nothing about it says Event: otherwise an event
 * that lost all its fields would pass as an entity.
 */
function looksLikeEntity(item: unknown): boolean {
  if (!isPlainObject(item)) return false
  const { type } = item
  if (typeof type === 'string' && type.endsWith('Event')) return false
  return !EVENT_ONLY_KEYS.some((key) => Object.hasOwn(item, key))
}

/** No key may hold null at any depth, free `extensions` included; `known` are the paths that were reported already. */
function findNulls(value: unknown, at: Path, known: ReadonlySet<string>): SchemaError[] {
  if (value === null) {
    return known.has(at.join('.')) ? [] : [toError(at, 'must not be null')]
  }
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => findNulls(inner, [...at, key], known))
}
