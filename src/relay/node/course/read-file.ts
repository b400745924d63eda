/**
 * A course file from its text: the file, or everything that is wrong with it at once, each with its path, its line and
 * what to do. An e-mail address is never part of what is said about it.
 */
import type { z } from 'zod'
import { courseFileSchema, type CourseFile } from './file-schema.ts'
import { toCourseId, toSlug, type Named } from './ids.ts'
import { findLine, locateLines } from './locate.ts'
import { toKey } from './item.ts'
import { toWanted, type Wanted } from './wanted.ts'

export interface Problem {
  /** As in `units.0.lessons.1.xp`; '' for the file as a whole. */
  path: string
  line: number | undefined
  message: string
}

export type ReadCourseFile =
  | { type: 'read'; file: CourseFile; wanted: Wanted; lineOf: (path: string) => number | undefined }
  | { type: 'wrong'; problems: Problem[] }

type Complaint = Pick<Problem, 'path' | 'message'>

export function readCourseFile(text: string): ReadCourseFile {
  // Some editors begin a file with a byte order mark, which JSON does not know.
  const json = text.replace(/^\uFEFF/, '')
  const parsed = parse(json)
  if ('message' in parsed) return { type: 'wrong', problems: [parsed] }

  const lines = locateLines(json)
  const lineOf = (path: string) => findLine(lines, path)
  const wrong = (complaints: Complaint[]): ReadCourseFile => ({
    type: 'wrong',
    problems: complaints.map((one) => ({ ...one, line: lineOf(one.path) })),
  })

  const read = courseFileSchema.safeParse(parsed.value, { error: say, reportInput: true })
  if (!read.success) return wrong(read.error.issues.flatMap(toComplaints))
  const unnamed = findUnnamed(read.data)
  if (unnamed.length > 0) return wrong(unnamed)
  const wanted = toWanted(read.data)
  const misfits = [
    ...findTwice(wanted, findTwiceNamed(read.data)),
    ...findLost(read.data),
    ...findTwiceEnrolled(wanted),
  ]
  return misfits.length > 0 ? wrong(misfits) : { type: 'read', file: read.data, wanted, lineOf }
}

function parse(json: string): { value: unknown } | Problem {
  try {
    return { value: JSON.parse(json) as unknown }
  } catch (error) {
    // The engine repeats a piece of the text, which may hold an address: only its place is taken over.
    const position = /position (\d+)/.exec(String(error))?.[1]
    const line = position && json.slice(0, Number(position)).split('\n').length
    return {
      path: '',
      line: line || undefined,
      message: 'is not JSON here: look for a comma too many, a quote or a bracket too few',
    }
  }
}

/** For what the schema says nothing special about. */
function say(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_type') return `must be ${ARTICLES[issue.expected] ?? issue.expected}`
  if (issue.code === 'too_big') return `is too long: ${String(issue.maximum)} at most`
  return undefined
}

const ARTICLES: Record<string, string> = { object: 'an object { … }', array: 'a list [ … ]' }

function toComplaints(issue: z.core.$ZodIssue): Complaint[] {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: join(path, key), message: issue.message }))
  }
  // A grade is one or a list: what is wrong with the nearer one of the two is worth saying.
  const inner = issue.code === 'invalid_union' ? findNearest(issue) : undefined
  if (inner)
    return inner.flatMap((one) => toComplaints({ ...one, path: [...issue.path, ...one.path] }))
  const missing = issue.input === undefined && issue.message.startsWith('must be')
  return [{ path, message: missing ? `is missing: it ${issue.message}` : issue.message }]
}

function findNearest(issue: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] | undefined {
  return (
    issue.errors.find((errors) => errors.every(({ code }) => code !== 'invalid_type')) ??
    issue.errors[0]
  )
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

/** A title in another script leaves no slug: what is derived from it would be the same for all. */
function findUnnamed({ course, units, classes }: CourseFile): Complaint[] {
  const nameless = (named: Named, path: string): Complaint[] =>
    toSlug(named) === ''
      ? [{ path, message: 'needs a "slug": none can be made from its title' }]
      : []
  const courseless: Complaint[] = toCourseId(course)
    ? []
    : [{ path: 'course', message: 'needs an "id": none can be made from its title' }]
  return [
    ...courseless,
    ...units.flatMap((unit, n) => [
      ...(unit.id === undefined ? nameless(unit, `units.${n}`) : []),
      // Its slug is the id of the activity too: an id of its own does not do.
      ...unit.lessons.flatMap((one, place) => nameless(one, `units.${n}.lessons.${place}`)),
    ]),
    ...classes.flatMap((one, n) => (one.id === undefined ? nameless(one, `classes.${n}`) : [])),
  ]
}

/** A page names a lesson by its slug alone, whatever ids the file gives. */
function findTwiceNamed({ units }: CourseFile): Complaint[] {
  const seen = new Map<string, string>()
  return units.flatMap((unit, n) =>
    unit.lessons.flatMap((lesson, place): Complaint[] => {
      const path = `units.${n}.lessons.${place}`
      const name = toSlug(lesson)
      const first = seen.get(name)
      seen.set(name, first ?? path)
      if (first === undefined) return []
      return [{ path, message: `is "${name}" as ${first} is: give it a "slug" of its own` }]
    }),
  )
}

function findTwice({ items }: Wanted, known: Complaint[]): Complaint[] {
  const seen = new Map<string, string>()
  const complaints = [...known]
  for (const { kind, id, path } of items) {
    const key = toKey(kind, id)
    const first = seen.get(key)
    // A lesson is two rows: once is enough to say it.
    if (first !== undefined && !complaints.some((one) => one.path === path)) {
      complaints.push({
        path,
        message: `has the same id as ${first}, ${id}: give it a "slug" or an id of its own`,
      })
    }
    seen.set(key, first ?? path)
  }
  return complaints
}

function findLost({ classes, enrollments }: CourseFile): Complaint[] {
  const slugs = classes.map(toSlug)
  return enrollments.flatMap(({ class: name }, n): Complaint[] => {
    if (name === undefined) {
      if (slugs.length < 2) return []
      return [{ path: `enrollments.${n}`, message: `needs a "class": ${slugs.join(', ')}` }]
    }
    if (slugs.includes(name)) return []
    const known = slugs.length > 0 ? slugs.join(', ') : 'none; add it to "classes"'
    return [
      { path: `enrollments.${n}.class`, message: `is no class of this file; there is ${known}` },
    ]
  })
}

function findTwiceEnrolled({ enrollments }: Wanted): Complaint[] {
  const seen = new Map<string, string>()
  return enrollments.flatMap(({ email, role, class: one, id, path }) => {
    const keys = [[email.toLowerCase(), role, one?.id].join(' '), ...(id === undefined ? [] : [id])]
    const first = keys.map((key) => seen.get(key)).find((earlier) => earlier !== undefined)
    for (const key of keys) seen.set(key, first ?? path)
    if (first === undefined) return []
    return [{ path, message: `is the same as ${first}: take one of them out` }]
  })
}
