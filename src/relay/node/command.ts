/**
 * What a command of `stint` is: a file that exports one of these, listed in `cli.ts`. A command reads its own flags and
 * its own part of the environment, and throws a `TypeError` for what its user can put right.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Environment } from './config.ts'

export interface Command {
  /** One line for `stint --help`. */
  summary: string
  /** All of `stint <name> --help`, without the summary. */
  help: string
  /** Resolves with the exit code once it is through, or with its end if it runs until it is stopped. */
  run(args: readonly string[], world: CommandWorld): Promise<number | Running>
}

/** Runs on; `close` ends it in order. */
export interface Running {
  close(): Promise<void>
}

export interface CommandWorld {
  env: Environment
  /** One or more lines for the user. */
  print: (text: string) => void
}

type Options = NonNullable<ParseArgsConfig['options']>

/** The flags of a command, and what stands beside them. Throws a TypeError that says where to look for the flags. */
export function readFlags<T extends Options>(args: readonly string[], name: string, options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // Node goes on with a hint for another case.
    const [said = ''] = error.message.split('. ')
    throw new TypeError(`${said}\nSee stint ${name} --help for what there is.`, { cause: error })
  }
}
