/**
 * What a sandbox knows before anybody wrote to it. The rows are put through the same judgement as a client's: a school
 * that Timeback would refuse is a programmer's mistake.
 */
import { createSeed } from './seed.ts'
import type { Kind } from '../oneroster/kinds.ts'
import type { Fields } from '../oneroster/rows.ts'
import type { Writer } from '../oneroster/write.ts'

/** Rows by kind, as they would be posted. */
export type SchoolRows = Partial<Record<Kind, readonly Fields[]>>

export type School = 'seeded' | 'empty' | SchoolRows

/** No row refers to one of a later kind. */
const ORDER: readonly Kind[] = [
  'orgs',
  'academicSessions',
  'users',
  'courses',
  'resources',
  'courseComponents',
  'componentResources',
  'classes',
  'enrollments',
  'assessmentLineItems',
  'assessmentResults',
]

/** Throws a `TypeError` that names the first row which is refused, and why. */
export function loadSchool(school: School, writer: Writer): void {
  const rows = readSchool(school)
  for (const kind of ORDER) {
    for (const fields of rows[kind] ?? []) {
      const written = writer.create(kind, fields)
      if (written.ok) continue
      throw new TypeError(`school: ${kind} ${String(fields['sourcedId'])}: ${written.message}`)
    }
  }
}

function readSchool(school: School): SchoolRows {
  if (school === 'empty') return {}
  return school === 'seeded' ? createSeed() : school
}
