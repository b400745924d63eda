/** `stint audit`: what became of a learner's day, from the relay's database and by its settings. */
import { z } from 'zod'
import { audit, type Audit, type AuditOptions, type Fate } from '../audit.ts'
import { relayOptionsSchema, toPolicy } from '../options.ts'
import type { Loss } from '../losses.ts'
import { readOnlyFlags, type Command, type CommandWorld } from './command.ts'
import { advise, dropEmpty, readOptions, toVariable, type Environment } from './config.ts'
import { withData } from './open-data.ts'
import { toTable } from './table.ts'

const FLAGS = {
  learner: { type: 'string' },
  day: { type: 'string' },
  json: { type: 'boolean' },
} as const

const { preset, policy, allowances, timezone } = relayOptionsSchema.shape
const schema = z.object({ preset, policy, allowances, timezone })

/** In the words of who reads it. */
const MEANINGS: Record<Fate, string> = {
  told: 'Timeback has it',
  sending: 'on its way to Timeback',
  parked: 'refused by Timeback: see stint parked list',
  dropped: 'refused, and given up by a person',
  preview: 'of runs that are never told',
  waiting: 'told when its run is settled',
  elsewhere: 'another tab, device or run has the better claim',
  late: 'a better claim that came when another was told',
  outside: "not in the sitting, or later than the relay's clock",
  uncounted: 'asleep, or left',
  missing: 'no slice has come of it',
}

export const auditCommand: Command = {
  summary: "says what became of each second of a learner's day",
  help: `  --learner ID        the learner's sourcedId
  --day YYYY-MM-DD    the day, in STINT_TIMEZONE
  --json              one JSON object, in milliseconds

It reads the file at STINT_DATA, while the relay runs or not, by STINT_PRESET, STINT_POLICY and STINT_ALLOWANCES.
The parts add up to the wall time of all legs. The exit code is 1 if the day has no leg.`,

  run: runAudit,
}

/** Resolves with the exit code. Throws a TypeError for what its user can put right. */
export async function runAudit(
  args: readonly string[],
  { env, print }: CommandWorld,
): Promise<number> {
  const { learner, day, json } = readOnlyFlags(args, 'audit', FLAGS)
  if (learner === undefined || day === undefined)
    throw new TypeError('stint audit needs --learner ID and --day YYYY-MM-DD')
  const options = advise('relay', () => readAuditOptions(dropEmpty(env)))
  const found = await withData(env, (db) => audit(db, options, { learner, day })).catch(
    (error: unknown) => {
      if (!(error instanceof RangeError)) throw error
      throw new TypeError(`--day is no day: ${day}; it looks like 2026-01-26`, { cause: error })
    },
  )
  print(json ? JSON.stringify(found, null, 2) : toText(found))
  return found.legs.length > 0 ? 0 : 1
}

function readAuditOptions(env: Environment): AuditOptions {
  const read = schema.safeParse(readOptions(env))
  if (!read.success) {
    const lines = read.error.issues.map(
      ({ path, message }) => `  ${toVariable(path.join('.'))}: ${message}`,
    )
    throw new TypeError(`The environment is not right:\n${lines.join('\n')}`)
  }
  return { counting: { ...read.data, policy: toPolicy(read.data) }, timezone: read.data.timezone }
}

function toText({ learner, day, wallMs, ms, counted, legs, losses }: Audit): string {
  const lost = losses.map(toLine)
  if (legs.length === 0) return [`Nothing is known of ${learner} on ${day}.`, ...lost].join('\n\n')
  const parts = Object.entries(ms).filter(([, part]) => part > 0)
  const counts = Object.entries(counted).filter(([, part]) => part > 0)
  const sums = [
    ...parts.map(([fate, part]) => [fate, toSeconds(part), MEANINGS[fate as Fate]]),
    ['wall time', toSeconds(wallMs), `of ${legs.length} ${legs.length === 1 ? 'leg' : 'legs'}`],
  ]
  const rows = legs.map(({ runId, legId, activity, from, wallMs: wall, missing }) => [
    runId,
    legId,
    activity ?? 'unknown',
    from === null ? 'start missing' : new Date(from).toISOString(),
    toSeconds(wall),
    missing.length > 0 ? `missing ${missing.join(' ')}` : '',
  ])
  return [
    `${learner} on ${day}, in seconds`,
    toTable(sums),
    `counted as ${counts.map(([metric, part]) => `${metric} ${toSeconds(part)}`).join(', ') || 'nothing'}`,
    toTable([['run', 'leg', 'activity', 'from', 'seconds', ''], ...rows]),
    ...lost,
  ].join('\n\n')
}

const toLine = ({ at, rows, ms }: Loss) =>
  `At ${new Date(at).toISOString()} a browser said that of ${rows} ${rows === 1 ? 'entry' : 'entries'} ` +
  `at most ${toSeconds(ms)} s are gone for good in it, since it first lost something.`

const toSeconds = (ms: number) => (ms / 1_000).toFixed(3)
