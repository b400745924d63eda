/** `stint check`: looks at one environment of Timeback with the relay's configuration, and says what works. */
import { z } from 'zod'
import { readOnlyFlags, type Command } from '../command.ts'
import {
  advise,
  dropEmpty,
  insistOn,
  readOptions,
  toVariable,
  type Environment,
} from '../config.ts'
import { relayOptionsSchema } from '../../options.ts'
import { check, type CheckOptions } from './check.ts'
import { toExitCode, toReport, type Finding } from './finding.ts'

const FLAGS = { email: { type: 'string' }, json: { type: 'boolean' } } as const
const NEEDED = ['TIMEBACK_ENV', 'TIMEBACK_CLIENT_ID', 'TIMEBACK_CLIENT_SECRET']

/** Of the relay's options those that matter here, and none of the others: they may not be known yet. */
const { timeback, sensor, app, courses, context, ifNotEnrolled, gradebook, timezone } =
  relayOptionsSchema.shape
const schema = z.object({
  timeback,
  sensor: sensor.optional(),
  app: app.optional(),
  courses,
  context,
  ifNotEnrolled,
  gradebook,
  timezone,
})

export const checkCommand: Command = {
  summary: 'looks whether Timeback takes what the relay would send',
  help: `Nothing is written there: it reads, and has an envelope validated. The exit code is 1 if anything failed.

  --email ann@school.example   looks for this learner and their enrolment, too; it is printed nowhere
  --json                       prints one JSON object: { "ok": true, "findings": [{ "name", "state", "found", "todo" }] }

The environment is the relay's (stint relay --help). It needs ${NEEDED.join(', ')};
with STINT_SENSOR, STINT_APP_NAME and STINT_COURSES it looks at more.`,

  async run(args, { env, print }) {
    const values = readOnlyFlags(args, 'check', FLAGS)
    const options = readCheckOptions(dropEmpty(env), values.email)
    const findings: Finding[] = []
    for await (const finding of check(options)) findings.push(withoutEmail(finding, values.email))
    const code = toExitCode(findings)
    print(values.json ? JSON.stringify({ ok: code === 0, findings }, null, 2) : toReport(findings))
    return code
  },
}

/** Throws a TypeError that names each variable which is missing or wrong. */
export function readCheckOptions(env: Environment, email: string | undefined): CheckOptions {
  insistOn(env, NEEDED, 'check')
  if (email !== undefined && !z.email().safeParse(email).success) {
    throw new TypeError('--email is no e-mail address: give that of a learner whom Timeback knows')
  }
  const read = advise('relay', () => readAll(env))
  return { ...read, sensor: read.sensor, app: read.app, email }
}

function readAll(env: Environment): z.output<typeof schema> {
  const read = schema.safeParse(readOptions(env))
  if (!read.success) {
    const lines = read.error.issues.map(
      ({ path, message }) => `  ${toVariable(path.join('.'))}: ${message}`,
    )
    throw new TypeError(`The environment is not right:\n${lines.join('\n')}`)
  }
  return read.data
}

/** Answers of Timeback may repeat what was asked for. */
function withoutEmail(finding: Finding, email: string | undefined): Finding {
  if (!email) return finding
  const hide = (text: string) => text.replaceAll(email, '(the e-mail)')
  const { todo, ...rest } = finding
  return { ...rest, found: hide(finding.found), ...(todo !== undefined && { todo: hide(todo) }) }
}
