/**
 * Pieces of the schemas that read Timeback's rows. Ids must be there; of everything else, what is missing, null or of
 * another type than documented becomes null (or nothing), so that one odd field never hides a learner's row.
 */
import { z } from 'zod'
import type { Reader } from './answer.ts'
import { isRecord } from './json.ts'

export const id = z.string().min(1)
export const text = z.string().nullable().catch(null)
export const number = z.number().nullable().catch(null)
export const texts = z.array(z.string()).catch([])
/** A free object, such as `metadata`. */
export const free = z.record(z.string(), z.unknown()).catch({})

/** An object of which nothing is known if it is missing, null or none. */
export function orNone<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (isRecord(value) ? value : {}), schema)
}

/** How rows name one another. */
export interface Reference {
  sourcedId: string
  /** Only where the server adds it. */
  name: string | null
}

export const reference: z.ZodType<Reference | null> = z
  .object({ sourcedId: id, name: text })
  .nullable()
  .catch(null)

/** What an answer has under `key`, if the schema reads it. */
export function readUnder<T>(key: string, schema: z.ZodType<T>): Reader<T> {
  const envelope = z.object({ [key]: schema })
  return (body) => {
    const read = envelope.safeParse(body)
    return read.success ? (read.data[key] as T) : undefined
  }
}

export function readAs<T>(schema: z.ZodType<T>): Reader<T> {
  return (body) => schema.safeParse(body).data
}
