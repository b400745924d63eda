/** `stint course push`: reads the file, then Timeback, shows the plan, and with `--apply` does it. */
import type { CourseWorld } from './course-command.ts'
import { connect } from './connect.ts'
import { toDoneLine, toPlanLines, toProblemLines, toSumLine } from './lines.ts'
import { findNotes } from './notes.ts'
import { planCourse } from './plan.ts'
import { pushSteps, type Done } from './push-steps.ts'
import { readCourseFile } from './read-file.ts'
import { createAsking, readFacts } from './read-facts.ts'
import { toEntryLines, toRelayEntries, type RelayEntries } from './relay-entries.ts'
import type { Step } from './step.ts'

export interface PushOptions {
  path: string
  apply: boolean
  json: boolean
}

export async function push(options: PushOptions, world: CourseWorld): Promise<number> {
  const { path, apply, json } = options
  const read = readCourseFile(await readText(path, world))
  if (read.type === 'wrong') throw new TypeError(toProblemLines(path, read.problems).join('\n'))
  const { file, wanted, lineOf } = read
  const timeback = connect(world.env, world.fetch)
  const asking = createAsking(world)
  const say = (...lines: string[]) => {
    if (!json) world.print(lines.join('\n'))
  }

  say(`Course ${wanted.courseId} at Timeback (${timeback.place})`, '')
  const steps = planCourse(wanted, await readFacts(wanted, timeback, asking))
  const notes = await findNotes(wanted, steps, timeback, asking.insist)
  say(...toPlanLines(steps, lineOf), ...notes.map((note) => `Note: ${note}.`), '')

  const dones = apply
    ? await pushSteps(steps, timeback, asking.insist, (done) => {
        // What is blocked was said with the plan.
        if (done.result !== 'same' && done.result !== 'blocked') say(toDoneLine(done, lineOf))
      })
    : undefined
  const entries = isThere(steps, dones) ? toRelayEntries(file) : NO_ENTRIES
  if (dones) say(...toOutcomeLines(dones))
  if (!dones && isToDo(steps))
    say('Nothing has been changed. This does it:', '', `  ${toCommand(path, '--apply')}`)
  else say(...toEntryLines(entries, toCommand(path, '--json')))
  if (json) world.print(toJson({ courseId: wanted.courseId, steps, notes, entries, dones }))
  return isWhole(steps, dones) ? 0 : 1
}

/** The relay can't file anything under a course that is not there. */
const NO_ENTRIES: RelayEntries = { courses: [], activities: [] }

function isWhole(steps: readonly Step[], dones: readonly Done[] | undefined): boolean {
  return dones
    ? dones.every(({ result }) => DONE.has(result))
    : steps.every(({ action }) => action.type !== 'blocked')
}

const DONE = new Set<Done['result']>(['created', 'updated', 'same'])

/** Whether the course itself is at Timeback by now. */
function isThere(steps: readonly Step[], dones: readonly Done[] | undefined): boolean {
  const type = steps.find(({ kind }) => kind === 'course')?.action.type
  if (!dones) return type === 'same' || type === 'update'
  return dones.some(({ step, result }) => step.kind === 'course' && DONE.has(result))
}

function toOutcomeLines(dones: readonly Done[]): string[] {
  const isLeft = dones.some(({ result }) => result === 'failed' || result === 'skipped')
  const advice = isLeft ? ['Run it again to do what is left.'] : []
  return ['', toSumLine(dones), ...advice, '']
}

function isToDo(steps: readonly Step[]): boolean {
  return steps.some(({ action }) => action.type === 'create' || action.type === 'update')
}

async function readText(path: string, world: CourseWorld): Promise<string> {
  try {
    return await world.readText(path)
  } catch (cause) {
    throw new TypeError(`${path} can't be read: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    })
  }
}

/** As a shell takes it. */
function toCommand(path: string, flag: string): string {
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
  return `stint course push ${quoted} ${flag}`
}

function toJson(of: {
  courseId: string
  steps: Step[]
  notes: string[]
  entries: RelayEntries
  dones: Done[] | undefined
}): string {
  const steps = of.steps.map((step) => {
    const { kind, id = null, title, path, action } = step
    const done = of.dones?.find((one) => one.step === step)
    const why = done?.why ?? (action.type === 'blocked' ? action.why : undefined)
    return {
      kind,
      id,
      title,
      path,
      action: action.type,
      ...(action.type === 'update' && { changes: action.changes }),
      ...(done && { result: done.result }),
      ...(why !== undefined && { why }),
    }
  })
  const { courseId, notes, entries } = of
  const applied = of.dones !== undefined
  return JSON.stringify({ courseId, applied, steps, notes, ...entries }, null, 2)
}
