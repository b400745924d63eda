// Global set-up of test/browser: finds or installs the browser once, and says which one it is.

import type { TestProject } from 'vitest/node'
import { findBrowser } from './find-browser.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no browser, else empty. */
    browserError: string
  }
}

export async function setup(project: TestProject): Promise<void> {
  try {
    const browser = await findBrowser()
    console.log(`Browser: ${browser.version} (${browser.path})`)
    // The workers start after this, and inherit it: they need not look again.
    process.env.STINT_BROWSER = browser.path
    project.provide('browserError', '')
  } catch (error) {
    project.provide('browserError', error instanceof Error ? error.message : String(error))
  }
}
