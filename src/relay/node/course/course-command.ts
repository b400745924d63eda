/** `stint course push` and `stint course show`: what they are told, what of the machine they use, and how they end. */
import { readFile } from 'node:fs/promises'
import { readFlags, type Command, type CommandWorld } from '../command.ts'
import { push } from './push.ts'
import { show } from './show.ts'

const FLAGS = { apply: { type: 'boolean' }, json: { type: 'boolean' } } as const
const USAGE = 'stint course push FILE [--apply] [--json], or stint course show ID [--json]'

/** What the two are given of the machine. */
export interface CourseWorld extends CommandWorld {
  fetch: typeof globalThis.fetch
  readText: (path: string) => Promise<string>
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>
  /** Epoch milliseconds. */
  now: () => number
}

export const courseCommand: Command = {
  summary: 'puts a course, its lessons and its classes into Timeback, from a file',
  help: `  stint course push FILE   shows what would change at Timeback, and changes nothing
    --apply                changes it; run it again to finish what failed
  stint course show ID     shows a course as Timeback has it
  --json                   of both: one JSON object, for machines

The file is JSON: { "course", "units", "classes", "enrollments" }. An editor helps with it if its "$schema" is
./node_modules/stint/src/relay/node/course/course.schema.json. Nothing is ever deleted. The exit code is 1 if
anything failed or can't be done.

The environment is the relay's (stint relay --help), of which it needs TIMEBACK_ENV, TIMEBACK_CLIENT_ID and
TIMEBACK_CLIENT_SECRET only.`,

  run: (args, world) => runCourse(args, { ...MACHINE, ...world }),
}

/**
 * Resolves with the exit code. Throws a TypeError for a command line or an environment that it can't read, and for a
 * course file that is wrong.
 */
export async function runCourse(args: readonly string[], world: CourseWorld): Promise<number> {
  const { values, positionals } = readFlags(args, 'course', FLAGS)
  const [verb, subject, ...others] = positionals
  const { apply = false, json = false } = values
  if (subject !== undefined && others.length === 0) {
    if (verb === 'push') return push({ path: subject, apply, json }, world)
    if (verb === 'show' && !apply) return show({ courseId: subject, json }, world)
  }
  throw new TypeError(`${USAGE}\nSee stint course --help for what each does.`)
}

const MACHINE: Omit<CourseWorld, keyof CommandWorld> = {
  fetch: (url, init) => globalThis.fetch(url, init),
  readText: (path) => readFile(path, 'utf8'),
  now: Date.now,
  wait: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms)
    }),
}
