/** What a terminal is shown: plans, progress, problems and courses as lines of text. Pure. */
import type { Problem } from './read-file.ts'
import type { Done } from './push-steps.ts'
import type { Step } from './step.ts'
import type { CourseView, Enrolled } from './view.ts'

/** The line of a path in the file. */
export type LineOf = (path: string) => number | undefined

const SIGNS: Record<Step['action']['type'], string> = {
  create: '+',
  update: '~',
  same: '=',
  blocked: '!',
}

export function toProblemLines(file: string, problems: readonly Problem[]): string[] {
  return problems.map(({ path, line, message }) => {
    const place = line === undefined ? file : `${file}:${line}`
    return `${place} ${path === '' ? 'The file' : path} ${message}`
  })
}

/** What is the same, or waits for what is blocked, is counted and not listed: a plan is read for what will change. */
export function toPlanLines(steps: readonly Step[], lineOf: LineOf): string[] {
  const waiting = steps.filter(isWaiting)
  const listed = steps
    .filter((step) => step.action.type !== 'same' && !isWaiting(step))
    .flatMap((step) => toStepLines(step, lineOf))
  const count = (type: Step['action']['type']) =>
    steps.filter(({ action }) => action.type === type).length
  const blocked = count('blocked')
  const sums = [
    `${count('create')} to create`,
    `${count('update')} to update`,
    `${count('same')} the same`,
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
  ]
  const wait = waiting.length > 0 ? ` (${waiting.length} of them wait for another)` : ''
  return [...listed, ...(listed.length > 0 ? [''] : []), `${sums.join(', ')}${wait}.`]
}

function isWaiting({ action }: Step): boolean {
  return action.type === 'blocked' && action.waitsFor !== undefined
}

function toStepLines(step: Step, lineOf: LineOf): string[] {
  const { action } = step
  const head = `  ${SIGNS[action.type]} ${toName(step)}`
  switch (action.type) {
    case 'create':
    case 'same':
      return [head]
    case 'blocked':
      return [head, `      ${toPlace(step, lineOf)} ${action.why}`]
    case 'update':
      return [
        head,
        ...action.changes.map(
          ({ field, from, to }) => `      ${field}: ${toJson(from)} -> ${toJson(to)}`,
        ),
      ]
  }
}

/** One line for each step that was done, or that was not. */
export function toDoneLine({ step, result, why }: Done, lineOf: LineOf): string {
  const line = `${result.padEnd(8)} ${toName(step)}`
  return why === undefined ? line : `${line}\n         ${toPlace(step, lineOf)} ${why}`
}

export function toSumLine(dones: readonly Done[]): string {
  const results = ['created', 'updated', 'same', 'blocked', 'failed', 'skipped'] as const
  const sums = results
    .map((name) => [name, dones.filter(({ result }) => result === name).length] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name === 'same' ? 'the same' : name}`)
  return `${sums.join(', ') || 'nothing to do'}.`
}

export function toViewLines(view: CourseView): string[] {
  const { id, title, subjects, grades, orgId, lessonXp, totalXp, units, classes } = view
  const facts = [
    ...subjects,
    ...(grades.length > 0 ? [`grade ${grades.join(', ')}`] : []),
    ...(orgId === null ? [] : [`org ${orgId}`]),
    `${lessonXp} XP`,
    ...(totalXp === null || totalXp === lessonXp ? [] : [`${totalXp} by its metrics`]),
  ]
  return [
    `${title}  ${id}`,
    `  ${facts.join(', ')}`,
    ...units.flatMap((unit) => [
      '',
      `  ${unit.title}  ${unit.id}`,
      ...unit.lessons.map(toLessonLine),
    ]),
    '',
    ...(classes.length > 0
      ? classes.map((one) => `  class ${one.title}  ${one.id}: ${toEnrolledText(one.enrolled)}`)
      : ['  no class yet: Timeback makes one when somebody is enrolled']),
  ]
}

function toLessonLine({
  id,
  title,
  xp,
  lessonType,
  url,
}: CourseView['units'][number]['lessons'][number]) {
  const facts = [xp === null ? 'XP not stated' : `${xp} XP`, lessonType, url].filter(
    (fact) => fact !== null,
  )
  return `    ${title}  ${id}: ${facts.join(', ')}`
}

function toEnrolledText(enrolled: Enrolled | null): string {
  if (enrolled === null) return 'who is enrolled can not be read'
  const { students, others } = enrolled
  return `${students} ${students === 1 ? 'student' : 'students'} enrolled${others > 0 ? `, and ${others} in other roles` : ''}`
}

function toName({ kind, id, title }: Step): string {
  return [kind, id, title].filter((part) => part !== undefined).join('  ')
}

function toPlace({ path }: Step, lineOf: LineOf): string {
  const line = lineOf(path)
  return line === undefined ? `${path}:` : `${path} (line ${line}):`
}

function toJson(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : JSON.stringify(value)
}
