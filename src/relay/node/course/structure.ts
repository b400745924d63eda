/** What a course consists of at Timeback: its components, and what joins them to resources. Deleted rows are left out. */
import { inLanes, type Found, type Insist } from './insist.ts'
import type { Timeback } from './read-facts.ts'
import type { Row } from './item.ts'

export interface Structure {
  /** In the order of the course. */
  components: Row[]
  componentResources: Row[]
}

export async function readStructure(
  courseId: string,
  { oneRoster }: Pick<Timeback, 'oneRoster'>,
  insist: Insist,
): Promise<Found<Structure>> {
  const components = await insist(() =>
    oneRoster.list('component', { 'course.sourcedId': courseId }),
  )
  if (components.type !== 'found') return components
  // Where a server took no notice of the filter, rows of others came too.
  const ours = components.value.filter((row) => isThere(row) && toId(row.course) === courseId)
  const joined = await inLanes(ours, ({ sourcedId }) =>
    insist(() => oneRoster.list('componentResource', { 'courseComponent.sourcedId': sourcedId })),
  )
  const componentResources: Row[] = []
  for (const [n, found] of joined.entries()) {
    if (found.type !== 'found') return found
    const id = ours[n]?.sourcedId
    const theirs = found.value.filter((row) => isThere(row) && toId(row.courseComponent) === id)
    componentResources.push(...theirs)
  }
  return {
    type: 'found',
    value: {
      components: ours.toSorted(bySortOrder),
      componentResources: componentResources.toSorted(bySortOrder),
    },
  }
}

/** What a reference names; `undefined` for what is no reference. */
export function toId(reference: unknown): unknown {
  return typeof reference === 'object' && reference !== null && 'sourcedId' in reference
    ? reference.sourcedId
    : undefined
}

export const isThere = ({ status }: Row): boolean => status !== 'tobedeleted'

function bySortOrder(one: Row, other: Row): number {
  return Number(one.sortOrder ?? 0) - Number(other.sortOrder ?? 0)
}
