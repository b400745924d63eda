/**
 * What a row of each kind must hold to be taken. A key that no schema names is dropped in silence, as seen live with a
 * resource's `url`; what is inside `metadata` is free. Whether a reference leads anywhere is asked elsewhere.
 */
import { z } from 'zod'
import { SUBJECTS } from '../timeback-schema.ts'

const text = z.string().min(1)
const status = z.enum(['active', 'tobedeleted'])
const reference = z.looseObject({ sourcedId: text })
const metadata = z.looseObject({}).optional()
/** Yes and no are words on this wire, not booleans. */
const flag = z.enum(['true', 'false'])
const instant = z.iso.datetime({ offset: true, error: 'Invalid datetime' })
const day = z.union([z.iso.date(), instant], { error: 'Invalid date or datetime' })
const level = z.enum(['primary', 'secondary'])
const grades = z.array(z.enum(Array.from({ length: 15 }, (_, index) => String(index - 1))))

/** Source: 1EdTech OneRoster 1.2, RoleEnum. */
const USER_ROLES = [
  'administrator',
  'aide',
  'counselor',
  'districtAdministrator',
  'guardian',
  'parent',
  'principal',
  'proctor',
  'relative',
  'siteAdministrator',
  'student',
  'systemAdministrator',
  'teacher',
]

/** What every row may have; `status` is required only where Timeback's documents say so. */
const base = { sourcedId: text.optional(), metadata }
const named = { ...base, status }
const lenient = { ...base, status: status.default('active') }

/** Source: 1EdTech OneRoster 1.2, Org. */
export const org = z.object({
  ...named,
  name: text,
  type: z.enum(['department', 'school', 'district', 'local', 'state', 'national']),
  identifier: text.optional(),
  parent: reference.nullish(),
})

/** Source: 1EdTech OneRoster 1.2, AcademicSession. */
export const academicSession = z.object({
  ...named,
  title: text,
  type: z.enum(['gradingPeriod', 'semester', 'schoolYear', 'term']),
  startDate: day,
  endDate: day,
  schoolYear: z.union([z.string(), z.int()]),
  org: reference.optional(),
  parent: reference.nullish(),
})

/** Source: Timeback OneRoster OpenAPI, user rows that public clients read. */
export const user = z.object({
  ...named,
  enabledUser: flag,
  givenName: text,
  familyName: text,
  email: z.email().optional(),
  username: text.optional(),
  roles: z
    .array(z.looseObject({ roleType: level, role: z.enum(USER_ROLES), org: reference }))
    .min(1),
  grades: grades.optional(),
  primaryOrg: reference.nullish(),
  userProfiles: z.array(z.looseObject({})).optional(),
})

/** Source: Timeback OneRoster OpenAPI; subjects and grades as its clients use them. */
export const course = z.object({
  ...named,
  title: text,
  org: reference,
  courseCode: z.string().nullish(),
  subjects: z.array(z.enum([...SUBJECTS, 'Other'])).optional(),
  grades: grades.optional(),
})

/** Source: Timeback OneRoster OpenAPI (a kind of Timeback's own). */
export const courseComponent = z.object({
  ...named,
  title: text,
  course: reference,
  courseComponent: reference.nullish(),
  parent: reference.nullish(),
  sortOrder: z.int().optional(),
})

/** Source: Timeback OneRoster OpenAPI; `status` is advised there, not required. */
export const resource = z.object({
  ...lenient,
  title: text,
  vendorResourceId: text,
  importance: level.optional(),
  roles: z.array(level).optional(),
})

/** Source: Timeback OneRoster OpenAPI (a kind of Timeback's own: "a lesson"). */
export const componentResource = z.object({
  ...named,
  sourcedId: text,
  title: text,
  courseComponent: reference,
  resource: reference,
  sortOrder: z.int().optional(),
  lessonType: z
    .enum(['powerpath-100', 'quiz', 'test-out', 'placement', 'unit-test', 'alpha-read-article'])
    .nullish(),
})

/** Source: Timeback OneRoster OpenAPI. */
export const schoolClass = z.object({
  ...lenient,
  title: text,
  course: reference,
  org: reference,
  terms: z.array(reference).min(1),
  grades: grades.optional(),
})

/** `course` and `school` are the class's own. Source: Timeback OneRoster OpenAPI. */
export const enrollment = z.object({
  ...lenient,
  role: z.enum(['administrator', 'proctor', 'student', 'teacher']),
  primary: flag.optional(),
  beginDate: day.nullish(),
  endDate: day.nullish(),
  user: reference,
  class: reference,
  school: reference.optional(),
  course: reference.optional(),
})

const source = { source: text }

/** Source: Timeback OneRoster OpenAPI; course, component and componentResource are Timeback's own. */
export const assessmentLineItem = z.object({
  ...named,
  title: text,
  resultValueMin: z.number().nullish(),
  resultValueMax: z.number().nullish(),
  course: reference.nullish(),
  component: reference.nullish(),
  componentResource: reference.nullish(),
  class: reference.nullish(),
  scoreScale: reference.nullish(),
  parentAssessmentLineItem: reference.nullish(),
  learningObjectiveSet: z
    .array(z.looseObject({ ...source, learningObjectiveIds: z.array(text) }))
    .optional(),
})

const objectiveResult = z.looseObject({
  learningObjectiveId: text,
  score: z.number().optional(),
  textScore: z.string().optional(),
})

/** Source: Timeback OneRoster OpenAPI; `scoreDate` is kept as it was written. */
export const assessmentResult = z.object({
  ...named,
  assessmentLineItem: reference,
  student: reference,
  scoreStatus: z.enum(['exempt', 'fully graded', 'not submitted', 'partially graded', 'submitted']),
  scoreDate: instant,
  score: z.number().nullish(),
  textScore: z.string().nullish(),
  comment: z.string().nullish(),
  scorePercentile: z.number().nullish(),
  scoreScale: reference.nullish(),
  inProgress: flag.optional(),
  incomplete: flag.optional(),
  late: flag.optional(),
  missing: flag.optional(),
  learningObjectiveSet: z
    .array(z.looseObject({ ...source, learningObjectiveResults: z.array(objectiveResult) }))
    .optional(),
})
