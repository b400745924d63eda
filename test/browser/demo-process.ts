// The demo as `npm start` runs it, as a process of its own on a port of its own and a database that nobody else has.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface RunningDemo {
  origin: string
  /** Timeback's stand-in. */
  sandboxOrigin: string
  child: ChildProcess
  /** All that it printed so far. */
  output(): string
  stop(): Promise<void>
}

const FILE = path.resolve(import.meta.dirname, '../../demo/serve.ts')

/** Resolves once it is ready; the stand-in has the next port. */
export async function startDemo(port: number): Promise<RunningDemo> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-demo-'))
  const data = { PORT: `${port}`, STINT_DATA: path.join(folder, 'demo.db') }
  const env = { ...process.env, NODE_ENV: 'production', ...data }
  const child = spawn(process.execPath, [FILE], { env })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const read = (text: string) => {
      output += text
      if (output.includes('\nready\n')) resolve()
    }
    child.stdout?.setEncoding('utf8').on('data', read)
    child.stderr?.setEncoding('utf8').on('data', read)
    child.once('close', () => reject(new Error(`The demo ended before it was ready:\n${output}`)))
  })
  return {
    origin: `http://localhost:${port}`,
    sandboxOrigin: `http://localhost:${port + 1}`,
    child,
    output: () => output,
    async stop() {
      child.kill('SIGKILL')
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}
