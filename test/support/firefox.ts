// A real Firefox for one test, as a second engine: driven over WebDriver BiDi (W3C), which it speaks by itself, so that
// nothing needs to be installed beside it. Only what the tests use.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Firefox {
  /** Opens a tab in front of the others. */
  newPage(): Promise<FirefoxPage>
  /** Runs a function in every page and frame, before any script of theirs; it uses nothing from outside itself. */
  addInitScript(script: () => void): Promise<void>
  close(): Promise<void>
}

/** A tab, or a frame in one. */
export interface FirefoxPage {
  goto(url: string): Promise<void>
  evaluate<Result, Arg>(act: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>
  evaluate<Result>(act: () => Result | Promise<Result>): Promise<Result>
  /** Moves the mouse to a place in its own viewport, and presses it there if told to. */
  point(x: number, y: number, press?: boolean): Promise<void>
  frames(): Promise<FirefoxPage[]>
  bringToFront(): Promise<void>
  close(): Promise<void>
}

const NAMES = ['firefox-esr', 'firefox']
const START_TIMEOUT_MS = 30_000
const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/

/** Where Firefox is: `STINT_FIREFOX`, or on the path; undefined if there is none. */
export function findFirefox(): string | undefined {
  const chosen = process.env.STINT_FIREFOX
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const files = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  return [...(chosen ? [chosen] : []), ...files].find((file) => existsSync(file))
}

export async function launchFirefox(file: string): Promise<Firefox> {
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-firefox-'))
  const flags = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0']
  const child = spawn(file, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const send = await open(child).catch(async (error: unknown) => {
    killWithUs()
    await rm(profile, { recursive: true, force: true, maxRetries: 20 })
    throw error
  })
  return {
    async newPage() {
      const { context } = await send<{ context: string }>('browsingContext.create', { type: 'tab' })
      const page = toPage(send, context)
      await page.bringToFront()
      return page
    },
    async addInitScript(script) {
      await send('script.addPreloadScript', { functionDeclaration: String(script) })
    },
    async close() {
      // It ends with the connection: the answer may be lost with that.
      void send('browser.close', {}).catch(() => undefined)
      await exited
      process.off('exit', killWithUs)
      await rm(profile, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

async function open(child: ChildProcess): Promise<Send> {
  const send = await connect(`${await readAddress(child)}/session`)
  await send('session.new', { capabilities: {} })
  return send
}

type Send = <Result>(method: string, params: object) => Promise<Result>

function toPage(send: Send, context: string): FirefoxPage {
  return {
    async goto(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    async evaluate<Result, Arg>(act: (arg: Arg) => Result | Promise<Result>, arg?: Arg) {
      const answer = await send<{
        result?: { value?: string }
        exceptionDetails?: { text: string }
      }>('script.callFunction', {
        functionDeclaration: `async (text) => JSON.stringify(await (${String(act)})(text && JSON.parse(text)))`,
        arguments: [{ type: 'string', value: arg === undefined ? '' : JSON.stringify(arg) }],
        awaitPromise: true,
        target: { context },
      })
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text)
      const text = answer.result?.value
      return (text === undefined ? undefined : JSON.parse(text)) as Result
    },
    async point(x, y, press = false) {
      const move = { type: 'pointerMove', x, y, origin: 'viewport' }
      const click = [
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ]
      const actions = [{ type: 'pointer', id: 'mouse', actions: press ? [move, ...click] : [move] }]
      await send('input.performActions', { context, actions })
    },
    async frames() {
      const { contexts } = await send<{ contexts: { children: { context: string }[] }[] }>(
        'browsingContext.getTree',
        { root: context },
      )
      return (contexts[0]?.children ?? []).map((child) => toPage(send, child.context))
    },
    async bringToFront() {
      await send('browsingContext.activate', { context })
    },
    async close() {
      await send('browsingContext.close', { context })
    },
  }
}

interface Answer {
  id?: number
  result?: unknown
  message?: string
}

/** One command at a time or many: each answer names the command that it is of. */
async function connect(address: string): Promise<Send> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, (answer: Answer) => void>()
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('Firefox does not answer')))
  })
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    waiting.get(answer.id ?? -1)?.(answer)
    waiting.delete(answer.id ?? -1)
  })
  let id = 0
  return <Result>(method: string, params: object) =>
    new Promise<Result>((resolve, reject) => {
      id += 1
      waiting.set(id, ({ result, message }) => {
        if (result === undefined) reject(new Error(`${method}: ${message}`))
        else resolve(result as Result)
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
}

function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const giveUp = (why: string) => reject(new Error(`Firefox ${why}:\n${output}`))
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
