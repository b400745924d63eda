/**
 * Does what a plan says. Each write can be made again without harm, and whatever fails leaves the rest to go on but for
 * what needs it: running the same file again finishes what is left.
 */
import { inLanes, type Found, type Insist } from './insist.ts'
import type { Timeback } from './read-facts.ts'
import type { Sending, Step } from './step.ts'
import { toKey, toText, type ItemKind, type Row } from './item.ts'

export interface Done {
  step: Step
  /** `skipped`: something that it needs is not there. */
  result: 'created' | 'updated' | 'same' | 'blocked' | 'failed' | 'skipped'
  why?: string
}

/** What of one layer never needs another of the same. */
const LAYERS: ItemKind[][] = [
  ['course'],
  ['component', 'resource', 'class'],
  ['componentResource', 'enrollment'],
]

/** Never rejects. `tell` hears of each step as it is done, `same` ones too. */
export async function pushSteps(
  steps: readonly Step[],
  timeback: Timeback,
  insist: Insist,
  tell: (done: Done) => void,
): Promise<Done[]> {
  const all: Done[] = []
  const missing = new Set<string>()
  for (const kinds of LAYERS) {
    const layer = steps.filter(({ kind }) => kinds.includes(kind))
    const dones = await inLanes(layer, async (step) => {
      const done = step.needs.some((key) => missing.has(key))
        ? toSkipped(step, missing)
        : await doStep(step, timeback, insist)
      tell(done)
      return done
    })
    // Looked at only between layers: within one, nobody needs another.
    for (const { step, result } of dones) {
      const isMissing = result === 'failed' || result === 'blocked' || result === 'skipped'
      if (isMissing && step.id !== undefined) missing.add(toKey(step.kind, step.id))
    }
    all.push(...dones)
  }
  return all
}

function toSkipped(step: Step, missing: ReadonlySet<string>): Done {
  if (step.action.type === 'blocked') return { step, result: 'blocked', why: step.action.why }
  const needed = step.needs.filter((key) => missing.has(key)).map(toText)
  return { step, result: 'skipped', why: `needs ${needed.join(' and ')}` }
}

async function doStep(step: Step, timeback: Timeback, insist: Insist): Promise<Done> {
  const { action, kind } = step
  if (action.type === 'same') return { step, result: 'same' }
  if (action.type === 'blocked') return { step, result: 'blocked', why: action.why }
  const sent = await send(action.sending, step, timeback, insist)
  if (sent.type === 'found') {
    return { step, result: action.type === 'create' ? 'created' : 'updated' }
  }
  return {
    step,
    result: 'failed',
    why: sent.type === 'failed' ? sent.why : toAbsentWhy(kind, sent.why),
  }
}

// Seen live: a wrong org and a course id that was deleted before are both a 404.
function toAbsentWhy(kind: ItemKind, said: string | undefined): string {
  const hint =
    kind === 'course'
      ? 'is the "org" right, and was a course of this id ever deleted? Then give another "id"'
      : 'something that it names is not there'
  return `Timeback does not find what it needs${said ? ` (${said})` : ''}: ${hint}`
}

async function send(
  sending: Sending,
  { kind, id = '' }: Step,
  { oneRoster, eduBridge }: Timeback,
  insist: Insist,
): Promise<Found<unknown>> {
  if (sending.type === 'put') return insist<Row>(() => oneRoster.put(kind, id, sending.row))

  const { userId, courseId, orgId, role } = sending
  let isFirst = true
  return insist<unknown>(async () => {
    // Nobody promises that enrolling twice enrols once: look before doing it again.
    if (!isFirst) {
      const theirs = await eduBridge.listEnrollments(userId)
      if (theirs.type !== 'read') return theirs
      const isEnrolled = theirs.value.some(
        (one) => one.id === id || (one.course?.id === courseId && one.role === role),
      )
      if (isEnrolled) return { type: 'read', value: theirs.value }
    }
    isFirst = false
    return eduBridge.enroll(userId, courseId, orgId, { sourcedId: id, role })
  })
}
