/** What is worth a look before a plan is done, though it stops nothing. It changes nothing, and a failed look is a note. */
import { toWholeCourseLessonId } from './ids.ts'
import type { Insist } from './insist.ts'
import { toKey, toText, type ItemKind, type Row } from './item.ts'
import type { Timeback } from './read-facts.ts'
import type { Step } from './step.ts'
import { readStructure, type Structure } from './structure.ts'
import type { Wanted } from './wanted.ts'

export async function findNotes(
  wanted: Wanted,
  steps: readonly Step[],
  timeback: Timeback,
  insist: Insist,
): Promise<string[]> {
  const course = steps.find(({ kind }) => kind === 'course')?.action.type
  if (course === 'blocked') return []
  if (course === 'create') {
    return [...(await findNoOrg(wanted, timeback, insist)), ...findNoMastery(wanted, NOTHING)]
  }
  const structure = await readStructure(wanted.courseId, timeback, insist)
  if (structure.type === 'found') {
    return [...findUnnamed(wanted, structure.value), ...findNoMastery(wanted, structure.value)]
  }
  const why = structure.type === 'failed' ? structure.why : 'there is no such list'
  return [`what the file does not name was not looked for: ${why}`]
}

const NOTHING: Structure = { components: [], componentResources: [] }

/** Single orgs are OneRoster 1.2's `getOrg`; Timeback documents the collection only, so that a 404 proves little. */
async function findNoOrg(
  { orgId }: Wanted,
  { oneRoster }: Timeback,
  insist: Insist,
): Promise<string[]> {
  const org = await insist<Row>(() => oneRoster.read('org', orgId))
  return org.type === 'absent'
    ? [`Timeback shows no org ${orgId}: if "org" is wrong, creating the course will fail`]
    : []
}

/** After a title was changed, what was made under the old one is still there. */
function findUnnamed(
  { courseId, items }: Wanted,
  { components, componentResources }: Structure,
): string[] {
  const named = new Set([
    ...items.map(({ kind, id }) => toKey(kind, id)),
    // The official SDK's sync may have made these.
    toKey('component', `${courseId}-component`),
    toKey('componentResource', toWholeCourseLessonId(courseId)),
  ])
  const toUnnamed = (kind: ItemKind, rows: Row[]) =>
    rows.map(({ sourcedId }) => toKey(kind, String(sourcedId))).filter((key) => !named.has(key))
  const unnamed = [
    ...toUnnamed('component', components),
    ...toUnnamed('componentResource', componentResources),
  ].map(toText)
  return unnamed.length > 0
    ? [
        `at Timeback and not in the file, left as it is: ${unnamed.join(', ')}. If you changed a title, give what you renamed its old "slug"`,
      ]
    : []
}

function findNoMastery({ courseId, items }: Wanted, { componentResources }: Structure): string[] {
  const id = toWholeCourseLessonId(courseId)
  const isThere =
    items.some((item) => item.kind === 'componentResource' && item.id === id) ||
    componentResources.some(({ sourcedId }) => sourcedId === id)
  return isThere
    ? []
    : [
        `there will be no lesson ${id}, for which the relay writes that a course is mastered (STINT_MASTERY): give the course a "url" to have it made`,
      ]
}
