/** `stint course push`: reads the file, then Timeback, shows the plan, and with `--apply` does it. */
import type { CommandPlatform } from './commands.ts'
import { connect } from './connect.ts'
import type { CourseFile } from './file-schema.ts'
import { toDoneLine, toPlanLines, toProblemLines, toSumLine } from './lines.ts'
import { findNotes } from './notes.ts'
import { planCourse } from './plan.ts'
import { pushSteps, type Done } from './push-steps.ts'
import { readCourseFile } from './read-file.ts'
import { readFacts } from './read-facts.ts'
import type { Step } from './step.ts'
import { readGrades, type Wanted } from './wanted.ts'

export interface PushOptions {
  path: string
  apply: boolean
  json: boolean
}

export async function push(options: PushOptions, platform: CommandPlatform): Promise<number> {
  const { path, apply, json } = options
  const { print, wait } = platform
  const read = readCourseFile(await readText(path, platform))
  if (read.type === 'wrong') throw new TypeError(toProblemLines(path, read.problems).join('\n'))
  const { file, wanted, lineOf } = read
  const timeback = connect(platform.env, platform.fetch)
  const say = (lines: string[]) => {
    if (!json) print(lines.join('\n'))
  }

  say([`Course ${wanted.courseId} at Timeback (${timeback.place})`, ''])
  const facts = await readFacts(wanted, timeback, platform)
  const steps = planCourse(wanted, facts)
  const notes = await findNotes(wanted, steps, timeback, wait)
  say([...toPlanLines(steps, lineOf), ...notes.map((note) => `Note: ${note}`)])

  const entries = toCourseEntries(file, wanted)
  const isToDo = steps.some(({ action }) => action.type === 'create' || action.type === 'update')
  if (!apply || !isToDo) {
    if (isToDo) say(['Nothing has been changed. This does it:', '', `  ${toCommand(path)}`])
    else say(toEntryLines(entries))
    if (json) print(toJson({ ...wanted, steps, notes, entries }))
    return steps.some(({ action }) => action.type === 'blocked') ? 1 : 0
  }

  say([''])
  const dones = await pushSteps(steps, timeback, wait, (done) => {
    if (done.result !== 'same') say([toDoneLine(done, lineOf)])
  })
  const isWhole = dones.every(({ result }) => ['created', 'updated', 'same'].includes(result))
  say(['', toSumLine(dones)])
  if (!isWhole) say(['Running it again does what is left.'])
  say(toEntryLines(entries))
  if (json) print(toJson({ ...wanted, steps, notes, entries, dones }))
  return isWhole ? 0 : 1
}

async function readText(path: string, platform: CommandPlatform): Promise<string> {
  try {
    return await platform.readText(path)
  } catch (cause) {
    throw new TypeError(`${path} can't be read: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    })
  }
}

/** For the relay's `courses`: one for each grade, since a page names a course by one. */
function toCourseEntries({ course }: CourseFile, { courseId }: Wanted) {
  const { subject, code } = course
  return readGrades(course).map((grade, n) => ({
    sourcedId: courseId,
    subject,
    grade,
    // A code names one entry.
    ...(code !== undefined && n === 0 && { code }),
  }))
}

type CourseEntries = ReturnType<typeof toCourseEntries>

function toEntryLines(entries: CourseEntries): string[] {
  const lines = entries.map((entry) => JSON.stringify(entry)).join(',')
  return ['', 'For the relay, in STINT_COURSES or courses:', '', `  ${lines}`]
}

/** As a shell takes it. */
function toCommand(path: string): string {
  const quoted = /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
  return `stint course push ${quoted} --apply`
}

function toJson(of: {
  courseId: string
  steps: Step[]
  notes: string[]
  entries: CourseEntries
  dones?: Done[]
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
  return JSON.stringify({ courseId, applied, steps, notes, courses: entries }, null, 2)
}
