// The last line of every run: `12 passed, 0 failed`, with `, 3 skipped` if there were any.
//
// It counts whatever should have worked and did not: a test, a file that cannot be imported, a failed
// beforeAll, an error nobody caught, a global set-up. So "0 failed" and exit code 0 always come together.

import type { Reporter, TestModule } from 'vitest/node'

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** The reporter. It speaks when the process ends: Vitest prints some errors only after its last event. */
export function createClosingLine(): Reporter {
  let tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  return {
    onInit(vitest) {
      if (vitest.config.watch) return
      process.once('exit', (code) => {
        const final = withExitCode(tally, code)
        if (final.failed > 0 && code === 0) process.exitCode = 1
        process.stdout.write(`\n${toClosingLine(final)}\n`)
      })
    },
    onTestRunEnd(modules, unhandledErrors) {
      tally = countModules(modules)
      tally.failed += unhandledErrors.length
    },
  }
}

export function toClosingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** A run that failed for a reason no test tells of (a global set-up, no files found) has failed once. */
export function withExitCode(tally: Tally, code: number): Tally {
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

function countModules(modules: readonly TestModule[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // Still pending at the end: its worker died, or the run was cut short.
      tally[state === 'pending' ? 'failed' : state] += 1
    }
    // Errors of the file itself, and of its describe blocks' hooks.
    if (module.errors().length > 0) tally.failed += 1
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) tally.failed += 1
    }
  }
  return tally
}
