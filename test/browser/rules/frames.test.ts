// Frames inside the page. Those of the same origin are listened to like the page itself, whenever they came; of others
// only the focus tells, for a while, but for those that tell of themselves by `ping.js`.

import type { Frame, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readPresence,
  readSeen,
  readSpans,
  setStage,
  toPage,
  toPresences,
  untilPresence,
  untilGranted,
  until,
} from './stage.ts'
import type { Attributes } from './stage.ts'
import { toSound } from './sound.ts'

const stage = setStage()

const PANE = '<!doctype html><body><button>Here</button>'
const toFrame = (src: string) => `<iframe src="${src}" width="300" height="120"></iframe>`

const toPlayer = (ms: number) =>
  `${PANE}<audio src="${toSound(ms)}"></audio><script>
  document.querySelector('button').onclick = () => document.querySelector('audio').play()</script>`

async function findFrame(page: Page, path: string): Promise<Frame> {
  await until(() => page.frames().some((frame) => frame.url().endsWith(path)))
  return page.frames().find((frame) => frame.url().endsWith(path))!
}

/** The page is idle from `idleAfterMs` after the frame's last event of that type: so the frame was heard, exactly. */
async function expectHeard(page: Page, frame: Frame, type = 'pointerdown') {
  const at = await readLast(frame, type)
  await untilPresence(page, 'idle')
  const idle = (await readSpans(page)).at(-1)
  expect(idle?.presence).toBe('idle')
  expectNear(idle?.from, at + IDLE_MS)
}

const toElsewhere = (page: Page) => `http://localhost:${new URL(page.url()).port}`

/** Ticks find what is new: two of them have come and gone. */
const passTicks = (page: Page) => pass(page, 600)

/** The page is at 127.0.0.1, and what it frames at localhost: another site, in another process. */
const ELSEWHERE = 'http://localhost:$PORT'

async function openFramed(pane: string, attributes?: Attributes, open = stage.open) {
  const page = await open(toFrame(`${ELSEWHERE}/pane`), attributes, { '/pane': pane })
  const frame = await findFrame(page, '/pane')
  await frame.waitForLoadState()
  return { page, frame }
}

const openBeside = (pane: string, attributes?: Attributes) =>
  openFramed(pane, attributes, stage.openBeside)

const toPing = () =>
  `<script src="${stage.world.relayOrigin}/ping.js" data-parent="http://127.0.0.1:$PORT"></script>`

describe('a frame of the same origin', () => {
  it('is heard at its own instants, though its clock began later', async () => {
    const page = await stage.openBeside(toFrame('/pane'), {}, { '/pane': PANE })
    const frame = await findFrame(page, '/pane')
    await pass(page, 300)
    await frame.click('button')
    await frame.press('button', 'Shift')
    expect(await readSeen(page, 'keydown')).toEqual([])
    await expectHeard(page, frame, 'keydown')
  })

  it('is heard when it came later, in another frame, and after it went to another page', async () => {
    const page = await stage.openBeside(
      '',
      {},
      { '/outer': toFrame('/first'), '/first': PANE, '/second': PANE },
    )
    await page.evaluate(
      (html) => document.body.insertAdjacentHTML('beforeend', html),
      toFrame('/outer'),
    )
    const first = await findFrame(page, '/first')
    await passTicks(page)
    await first.click('button')
    await expectHeard(page, first)

    await first.evaluate(() => location.assign('/second'))
    const second = await findFrame(page, '/second')
    await second.waitForLoadState()
    await passTicks(page)
    await second.click('button')
    await expectHeard(page, second)
  })

  it('is forgotten when it is taken away, with what played in it, and the page goes on', async () => {
    const page = await stage.openBeside(toFrame('/pane'), {}, { '/pane': toPlayer(20_000) })
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    const frame = await findFrame(page, '/pane')
    await frame.click('button')
    await pass(page, IDLE_MS + 400)
    expect(await readPresence(page)).toBe('active')

    await page.evaluate(() => document.querySelector('iframe')?.remove())
    const removedAt = await page.evaluate(() => performance.timeOrigin + performance.now())
    await untilPresence(page, 'idle')
    // The next tick finds that it is gone.
    expectNear((await readSpans(page)).at(-1)?.from, removedAt, 500)
    await page.mouse.move(200, 300)
    await untilPresence(page, 'active')
    expect(errors).toEqual([])
  })
})

