/**
 * What has to be done so that Timeback has what a course file says: one pure function of the file and of what was read.
 * After its steps are done, a new plan of the same file says `same` throughout.
 */
import { planEnrollment } from './plan-enrollment.ts'
import type { Facts } from './read-facts.ts'
import { toAction, type Step } from './step.ts'
import { toKey, toText, type Item } from './item.ts'
import type { Wanted } from './wanted.ts'

/** The steps in an order in which they can be done. A step comes after all that it needs. */
export function planCourse(wanted: Wanted, facts: Facts): Step[] {
  const unusable = new Set<string>()
  const enrolled = new Map<string, string>()

  const hold = (step: Step): Step => {
    const waitsFor = step.needs.find((key) => unusable.has(key))
    const held: Step =
      waitsFor === undefined
        ? step
        : { ...step, action: { type: 'blocked', why: `waits for ${toText(waitsFor)}`, waitsFor } }
    if (held.action.type === 'blocked' && held.id !== undefined) {
      unusable.add(toKey(held.kind, held.id))
    }
    return held
  }
  // Two addresses may turn out to be one person's.
  const holdTwice = (step: Step): Step => {
    const first = step.id === undefined ? undefined : enrolled.get(step.id)
    if (first !== undefined) {
      const why = `is the same person as ${first}: take one of them out`
      return { ...step, action: { type: 'blocked', why } }
    }
    if (step.id !== undefined) enrolled.set(step.id, step.path)
    return hold(step)
  }
  return [
    ...wanted.items.map((item) => hold(toStep(item, facts))),
    ...wanted.enrollments.map((one) => holdTwice(planEnrollment(one, wanted, facts))),
  ]
}

function toStep({ row, ...item }: Item, { rows }: Facts): Step {
  const found = rows.get(toKey(item.kind, item.id)) ?? { type: 'failed', why: 'it was not read' }
  return { ...item, action: toAction(item.kind, found, row) }
}
