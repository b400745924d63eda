// The processes of the bench: what serves says where once it is ready, what works says what came of it and ends.

import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'

export interface Serving {
  origin: string
  /** From its start until it was ready. */
  readyMs: number
  stop(): Promise<void>
}

export interface Surroundings {
  cwd: string
  env?: Record<string, string>
  /** What each wait for the disk takes beside what it takes: strace holds it up. */
  syncMs?: number
}

/** Starts a program of Node's and waits until it prints that it is ready. */
export async function startServing(
  args: readonly string[],
  { env = {}, cwd, syncMs = 0 }: Surroundings,
): Promise<Serving> {
  const startedAt = performance.now()
  const child = start(args, { env, cwd, syncMs })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const output = await readUntil(child, /ready[^]*\n|\n[^]*"ready"[^]*\n/)
  const origin = /http:\/\/[^\s"]+:\d+/.exec(output)?.[0]
  if (!origin) throw new Error(`It says not where it serves: ${output}`)
  return {
    origin: origin.replace('localhost', '127.0.0.1'),
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill()
      await ended
    },
  }
}

/** Runs a program to its end: what it printed, read as JSON. */
export async function runWorking<T>(file: string, given: object): Promise<T> {
  const child = start([toPath(file), JSON.stringify(given)], { cwd: process.cwd() })
  let output = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${file} ended with ${code}`)
  return JSON.parse(output) as T
}

/** A file of this folder. */
export const toPath = (file: string) => path.join(import.meta.dirname, file)

function start(args: readonly string[], { env = {}, cwd, syncMs = 0 }: Surroundings): ChildProcess {
  const [program, ...words] = [...(syncMs > 0 ? toSlowDisk(syncMs) : []), process.execPath, ...args]
  return spawn(program!, words, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Nothing else is traced, nor slowed. */
function toSlowDisk(syncMs: number): string[] {
  const calls = 'fsync,fdatasync'
  const delay = `inject=${calls}:delay_exit=${syncMs * 1_000}`
  return [
    'strace',
    // It ends when it is told to.
    '-I2',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls}`,
    '-e',
    delay,
  ]
}

function readUntil(child: ChildProcess, text: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.once('close', () => reject(new Error(`It ended before it was ready: ${output}`)))
    child.stdout!.setEncoding('utf8').on('data', (more: string) => {
      output += more
      if (text.test(output)) resolve(output)
    })
  })
}
