/** A course as Timeback has it: its units and lessons with their XP, its classes, and how many are enrolled in each. */
import { inLanes, type Found } from './insist.ts'
import type { Asking, Timeback } from './read-facts.ts'
import { isCurrent } from './plan-enrollment.ts'
import { isThere, readStructure, toId } from './structure.ts'
import type { Row } from './item.ts'

export interface CourseView {
  id: string
  title: string
  subjects: string[]
  grades: string[]
  orgId: string | null
  /** What the lessons below have together. */
  lessonXp: number
  /** What the course says of itself. */
  totalXp: number | null
  units: { id: string; title: string; lessons: LessonView[] }[]
  classes: { id: string; title: string; enrolled: Enrolled | null }[]
}

export interface LessonView {
  id: string
  title: string
  lessonType: string | null
  /** This and what follows are `null` where the resource can't be read or does not say it. */
  resourceId: string | null
  xp: number | null
  url: string | null
}

/** Who is enrolled today, counted. */
export interface Enrolled {
  students: number
  others: number
}

/** Never rejects. A deleted course is `absent`. */
export async function readCourseView(
  courseId: string,
  timeback: Pick<Timeback, 'oneRoster'>,
  asking: Asking,
): Promise<Found<CourseView>> {
  const { oneRoster } = timeback
  const { insist } = asking
  const course = await insist<Row>(() => oneRoster.read('course', courseId))
  if (course.type === 'absent') return { type: 'absent' }
  if (course.type === 'failed') return course
  if (!isThere(course.value)) return { type: 'absent', why: 'it was deleted' }
  const structure = await readStructure(courseId, timeback, insist)
  if (structure.type !== 'found') return structure
  const classes = await readClasses(courseId, timeback, asking)
  if (classes.type !== 'found') return classes

  const { components, componentResources } = structure.value
  const lessons = await inLanes(componentResources, async (row) => ({
    unitId: toId(row.courseComponent),
    view: await readLesson(row, timeback, asking),
  }))
  return {
    type: 'found',
    value: {
      id: courseId,
      title: toText(course.value.title) ?? '',
      subjects: toTexts(course.value.subjects),
      grades: toTexts(course.value.grades),
      orgId: toText(toId(course.value.org)),
      lessonXp: lessons.reduce((sum, { view }) => sum + (view.xp ?? 0), 0),
      totalXp: readTotalXp(course.value),
      units: components.map((row) => ({
        id: String(row.sourcedId),
        title: toText(row.title) ?? '',
        lessons: lessons.filter(({ unitId }) => unitId === row.sourcedId).map(({ view }) => view),
      })),
      classes: classes.value,
    },
  }
}

function readTotalXp({ metadata }: Row): number | null {
  const { metrics } = Object(metadata) as Row
  const { totalXp } = Object(metrics) as Row
  return typeof totalXp === 'number' ? totalXp : null
}

async function readLesson(
  row: Row,
  { oneRoster }: Pick<Timeback, 'oneRoster'>,
  { insist }: Asking,
): Promise<LessonView> {
  const resourceId = toText(toId(row.resource))
  const resource =
    resourceId === null
      ? undefined
      : await insist<Row>(() => oneRoster.read('resource', resourceId))
  const metadata = Object(resource?.type === 'found' ? resource.value.metadata : {}) as Row
  return {
    id: String(row.sourcedId),
    title: toText(row.title) ?? '',
    lessonType: toText(row.lessonType) ?? toText(metadata.lessonType),
    resourceId,
    xp: typeof metadata.xp === 'number' ? metadata.xp : null,
    url: toText(metadata.url),
  }
}

async function readClasses(
  courseId: string,
  { oneRoster }: Pick<Timeback, 'oneRoster'>,
  { insist, today }: Asking,
): Promise<Found<CourseView['classes']>> {
  const found = await insist(() => oneRoster.list('class', { 'course.sourcedId': courseId }))
  if (found.type !== 'found') return found
  const ours = found.value.filter((row) => isThere(row) && toId(row.course) === courseId)
  const value = await inLanes(ours, async ({ sourcedId, title }) => {
    const members = await insist(() =>
      oneRoster.list('enrollment', { 'class.sourcedId': sourcedId }),
    )
    const current =
      members.type === 'found'
        ? members.value.filter((row) => isCurrent(row, today) && toId(row.class) === sourcedId)
        : undefined
    const students = current?.filter(({ role }) => role === 'student').length ?? 0
    const enrolled = current ? { students, others: current.length - students } : null
    return { id: sourcedId, title: toText(title) ?? '', enrolled }
  })
  return { type: 'found', value }
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
