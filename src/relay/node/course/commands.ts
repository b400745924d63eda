/** `stint course push` and `stint course show`: what they are told, what they print, and how they end. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { push } from './push.ts'
import { show } from './show.ts'

export const COURSE_HELP = `  course push FILE            shows what would change at Timeback; nothing is changed
    --apply                   changes it; run it again to finish what failed
  course show ID              the course as Timeback has it
    --json                    of both, for machines
  FILE is JSON; its format is node_modules/stint/src/relay/node/course/course.schema.json
  They read TIMEBACK_ENV, TIMEBACK_CLIENT_ID, TIMEBACK_CLIENT_SECRET, TIMEBACK_TOKEN_URL and TIMEBACK_API_URL.`

/** What the two commands are given of the machine. */
export interface CommandPlatform {
  env: Record<string, string | undefined>
  fetch: typeof globalThis.fetch
  readText: (path: string) => Promise<string>
  /** One or more lines for the person at the terminal, or for the next program. */
  print: (text: string) => void
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>
  /** Epoch milliseconds. */
  now: () => number
}

/**
 * `args` are those after `course`. Resolves to the exit code: 0, or 1 where a step failed or can't be done. Throws a
 * TypeError for a command line or an environment that it can't read, and for a course file that is wrong.
 */
export async function runCourse(
  args: string[],
  platform: Partial<CommandPlatform> = {},
): Promise<number> {
  const machine = { ...HERE, ...platform }
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { apply: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  const [command, subject, ...others] = positionals
  const { apply = false, json = false } = values
  if (subject !== undefined && others.length === 0) {
    if (command === 'push') return push({ path: subject, apply, json }, machine)
    if (command === 'show' && !apply) return show({ courseId: subject, json }, machine)
  }
  throw new TypeError(`stint course push FILE [--apply] [--json], or stint course show ID [--json]`)
}

const HERE: CommandPlatform = {
  env: process.env,
  fetch: (url, init) => globalThis.fetch(url, init),
  readText: (path) => readFile(path, 'utf8'),
  print: (text) => console.log(text),
  now: Date.now,
  wait: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms)
    }),
}
