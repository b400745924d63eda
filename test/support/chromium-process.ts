// One Chromium process with all its children, started by hand: a page that Playwright launches never hides,
// because Playwright turns focus emulation on.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'

export interface ChromiumProcess {
  /** The `ws://` address of its DevTools protocol. */
  address: string
  /** Sends a signal to the browser and all its children. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves once the process is gone, however it went. */
  exited: Promise<void>
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]
const START_TIMEOUT_MS = 30_000
const LISTENING = /DevTools listening on (ws:\/\/\S+)/

export async function startChromium(file: string, profile: string): Promise<ChromiumProcess> {
  await removeLocks(profile)
  const child = spawn(file, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    // Its own process group, so that one signal reaches the renderers too.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const signal = (name: NodeJS.Signals) => signalGroup(child, name)
  // Nobody else would end it if the test run dies first.
  const killWithUs = () => signal('SIGKILL')
  process.once('exit', killWithUs)
  const exited = once(child, 'exit').then(
    () => void process.off('exit', killWithUs),
    () => undefined,
  )
  try {
    return { address: await readAddress(child), signal, exited }
  } catch (error) {
    signal('SIGKILL')
    throw error
  }
}

/** A killed Chromium leaves them behind, and the next one would take the profile to be in use. */
async function removeLocks(profile: string): Promise<void> {
  for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
    await rm(path.join(profile, name), { force: true })
  }
}

function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  process.kill(-child.pid, name)
}

function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const giveUp = (why: string) => reject(new Error(`Chromium ${why}:\n${output}`))
    const timer = setTimeout(() => giveUp('did not start in time'), START_TIMEOUT_MS)
    child.once('error', reject)
    child.once('exit', (code) => giveUp(`ended with code ${code}`))
    // Keeps reading after the address: a full pipe would stop the browser.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000)
      const address = LISTENING.exec(output)?.[1]
      if (!address) return
      clearTimeout(timer)
      resolve(address)
    })
  })
}
