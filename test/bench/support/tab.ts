// One tab of the bench's browser, and what a learner does in it. Each act is noted with Node's clock around it, so
// that the recorder in the page can be checked against it.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Act } from './act.ts'
import type { DevTools } from './devtools.ts'
import type { Fact } from './recorder.ts'

export interface Tab {
  targetId: string
  /** By which the protocol's events name it. */
  sessionId: string
  acts: Act[]
  send<T = object>(method: string, params?: object): Promise<T>
  /** Runs a function in the page and waits for it; arguments and result are JSON. */
  evaluate<A extends unknown[], T>(run: (...given: A) => T, ...given: A): Promise<Awaited<T>>
  waitFor(what: string, isSo: () => boolean): Promise<void>
  facts(): Promise<Fact[]>
  /** `foreign` where the focus is in a frame of another origin. */
  press(kind?: Act['kind']): Promise<void>
  move(): Promise<void>
  wheel(): Promise<void>
  /** In the middle of the first element that fits; `foreign` for a frame of another origin. */
  click(selector: string, kind?: Act['kind']): Promise<void>
  /** Types for so long, as a person does: unevenly, and with the other hand on the mouse now and then. */
  work(ms: number): Promise<void>
  /** Puts the tab in front of the others of its window. */
  bringToFront(): Promise<void>
}

const WAIT_MS = 15_000
const POLL_MS = 20
const SCROLL_TAIL_MS = 1_500

const KEY = { key: 'a', code: 'KeyA', windowsVirtualKeyCode: 65 }

export async function attachTab(devTools: DevTools, targetId: string): Promise<Tab> {
  const { sessionId } = await devTools.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  })
  const acts: Act[] = []
  const send: Tab['send'] = (method, params) => devTools.send(method, params, sessionId)
  const evaluate = createEvaluate(send)
  const act = createAct(acts)

  const mouse = (type: string, x: number, y: number, more = {}) =>
    send('Input.dispatchMouseEvent', { type, x, y, ...more })
  const press: Tab['press'] = (kind) =>
    act(async () => {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', text: 'a', ...KEY })
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...KEY })
    }, kind)
  const move = () => act(() => mouse('mouseMoved', toRandom(20, 300), toRandom(300, 400)))

  return {
    targetId,
    sessionId,
    acts,
    send,
    evaluate,
    press,
    move,
    async waitFor(what, isSo) {
      const until = Date.now() + WAIT_MS
      // A page that comes or goes has nobody to answer for a moment.
      while (!(await evaluate(isSo).catch(() => false))) {
        if (Date.now() > until) throw new Error(`The page never had: ${what}.`)
        await sleep(POLL_MS)
      }
    },
    facts: () => evaluate(() => benchFacts),
    wheel: () =>
      act(
        () => mouse('mouseWheel', 200, 350, { deltaX: 0, deltaY: 90 }),
        'interaction',
        SCROLL_TAIL_MS,
      ),
    async click(selector, kind) {
      const at = await evaluate(toMiddle, selector)
      const button = { button: 'left', clickCount: 1 }
      await act(async () => {
        await mouse('mouseMoved', at.x, at.y)
        await mouse('mousePressed', at.x, at.y, button)
        await mouse('mouseReleased', at.x, at.y, button)
      }, kind)
    },
    async work(ms) {
      const until = Date.now() + ms
      while (Date.now() < until) {
        await (Math.random() < 0.2 ? move() : press())
        await sleep(Math.min(toRandom(60, 260), Math.max(0, until - Date.now())))
      }
    },
    async bringToFront() {
      await send('Page.bringToFront')
    },
  }
}

function createEvaluate(send: Tab['send']): Tab['evaluate'] {
  return async (run, ...given) => {
    const { result, exceptionDetails } = await send<{
      result: { value: never }
      exceptionDetails?: { text: string; exception?: { description?: string } }
    }>('Runtime.evaluate', {
      expression: `(${run})(...${JSON.stringify(given)})`,
      awaitPromise: true,
      returnByValue: true,
    })
    if (!exceptionDetails) return result.value
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  }
}

/** Notes what is done around its doing. */
const createAct =
  (acts: Act[]) =>
  async (carryOut: () => Promise<unknown>, kind: Act['kind'] = 'interaction', tailMs = 0) => {
    const from = Date.now()
    await carryOut()
    acts.push({ kind, from, to: Date.now(), tailMs })
  }

function toMiddle(selector: string) {
  const element = document.querySelector(selector)
  if (!element) throw new Error(`There is no ${selector}.`)
  const { x, y, width, height } = element.getBoundingClientRect()
  return { x: x + width / 2, y: y + height / 2 }
}

const toRandom = (from: number, to: number) => from + Math.random() * (to - from)
