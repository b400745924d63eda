// Active and idle. Whatever tells that the learner is there counts, be it a mouse, a finger, a keyboard or assistive
// technology, and nothing of what they typed is kept; idle begins at the last of it plus `idleAfterMs`.

import type { CDPSession, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readPresence,
  readSeen,
  readSpans,
  setStage,
  until,
  toPresences,
  untilPresence,
} from './stage.ts'
import { readStored } from './stored.ts'

const stage = setStage()

const BODY =
  '<p id="text">A text</p><input><button>Press</button>' +
  '<div id="list" style="height:100px;width:200px;overflow:scroll"><p style="height:900px">Long'

interface Act {
  /** The event that it comes to, alone or among others. */
  type: string
  act(page: Page, protocol: CDPSession): Promise<unknown>
}

const POINT = { x: 100, y: 140 }
const DRAG = { items: [{ mimeType: 'text/plain', data: 'A text' }], dragOperationsMask: 1 }

const BY_POINTER: Act[] = [
  { type: 'pointermove', act: (page) => page.mouse.move(90, 10) },
  { type: 'pointerdown', act: (page) => page.mouse.click(95, 12) },
  // Nothing scrolls here, so it is the wheel alone.
  { type: 'wheel', act: (page) => page.mouse.wheel(0, 100) },
  {
    type: 'dragover',
    async act(_, protocol) {
      await protocol.send('Input.dispatchDragEvent', { type: 'dragEnter', ...POINT, data: DRAG })
      await protocol.send('Input.dispatchDragEvent', { type: 'dragOver', ...POINT, data: DRAG })
    },
  },
]

const BY_FINGER: Act[] = [
  { type: 'touchmove', act: (_, protocol) => drawFinger(protocol, 30) },
  // What the finger moved is heard as well.
  { type: 'scroll', act: (_, protocol) => drawFinger(protocol, 30) },
]

const BY_KEYS_AND_AIDS: Act[] = [
  // On to the next field.
  { type: 'keydown', act: (page) => page.keyboard.press('Tab') },
  // What is dictated into it arrives without a key.
  { type: 'input', act: (_, protocol) => protocol.send('Input.insertText', { text: 'a half' }) },
  // A screen reader moves the focus, and no key is heard of.
  {
    type: 'focus',
    async act(_, protocol) {
      const { root } = await protocol.send('DOM.getDocument')
      const { nodeId } = await protocol.send('DOM.querySelector', {
        nodeId: root.nodeId,
        selector: 'button',
      })
      await protocol.send('DOM.focus', { nodeId })
    },
  },
  // A reading cursor moves the selection.
  {
    type: 'selectionchange',
    act: (page) =>
      page.evaluate(() => getSelection()?.selectAllChildren(document.querySelector('#text')!)),
  },
]

/** Each is done when the learner is idle, and has to bring them back at the instant of the first event it comes to. */
async function expectHeard(page: Page, acts: readonly Act[]) {
  const protocol = await page.context().newCDPSession(page)
  for (const { type, act } of acts) {
    await untilPresence(page, 'idle')
    const before = await page.evaluate(() => seen.length)
    await act(page, protocol)
    await untilPresence(page, 'active')
    const active = (await readSpans(page)).findLast(({ presence }) => presence === 'active')
    await until(() =>
      page.evaluate(([from, wanted]) => seen.slice(from).some((one) => one.type === wanted), [
        before,
        type,
      ] as const),
    )
    const first = await page.evaluate((from) => seen[from]?.at, before)
    expectNear(active?.from, first!, 300)
  }
}

it('hears a mouse: moves, clicks, the wheel, and what is dragged', async () => {
  await expectHeard(await stage.openBeside(BODY), BY_POINTER)
})

it('hears a finger, and what it scrolls', async () => {
  await expectHeard(await stage.openBeside(BODY), BY_FINGER)
})

