/**
 * One course of the seed: a unit with three lessons, and the whole-course lesson that a completion is written for. Ids
 * are made from the course's, as the official SDK's sync makes them: `…-component`, `…-resource`, `…-cr`.
 */
import type { Fields } from '../oneroster/rows.ts'

export interface CourseRows {
  course: Fields
  components: Fields[]
  resources: Fields[]
  lessons: Fields[]
}

interface CoursePlan {
  id: string
  title: string
  subject: 'Math' | 'Reading'
}

export const ORG_ID = 'org-school-example'

/** Titles and base XP; 1 XP is about a minute. */
const LESSONS = {
  Math: [
    ['Equivalent fractions', 10],
    ['Adding fractions', 12],
    ['Volume of a box', 15],
  ],
  Reading: [
    ['The main idea', 10],
    ['Facts and opinions', 10],
    ['Two texts, one topic', 20],
  ],
} as const

/** Source: Timeback OneRoster OpenAPI, create-course flow; metadata keys in use by its clients. */
export function createCourse(plan: CoursePlan): CourseRows {
  const { id, title, subject } = plan
  const lessons = LESSONS[subject].map(([name, xp], index) => ({
    name,
    xp,
    key: `${id}-lesson-${index + 1}`,
    sortOrder: index + 1,
  }))
  const componentId = `${id}-component`
  const totalXp = lessons.reduce((sum, { xp }) => sum + xp, 0)
  return {
    course: createCourseRow(plan, { totalXp, totalLessons: lessons.length }),
    components: [createComponent(id, componentId)],
    resources: [
      ...lessons.map(({ key, name, xp }) => createResource(`${key}-resource`, name, xp)),
      createResource(`${id}-resource`, title),
    ],
    lessons: [
      ...lessons.map(({ key, name, sortOrder }) => createLesson(key, name, componentId, sortOrder)),
      createLesson(id, title, componentId, lessons.length + 1),
    ],
  }
}

function createCourseRow({ id, title, subject }: CoursePlan, metrics: Fields): Fields {
  const goals = {
    dailyXp: 25,
    dailyLessons: 1,
    dailyActiveMinutes: 25,
    dailyAccuracy: 80,
    dailyMasteredUnits: 1,
  }
  const primaryApp = { id: 'app-example', name: 'Example App', domains: ['app.example'] }
  return {
    sourcedId: id,
    status: 'active',
    title,
    courseCode: `${subject.toUpperCase()}-5`,
    subjects: [subject],
    grades: ['5'],
    org: { sourcedId: ORG_ID },
    metadata: { goals, metrics, primaryApp },
  }
}

function createComponent(courseId: string, sourcedId: string): Fields {
  return {
    sourcedId,
    status: 'active',
    title: 'Unit 1',
    course: { sourcedId: courseId },
    courseComponent: null,
    parent: null,
    sortOrder: 1,
  }
}

/** The whole course has no XP of its own: that is its lessons'. */
function createResource(sourcedId: string, title: string, xp?: number): Fields {
  return {
    sourcedId,
    status: 'active',
    title,
    vendorResourceId: sourcedId,
    importance: 'primary',
    roles: ['primary'],
    metadata: { ...(xp !== undefined && { xp }), url: `https://app.example/${sourcedId}` },
  }
}

/** A component-resource: what Timeback calls a lesson. */
function createLesson(key: string, title: string, componentId: string, sortOrder: number): Fields {
  return {
    sourcedId: `${key}-cr`,
    status: 'active',
    title,
    courseComponent: { sourcedId: componentId },
    resource: { sourcedId: `${key}-resource` },
    sortOrder,
  }
}
