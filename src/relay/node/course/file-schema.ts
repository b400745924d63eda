/**
 * What a course file may say. `course.schema.json` is made from this, so that an editor helps while the file is
 * written; each description is shown there. Ids are Timeback's `sourcedId`s; slugs are what we derive ids from.
 */
import { z } from 'zod'
import { subjectSchema } from '../../../contract/activity.ts'
import { MAX_GRADE, MAX_NAME_CHARS, MAX_SLUG_CHARS, MIN_GRADE } from '../../../contract/limits.ts'

// Timeback's OneRoster OpenAPI (December 2025), `lessonType` of a component-resource.
const LESSON_TYPES = [
  'powerpath-100',
  'quiz',
  'test-out',
  'placement',
  'unit-test',
  'alpha-read-article',
] as const

const ROLES = ['student', 'teacher'] as const

const title = z.string('must be a text').trim().min(1, 'is empty').max(MAX_NAME_CHARS)

/** It becomes part of an address: no spaces, no slashes, not only dots. */
const sourcedId = z
  .string('must be a text')
  .regex(
    /^[\w-][\w.:@-]*$/,
    'takes letters a to z, digits and - _ . : @, and does not begin with a dot',
  )

const slug = z
  .string('must be a text')
  .max(MAX_SLUG_CHARS)
  .regex(
    /^[A-Za-z0-9][\w.-]*$/,
    'takes letters a to z, digits and - _ . only, such as adding-fractions',
  )

const address = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })

const amount = z.number('must be a number').min(0, 'must be 0 or more')

const grade = z
  .int('must be a whole number')
  .min(MIN_GRADE, 'begins at -1, which is Pre-K')
  .max(MAX_GRADE, 'ends at 13, which is AP')

/** An object that takes nothing else, and names what it takes to whoever mistyped. */
function object<T extends z.core.$ZodLooseShape>(shape: T) {
  const names = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `is no field of this; there are ${names}` : undefined,
  })
}

const goals = object({
  dailyXp: amount.exactOptional(),
  dailyLessons: amount.exactOptional(),
  dailyActiveMinutes: amount.exactOptional(),
  dailyAccuracy: amount.max(100, 'is a percentage').exactOptional(),
  dailyMasteredUnits: amount.exactOptional(),
})

const metrics = object({
  totalXp: amount.exactOptional(),
  totalLessons: amount.exactOptional(),
})

const course = object({
  id: sourcedId
    .exactOptional()
    .describe('Its sourcedId. Without one it is derived from the code, else from the title.'),
  title,
  subject: subjectSchema,
  grade: z
    .union([grade, z.array(grade).min(1, 'needs at least one')])
    .describe('One grade or a list: -1 is Pre-K, 0 is K, 13 is AP.'),
  code: slug.exactOptional().describe('Lets a page name the course by { code }.'),
  url: address
    .exactOptional()
    .describe(
      'Where your app is. Makes the lesson of the whole course that the official SDK makes (<id>-cr), which a learner’s mastery of the course is written for.',
    ),
  org: sourcedId.describe('The sourcedId of the school or district that owns it.'),
  goals: goals.exactOptional().describe('What a learner should do in a day.'),
  metrics: metrics
    .exactOptional()
    .describe('Without one, the sums of the lessons below. Progress is reckoned by totalLessons.'),
})

const lesson = object({
  title,
  slug: slug
    .exactOptional()
    .describe(
      'Unique in the course, the same as the id of the activity in your page; kept when the title changes. Without one it is made from the title.',
    ),
  url: address,
  xp: amount.describe('Base XP of the lesson; 1 XP is about a minute of work.'),
  lessonType: z
    .enum(LESSON_TYPES)
    .exactOptional()
    .describe('Only for lessons that PowerPath runs: it then writes their results itself.'),
  type: title.exactOptional().describe('metadata.type of the resource, such as qti.'),
  subType: title.exactOptional().describe('metadata.subType of the resource, such as qti-test.'),
  id: sourcedId.exactOptional().describe('The sourcedId of the component-resource.'),
  resourceId: sourcedId.exactOptional().describe('The sourcedId of the resource.'),
})

const unit = object({
  title,
  slug: slug
    .exactOptional()
    .describe('Kept when the title changes. Without one it is made from the title.'),
  id: sourcedId.exactOptional().describe('The sourcedId of the component.'),
  lessons: z.array(lesson).default([]),
})

const schoolClass = object({
  title,
  slug: slug.exactOptional().describe('What enrollments call it. Without one, from the title.'),
  id: sourcedId.exactOptional().describe('Its sourcedId.'),
  terms: z
    .array(sourcedId)
    .min(1, 'needs at least one: the sourcedIds of the terms in which it is held'),
})

const enrollment = object({
  email: z
    .email('must be an e-mail address')
    .describe('Whom: looked up at Timeback, never sent back.'),
  role: z.enum(ROLES).default('student'),
  class: slug
    .exactOptional()
    .describe(
      'The slug of a class above; not needed where there is one. Without classes, Timeback’s own default class of the course.',
    ),
  id: sourcedId.exactOptional().describe('Its sourcedId, where the derived one is used up.'),
})

/** A whole course file. Shapes only: what has to fit together is looked at in `read-file`. */
export const courseFileSchema = object({
  $schema: z.string().exactOptional(),
  course,
  units: z.array(unit).default([]),
  classes: z
    .array(schoolClass)
    .default([])
    .describe('Without any, Timeback makes a default class when it enrols somebody.'),
  enrollments: z.array(enrollment).default([]),
})

export type CourseFile = z.output<typeof courseFileSchema>
export type CourseLesson = CourseFile['units'][number]['lessons'][number]

/** The JSON Schema of what an author writes (draft 2020-12). */
export function toJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(courseFileSchema, { io: 'input' }),
    title: 'A course for `stint course push`',
  }
}