it('begins idleAfterMs after the last interaction, and not when somebody notices', async () => {
  const page = await stage.openBeside('')
  await page.mouse.move(50, 50)
  await page.mouse.move(60, 60)
  await untilPresence(page, 'idle')
  const lastAt = await readLast(page, 'pointermove')
  await page.mouse.move(70, 70)
  await untilPresence(page, 'active')

  const spans = await readSpans(page, lastAt)
  expect(toPresences(spans, 3)).toEqual(['active', 'idle', 'active'])
  expectNear(spans[1]?.from, lastAt + 1_000)
  expectNear(spans[1]?.to, await readLast(page, 'pointermove'))
  expect(spans[1]).toMatchObject({ metric: 'inactive', reason: 'idle' })
})

it('begins idleAfterMs after the page was opened if nobody touches it, and never with "never"', async () => {
  const page = await stage.openBeside('')
  await untilPresence(page, 'idle')
  const [first] = await readSpans(page)
  expectNear(first!.to - first!.from, IDLE_MS)
  expect(await readSeen(page, 'pointermove')).toEqual([])

  const other = await stage.openBeside('', { 'idle-after-ms': 'never' })
  await pass(other, IDLE_MS + 500)
  expect(toPresences(await readSpans(other))).toEqual(['active'])
})

it('does not take events that a script made for a learner', async () => {
  const page = await stage.openBeside(BODY)
  await untilPresence(page, 'idle')
  await page.evaluate(() => {
    const input = document.querySelector('input')!
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'click', 'input']) {
      input.dispatchEvent(new Event(type, { bubbles: true }))
    }
    document.querySelector('button')!.click()
  })
  await pass(page, 300)
  expect(await readPresence(page)).toBe('idle')
})

it('goes on without a gap through a long time of moving, and ends with the last move', async () => {
  const page = await stage.openBeside(BODY)
  for (let step = 0; step < 8; step += 1) {
    await page.mouse.move(20 + step, 20)
    await pass(page, 120)
  }
  const [first] = await readSeen(page, 'pointermove')
  const lastAt = await readLast(page, 'pointermove')
  await untilPresence(page, 'idle')
  const [active, idle] = await readSpans(page, first!.at)
  expect(active?.presence).toBe('active')
  expectNear(idle?.from, lastAt + IDLE_MS)
})

it('hears keys, and assistive technology that uses none: focus, input, selection', async () => {
  await expectHeard(await stage.open(BODY), BY_KEYS_AND_AIDS)
})

it('keeps and sends nothing of what was typed, nor which keys', async () => {
  const requests: string[] = []
  const page = await stage.open('<input id="plain"><input id="secret" type="password">')
  page.on('request', (request) => requests.push(request.postData() ?? ''))
  await page.context().setOffline(true)
  await page.click('#plain')
  await page.keyboard.type('Xylophone7')
  await page.click('#secret')
  await page.keyboard.type('Quokka&42')
  await page.evaluate(() => Stint.flush())
  const kept = await page.evaluate(readStored)
  await page.context().setOffline(false)
  await page.evaluate(() => Stint.current?.end({ totalQuestions: 1, correctQuestions: 1 }))

  expect(kept).toContain('"slice"')
  expect(requests.join()).toContain('"slice"')
  // A signature may spell anything.
  const written = (kept + requests.join()).replaceAll(/eyJ[\w.-]+/g, '')
  expect(/xylo|quokka|key[a-z]|digit|backspace/i.exec(written)).toBe(null)
})

async function drawFinger(protocol: CDPSession, by: number) {
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    protocol.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: y === undefined ? [] : [{ ...POINT, y }],
    })
  await touch('touchStart', POINT.y)
  // A finger trembles: only past some pixels is it a movement.
  for (const part of [0.5, 1]) await touch('touchMove', POINT.y - by * part)
  // Held still, so that nothing goes on by its momentum.
  await new Promise((resolve) => setTimeout(resolve, 120))
  await touch('touchEnd')
}
