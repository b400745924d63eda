// A program as a process of its own, as an operator starts it: the built command line, or another file.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import path from 'node:path'

const CLI = path.resolve(import.meta.dirname, '../../dist/relay/node/cli.js')

export interface Started {
  child: ChildProcess
  /** All that it printed so far. */
  output: () => string
  /** Resolves with the output once it has the text; rejects if the program ends before. */
  until(text: string): Promise<string>
  /** The exit code. */
  exited: Promise<number | null>
}

interface StartOptions {
  env: Record<string, string>
  cwd: string
}

export const startCommand = (args: readonly string[], options: StartOptions): Started =>
  startProgram(CLI, args, options)

/** Nothing of this process's environment but the path to Node gets in. */
export function startProgram(
  file: string,
  args: readonly string[],
  { env, cwd }: StartOptions,
): Started {
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH: process.env.PATH, ...env },
    cwd,
  })
  let output = ''
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      child.emit('output')
    })
  }
  const until = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => output.includes(text) && resolve(output)
      child.on('output', look)
      void exited.then(() => reject(new Error(`ended before it printed "${text}":\n${output}`)))
      look()
    })
  return { child, output: () => output, until, exited }
}

/** The first address that a program printed. */
export const toOrigin = (output: string): string => /http:\/\/[^\s"]+:\d+/.exec(output)?.[0] ?? ''