describe('a frame of another origin', () => {
  const HEARD = { frames: `https://other.example ${ELSEWHERE}`, 'frame-idle-after-ms': '20000' }

  it('stops nothing when a frame that was listened to goes there', async () => {
    const page = await stage.openBeside(toFrame('/pane'), {}, { '/pane': PANE })
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    const frame = await findFrame(page, '/pane')
    await frame.click('button')
    const gone = page.waitForEvent('framenavigated', (one) =>
      one.url().startsWith('http://localhost'),
    )
    await frame.evaluate((url) => location.assign(url), `${toElsewhere(page)}/pane`)
    await gone
    await passTicks(page)
    await page.mouse.click(400, 400)
    await untilPresence(page, 'idle')
    expectNear((await readSpans(page)).at(-1)?.from, (await readLast(page, 'click')) + IDLE_MS)
    expect(errors).toEqual([])
  })

  it('counts exactly when it tells of itself, and the focus is no guess then', async () => {
    const { page, frame } = await openBeside(PANE + toPing(), HEARD)
    await pass(page, 300)
    await frame.click('button')
    await frame.press('button', 'Shift')
    await expectHeard(page, frame, 'keydown')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('IFRAME')
  })

  it('counts while something plays in it when it tells of itself', async () => {
    const { page, frame } = await openBeside(toPlayer(1_500) + toPing(), HEARD)
    await frame.click('button')
    await until(async () => (await readSeen(frame, 'ended')).length > 0)
    await untilPresence(page, 'idle')
    const spans = await readSpans(page, await readLast(frame, 'pointerdown'))
    // It may have been idle until it was told.
    const told = spans.slice(spans.findIndex(({ presence }) => presence === 'active'))
    expect(toPresences(told)).toEqual(['active', 'idle'])
    expectNear(told[1]?.from, await readLast(frame, 'ended'))
  })

  it('is not believed when its origin is not named, though it tells', async () => {
    const { page, frame } = await openBeside(PANE + toPing(), { frames: 'https://other.example' })
    await page.evaluate(() => {
      addEventListener('message', ({ data }) => Object.assign(globalThis, { told: data }))
    })
    await untilPresence(page, 'idle')
    // Over it, and not into it: the focus stays where it was.
    await frame.hover('button')
    await page.waitForFunction(() => (globalThis as { told?: { stint: string } }).told?.stint)
    await pass(page, 300)
    expect(toPresences(await readSpans(page))).toEqual(['active', 'idle'])
  })
})

describe('a page that is framed itself', () => {
  it('keeps its time like any other: input, idle, hidden; in its own origin and in another', async () => {
    const inner = (name: string) => toPage(stage, '<button>Here</button>', { activity: name })
    const site = await stage.world.servePage({
      '/': toFrame('/near') + toFrame('http://localhost:$PORT/far'),
      '/near': inner('near'),
      '/far': inner('far'),
    })
    const page = await stage.browser.openAt(site.origin, 'window')
    const frames = await Promise.all(['/near', '/far'].map((path) => findFrame(page, path)))
    for (const frame of frames) await untilGranted(frame)
    for (const frame of frames) await frame.click('button')
    for (const frame of frames) await untilPresence(frame, 'idle')
    const comeBack = await stage.browser.minimize(page)
    for (const frame of frames) await untilPresence(frame, 'hidden')
    const back = Promise.all(frames.map((frame) => untilPresence(frame, 'active')))
    await comeBack()
    await back

    for (const frame of frames) {
      const clickedAt = await readLast(frame, 'click')
      const [hiddenEvent, visibleEvent] = await readSeen(frame, 'visibilitychange')
      const spans = await readSpans(frame, clickedAt)
      expect(toPresences(spans, 4)).toEqual(['active', 'idle', 'hidden', 'active'])
      expectNear(spans[0]?.to, clickedAt + IDLE_MS)
      expectNear(spans[1]?.to, hiddenEvent!.at)
      expectNear(spans[2]?.to, visibleEvent!.at)
    }
  })
})

// There is one focus, so these take turns.
describe('the focus in a frame of another origin', () => {
  it('counts while the focus is in it, up to frameIdleAfterMs and no longer', async () => {
    const { page, frame } = await openFramed(PANE, { 'frame-idle-after-ms': '1500' })
    await frame.click('button')
    await untilPresence(page, 'active')
    await untilPresence(page, 'idle')
    const clickedAt = await readLast(frame, 'pointerdown')
    // It may have been idle until the click, if that took its time to come.
    const spans = await readSpans(page, clickedAt)
    const [active, idle] = spans.slice(spans.findIndex(({ presence }) => presence === 'active'))
    expect(active?.presence).toBe('active')
    // Not heard, but seen: the focus left the window when the frame was clicked.
    expect(await readSeen(page, 'pointerdown')).toEqual([])
    const blurredAt = await readLast(page, 'blur')
    expect(active?.from).toBeLessThan(blurredAt + 100)
    expectNear(idle?.from, blurredAt + 1_500)
  })

  it('counts no more when the focus comes back into the page', async () => {
    const { page, frame } = await openFramed(PANE, { 'frame-idle-after-ms': '20000' })
    await frame.click('button')
    await pass(page, IDLE_MS + 400)
    expect(await readPresence(page)).toBe('active')
    await page.mouse.click(400, 400)
    await untilPresence(page, 'idle')
    expectNear((await readSpans(page)).at(-1)?.from, (await readLast(page, 'click')) + IDLE_MS)
  })
  it('counts again once a page that told of itself has gone there, and the next one tells nothing', async () => {
    const attributes = { frames: ELSEWHERE, 'frame-idle-after-ms': '20000' }
    const { page, frame } = await openFramed(PANE + toPing(), attributes)
    await frame.click('button')
    await expectHeard(page, frame)
    await frame.evaluate(() => location.assign('/silent'))
    const silent = await findFrame(page, '/silent')
    await silent.waitForLoadState()
    await silent.click('body')
    await untilPresence(page, 'active')
    await pass(page, IDLE_MS + 400)
    expect(await readPresence(page)).toBe('active')
  })
})
