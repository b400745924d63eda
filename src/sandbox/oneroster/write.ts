/**
 * Every change of a row: judged as a whole, and only then stored. A refused change leaves nothing behind. What it may
 * refer to must be there before it.
 */
import { KINDS } from './kinds.ts'
import { readAt, readReference } from './rows.ts'
import { isPlainObject } from '../values.ts'
import type { Kind } from './kinds.ts'
import type { Fields, Row, Rows } from './rows.ts'

/** What Timeback's documents leave open about writing a row. */
export interface WriteSwitches {
  /** The metadata of a row that is put again. Documented only for PATCH; seen live: a course's is merged. */
  putMetadata: 'replace' | 'merge'
  /** Whether a PUT brings a deleted row back. Nobody says, and clients are told never to count on it. */
  revival: 'refuse' | 'accept'
  /** For a field that is missing or wrong. The documents have both, with one body. */
  badFieldStatus: 400 | 422
}

export interface Refusal {
  ok: false
  status: 400 | 404 | 422 | 500
  message: string
  details?: Record<string, string>[]
}

export type Written = { ok: true; row: Row; isNew: boolean } | Refusal

type Judged = { ok: true; fields: Fields } | Refusal

/** What a second row of one id is answered with. Seen live; 422 where nobody looked. */
const TAKEN: Partial<Record<Kind, 404 | 500>> = { courses: 404, componentResources: 500 }

export interface WriterParts {
  rows: Rows
  switches: WriteSwitches
  /** Mints the id of a row that comes without one. */
  newId: () => string
}

/** Source: Timeback OneRoster OpenAPI. */
export function createWriter(parts: WriterParts) {
  const { rows, newId } = parts
  return {
    /** POST. */
    create(kind: Kind, value: unknown): Written {
      const asked = readId(value)
      if (asked !== undefined && rows.find(kind, asked)) {
        return refuse(TAKEN[kind] ?? 422, `${KINDS[kind].one} ${asked} already exists`)
      }
      return store(parts, kind, asked ?? newId(), value)
    },

    /** PUT: makes the row or replaces it. */
    put: (kind: Kind, sourcedId: string, value: unknown): Written =>
      replace(parts, kind, sourcedId, value),

    /** PATCH: what is named replaces what was there, and metadata is merged. */
    patch(kind: Kind, sourcedId: string, value: unknown): Written {
      const known = rows.find(kind, sourcedId)
      if (!known) return refuse(404, `${KINDS[kind].one} ${sourcedId} not found`)
      const change = mergeMetadata(known, value)
      const merged = isPlainObject(change) ? { ...known, ...change, sourcedId } : change
      return store(parts, kind, sourcedId, merged)
    },

    /** DELETE: the row stays and says that it is to be deleted. */
    remove(kind: Kind, sourcedId: string): Written {
      const known = rows.find(kind, sourcedId)
      if (!known) return refuse(404, `${KINDS[kind].one} ${sourcedId} not found`)
      const row = rows.put(kind, sourcedId, { ...known, status: 'tobedeleted' })
      return { ok: true, row, isNew: false }
    },
  }
}

export type Writer = ReturnType<typeof createWriter>

function replace(parts: WriterParts, kind: Kind, sourcedId: string, value: unknown): Written {
  const { rows, switches } = parts
  const asked = readId(value)
  if (asked !== undefined && asked !== sourcedId) {
    return refuse(switches.badFieldStatus, 'sourcedId: expected the id of the path')
  }
  const known = rows.find(kind, sourcedId)
  if (known?.status === 'tobedeleted' && switches.revival === 'refuse') {
    return refuse(404, `${KINDS[kind].one} ${sourcedId} already exists and is deleted`)
  }
  const isMerged = known && switches.putMetadata === 'merge'
  return store(parts, kind, sourcedId, isMerged ? mergeMetadata(known, value) : value)
}

/** Judges the whole row first. */
function store(parts: WriterParts, kind: Kind, sourcedId: string, value: unknown): Written {
  const { rows, switches } = parts
  const read = readFields(kind, value, switches)
  if (!read.ok) return read
  const missing = findMissing(rows, kind, read.fields)
  if (missing) return missing
  const fields = kind === 'enrollments' ? completeEnrollment(rows, read.fields) : read.fields
  const isNew = rows.find(kind, sourcedId) === undefined
  return { ok: true, row: rows.put(kind, sourcedId, fields), isNew }
}

function readFields(kind: Kind, value: unknown, { badFieldStatus }: WriteSwitches): Judged {
  const result = KINDS[kind].schema.safeParse(value)
  if (result.success) return { ok: true, fields: result.data }
  const details = result.error.issues.map(({ path, message }) => ({ [path.join('.')]: message }))
  const [first] = result.error.issues
  const message = `${first?.path.join('.') || KINDS[kind].one}: ${first?.message}`
  return { ok: false, status: badFieldStatus, message, details }
}

/** Seen live: a wrong org is a 404, and a lesson of a resource that is not there a 500. */
function findMissing(rows: Rows, kind: Kind, fields: Fields): Refusal | undefined {
  for (const [field, target] of Object.entries(KINDS[kind].references)) {
    const ids = readAt(fields, `${field}.sourcedId`)
    const missing = ids.find((id) => rows.find(target, String(id)) === undefined)
    if (missing === undefined) continue
    const status = kind === 'componentResources' && field === 'resource' ? 500 : 404
    return refuse(status, `${field}: ${KINDS[target].one} ${missing} not found`)
  }
  return undefined
}

/** An enrolment is in a class; the class says in which course, and at which school. */
function completeEnrollment(rows: Rows, fields: Fields): Fields {
  const classId = String(readAt(fields, 'class.sourcedId')[0])
  const inClass = rows.find('classes', classId)
  const courseId = inClass && readReference(inClass, 'course')
  const course = courseId === undefined ? undefined : rows.find('courses', courseId)
  return {
    ...fields,
    ...(course && { course: { sourcedId: course.sourcedId, name: course['title'] } }),
    ...(inClass && { school: inClass['org'] }),
  }
}

function mergeMetadata(known: Row, value: unknown): unknown {
  if (!isPlainObject(value)) return value
  const { metadata = {} } = value
  if (!isPlainObject(metadata) || !isPlainObject(known['metadata'])) return value
  return { ...value, metadata: { ...known['metadata'], ...metadata } }
}

function readId(value: unknown): string | undefined {
  const id = isPlainObject(value) ? value['sourcedId'] : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}

function refuse(status: Refusal['status'], message: string): Refusal {
  return { ok: false, status, message }
}
