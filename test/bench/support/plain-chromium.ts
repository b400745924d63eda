// A Chromium that nobody looks into: no DevTools, which would slow what is measured. It is given an address and left
// alone; the page measures itself and reports.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findBrowser } from '../../support/find-browser.ts'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface PlainChromium {
  /** Its processes', which ends with it. */
  group: number
  close(): Promise<void>
}

/** Opens the address in a fresh profile. */
export async function openPlainChromium(url: string): Promise<PlainChromium> {
  const { path: file } = await findBrowser()
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-bench-'))
  const child = spawn(file, [...FLAGS, `--user-data-dir=${profile}`, url], {
    // Its own process group, so that one signal ends all of it.
    detached: true,
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  process.once('exit', kill)
  return {
    group: child.pid!,
    async close() {
      kill()
      process.off('exit', kill)
      await exited
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
