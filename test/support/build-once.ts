// Global set-up of the projects that look at `dist`: runs `npm run build` once, however many ask.
//
// A failed build does not throw here, since that would stop the unit tests too. It is handed to the tests,
// which fail with its output (require-build.ts), so nothing ever runs against the `dist` of an earlier build.

import type { TestProject } from 'vitest/node'
import { runScript } from './run-script.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** What the build printed if it failed, else empty. */
    buildError: string
  }
}

// Each project loads its own copy of this file, hence a place that all copies share.
const shared = globalThis as { stintBuild?: ReturnType<typeof runScript> }

export async function setup(project: TestProject): Promise<void> {
  shared.stintBuild ??= runScript('build')
  const { code, output } = await shared.stintBuild
  project.provide('buildError', code === 0 ? '' : output)
}
