/** `stint parked`: what Timeback refused, for a person to see, to send again or to give up. */
import type { Database } from '../storage.ts'
import { dropParked, listParked, readParked, retryParked, type Parked } from '../parked.ts'
import { readFlags, type Command, type CommandWorld } from './command.ts'
import { withData } from './open-data.ts'
import { toTable } from './table.ts'

const FLAGS = { all: { type: 'boolean' }, json: { type: 'boolean' } } as const
const USAGE = 'stint parked list | show ID | retry ID | retry --all | drop ID'

/** An answer is long where it is a page of HTML; `show` has all of it. */
const ANSWER_SHOWN = 100

export const parkedCommand: Command = {
  summary: 'shows what Timeback refused, sends it again or gives it up',
  help: `  stint parked list        what is parked, and what Timeback answered
  stint parked show ID     one of them, with all that would be sent: it names the learner
  stint parked retry ID    sends the same bytes again, in the relay's next round
    --all                  all that is parked
  stint parked drop ID     gives it up for good: Timeback will never be told of it
  --json                   of each: one JSON object, for machines

It works on the file at STINT_DATA, while the relay runs or not. The exit code is 1 if nothing parked has that id.`,

  run: (args, world) => runParked(args, world),
}

/** Resolves with the exit code. Throws a TypeError for a command line that it can't read, or where there is no database. */
export async function runParked(
  args: readonly string[],
  { env, print }: CommandWorld,
  { now = Date.now }: { now?: () => number } = {},
): Promise<number> {
  const act = readAct(args, now)
  return withData(env, async (db) => {
    const { values } = readFlags(args, 'parked', FLAGS)
    const { found, json, text } = await act(db)
    print(values.json ? JSON.stringify(json, null, 2) : text)
    return found ? 0 : 1
  })
}

interface Outcome {
  found: boolean
  json: object
  text: string
}
type Act = (db: Database) => Promise<Outcome>

function readAct(args: readonly string[], now: () => number): Act {
  const { values, positionals } = readFlags(args, 'parked', FLAGS)
  const [verb, id, ...others] = positionals
  if (others.length === 0) {
    if (values.all) {
      if (verb === 'retry' && id === undefined) return (db) => retry(db, 'all', now())
    } else if (id === undefined) {
      if (verb === 'list') return list
    } else {
      if (verb === 'show') return (db) => show(db, id)
      if (verb === 'retry') return (db) => retry(db, { id }, now())
      if (verb === 'drop') return (db) => drop(db, id)
    }
  }
  throw new TypeError(`${USAGE}\nSee stint parked --help for what each does.`)
}

async function list(db: Database): Promise<Outcome> {
  const parked = await listParked(db)
  const rows = parked.map(({ id, createdAt, kind, learner, runId, answer }) => [
    id,
    toInstant(createdAt),
    kind,
    learner,
    runId,
    toLine(answer),
  ])
  const text = toTable([['id', 'since', 'kind', 'learner', 'run', 'answer'], ...rows])
  return { found: true, json: { parked }, text: rows.length > 0 ? text : 'Nothing is parked.' }
}

async function show(db: Database, id: string): Promise<Outcome> {
  const parked = await readParked(db, id)
  if (!parked) return toUnknown(id)
  const { body, ...about } = parked
  const facts = toTable(Object.entries(toFacts(about)))
  return { found: true, json: parked, text: `${facts}\n\n${JSON.stringify(body, null, 2)}` }
}

async function retry(db: Database, which: { id: string } | 'all', at: number): Promise<Outcome> {
  const retried = await retryParked(db, which, at)
  if (which !== 'all' && retried.length === 0) return toUnknown(which.id)
  const count = retried.length === 1 ? '1 row is' : `${retried.length} rows are`
  return { found: true, json: { retried }, text: `${count} sent again in the relay's next round.` }
}

async function drop(db: Database, id: string): Promise<Outcome> {
  if (!(await dropParked(db, id))) return toUnknown(id)
  return { found: true, json: { dropped: [id] }, text: `${id} is given up.` }
}

const toUnknown = (id: string): Outcome => ({
  found: false,
  json: { unknown: id },
  text: `Nothing parked has the id ${id}: see stint parked list`,
})

const toFacts = ({ id, createdAt, kind, learner, runId, eventIds, answer }: Parked) => ({
  id,
  since: toInstant(createdAt),
  kind,
  learner,
  run: runId,
  events: eventIds.join(' ') || 'none',
  answer: answer ?? 'none',
})

const toInstant = (at: number) => new Date(at).toISOString()

const toLine = (answer: string | null) =>
  (answer ?? '').replaceAll(/\s+/g, ' ').slice(0, ANSWER_SHOWN)
