/** The command line. Only chooses the command: each has a file of its own, and a line in `COMMANDS`. */
import { auditCommand } from './audit-command.ts'
import { checkCommand } from './check/check-command.ts'
import type { Command, Running } from './command.ts'
import { toComplaint } from './complaint.ts'
import { courseCommand } from './course/course-command.ts'
import { parkedCommand } from './parked-command.ts'
import { relayCommand } from './relay-command.ts'
import { sandboxCommand } from './sandbox-command.ts'

const COMMANDS: Record<string, Command> = {
  relay: relayCommand,
  check: checkCommand,
  course: courseCommand,
  parked: parkedCommand,
  audit: auditCommand,
  sandbox: sandboxCommand,
}

const HELP = `stint <command>

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  stint ${name.padEnd(10)}${summary}`)
  .join('\n')}

stint <command> --help says what it takes.`

const isHelp = (text: string) => text === '--help' || text === '-h'

/** Ends the process with 1, and a word about what was wrong, if the command can't be run. */
export async function runCommand(words: string[]): Promise<void> {
  try {
    const result = await run(words)
    if (typeof result === 'number') process.exitCode = result
    else closeOnSignal(result)
  } catch (error) {
    console.error(toComplaint(error))
    process.exitCode = 1
  }
}

async function run([name, ...args]: string[]): Promise<number | Running> {
  const print = (text: string) => console.log(text)
  if (name === undefined) throw new TypeError(`Which command?\n\n${HELP}`)
  if (isHelp(name) || name === 'help') {
    print(HELP)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new TypeError(`There is no command ${name}\n\n${HELP}`)
  if (args.some(isHelp)) {
    print(`stint ${name}: ${command.summary}\n\n${command.help}`)
    return 0
  }
  return command.run(args, { env: process.env, print })
}

/** Ends in order on Ctrl-C and on a supervisor's word. */
function closeOnSignal({ close }: Running) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)))
  }
}
