// Which Chromium the browser tests use, installed if there is none: a fresh machine runs the whole suite.
//
// The order: STINT_BROWSER, Playwright's own, the system's; then a download by Playwright, then Debian's
// package. Only a file that prints its version counts: Ubuntu's /usr/bin/chromium-browser may be a stub
// that wants snap, and a downloaded Chromium may miss system libraries.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium } from 'playwright-core'

export interface FoundBrowser {
  path: string
  /** As it says itself, e.g. "Chromium 156.0.8078.79". */
  version: string
}

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const VERSION_TIMEOUT_MS = 20_000
const INSTALL_TIMEOUT_MS = 240_000
const PLAYWRIGHT = path.dirname(createRequire(import.meta.url).resolve('playwright-core'))

/** Throws an error with one line that says what to do, if there is no browser and none can be installed. */
export async function findBrowser(): Promise<FoundBrowser> {
  const chosen = process.env.STINT_BROWSER
  if (chosen) {
    const browser = await tryBrowser(chosen)
    if (browser) return browser
    throw new Error(`STINT_BROWSER is ${chosen}, which does not start: set the path of a Chromium.`)
  }
  return (
    (await firstThatStarts()) ??
    (await installByPlaywright()) ??
    (await installByDebian()) ??
    fail(
      'No Chromium found, and none could be installed: install one, or set STINT_BROWSER to its path.',
    )
  )
}

async function firstThatStarts(): Promise<FoundBrowser | undefined> {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const system = SYSTEM_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  for (const candidate of [chromium.executablePath(), ...system, ...MAC_PATHS]) {
    const browser = await tryBrowser(candidate)
    if (browser) return browser
  }
  return undefined
}

async function tryBrowser(file: string): Promise<FoundBrowser | undefined> {
  if (!existsSync(file)) return undefined
  const { ok, stdout } = await run(file, ['--version'], VERSION_TIMEOUT_MS)
  return ok ? { path: file, version: stdout.trim() } : undefined
}

async function installByPlaywright(): Promise<FoundBrowser | undefined> {
  console.log('Browser: none found, trying Playwright’s download …')
  await run(process.execPath, [
    path.join(PLAYWRIGHT, 'cli.js'),
    'install',
    '--no-shell',
    'chromium',
  ])
  return firstThatStarts()
}

async function installByDebian(): Promise<FoundBrowser | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  console.log('Browser: none found, trying Debian’s package (apt-get install chromium) …')
  await run('apt-get', ['update'])
  // What the package recommends is a desktop (printing, Perl, avahi); of that a page needs only fonts.
  const packages = ['chromium', 'fonts-liberation']
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...packages])
  return firstThatStarts()
}

function run(file: string, args: string[], timeout = INSTALL_TIMEOUT_MS) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return new Promise<{ ok: boolean; stdout: string }>((resolve) => {
    execFile(file, args, { timeout, env, maxBuffer: 2 ** 26 }, (error, stdout) => {
      resolve({ ok: error === null, stdout })
    })
  })
}

function fail(message: string): never {
  throw new Error(message)
}
