// Runs one of package.json's scripts, so that a test and a person at the terminal do the same thing.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ScriptResult {
  code: number
  /** Standard output and error, in the order they came. */
  output: string
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export function runScript(name: string): Promise<ScriptResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', name], {
      cwd: ROOT,
      // Vitest sets NODE_ENV to "test", and Vite would build for that.
      env: { ...process.env, NODE_ENV: 'production', VITEST: undefined },
    })
    let output = ''
    const append = (text: string) => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', append)
    child.stderr.setEncoding('utf8').on('data', append)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trim() }))
  })
}
