// What the demo's panels show and let a visitor do, in a real browser: by keyboard, at any width, and without a jump.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { useDemo } from './demo-page.ts'
import type { DemoPage } from './demo-page.ts'

const PORT = 4793

/** What was moved by a layout shift (Layout Instability). */
interface Source {
  node: Node | null
  previousRect: DOMRectReadOnly
  currentRect: DOMRectReadOnly
}

let page: Page
let demo: DemoPage

useDemo(PORT, (opened) => {
  demo = opened
  page = opened.page
})

it('says why each stretch counts as it does, to the pointer and along the arrow keys', async () => {
  await demo.press('Flag guessing')
  await page.locator('output', { hasText: 'flagged' }).waitFor()
  await demo.answer(1)
  await demo.press('Flag guessing')
  await page.locator('output', { hasText: 'active' }).waitFor()
  const timeline = demo.panel('timeline')
  await timeline.getByRole('button', { name: 'guessing' }).hover()
  await timeline.locator('.reason', { hasText: 'flagged by the page: guessing' }).waitFor()

  // From here on the pointer has no say; and nothing is drawn of a stretch until it has lasted.
  await demo.answer(2)
  await expect
    .poll(() => timeline.locator('.span').last().getAttribute('aria-label'))
    .toMatch(/^active /)
  const reason = () => timeline.locator('.reason').textContent()
  await timeline.locator('.span[tabindex="0"]').focus()
  await page.keyboard.press('End')
  expect(await reason()).toContain('a touch, key or scroll')
  await page.keyboard.press('ArrowLeft')
  expect(await reason()).toContain('guessing')
})

it.each(['light', 'dark'] as const)('is right by axe, in a %s system too', async (colorScheme) => {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await demo.answer(1)
  await demo.said('As new')
  expect(await findViolations(page)).toEqual([])
})

it('measures the same spans under two policies', async () => {
  await demo.press('Go idle')
  await demo
    .panel('ledger')
    .getByRole('button', { name: 'nothing heard' })
    .first()
    .waitFor({ timeout: 20_000 })
  const [one, other] = await demo.panel('policies').locator('fieldset').all()
  const waste = () => other!.getByRole('button', { name: 'waste' }).count()
  expect(await waste()).toBe(0)
  await other!.getByLabel('Idle is waste after').fill('0')
  await expect.poll(waste).toBeGreaterThan(0)
  expect(await other!.locator('select').inputValue()).toBe('-1')
  await other!.locator('select').selectOption('Paper allowed')
  await expect.poll(waste).toBe(0)
  expect(await other!.getByLabel('Idle is waste after').inputValue()).toBe('')
  expect(await one!.getByLabel('Idle is waste after').inputValue()).toBe('10')
})

it('writes what an author needs, and copies it', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const snippet = demo.panel('snippet')
  const text = () => snippet.getByLabel('What to write').inputValue()
  await snippet.getByLabel('Name').fill('Rocks & minerals')
  await snippet.getByLabel('Subject').selectOption('Science')
  await snippet.getByLabel('Idle after').fill('90')
  expect(await text()).toContain('data-name="Rocks &amp; minerals"')
  expect(await text()).toContain('data-idle-after-ms="90000"')
  await snippet.getByRole('button', { name: 'npm' }).click()
  expect(await text()).toContain(`subject: 'Science'`)
  await snippet.getByRole('button', { name: 'Copy' }).click()
  await snippet.getByText('Copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await text())
})

it('reads events out beside their JSON, each when it is chosen', async () => {
  await demo.press('Finish')
  const received = demo.panel('received')
  const json = () => received.getByLabel('as JSON').inputValue()
  await received.getByRole('button', { name: 'Time spent' }).click({ timeout: 20_000 })
  expect(JSON.parse(await json())).toMatchObject({ type: 'TimeSpentEvent' })
  await received.getByRole('button', { name: 'Completed' }).click()
  expect(JSON.parse(await json())).toMatchObject({ type: 'ActivityEvent' })
})

it('moves nothing while rows come and go and answers arrive', async () => {
  await page.evaluate(() => {
    const moved: string[] = []
    Object.assign(globalThis, { moved })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { sources: Source[] }[]) {
        for (const { node, previousRect: before, currentRect: after } of entry.sources) {
          const element = node instanceof Element ? node : node?.parentElement
          // Within a bar, time is what moves; and a place that is the same is no move.
          if (!element || element.closest('.bar')) continue
          if (before.x === after.x && before.y === after.y) continue
          moved.push(element.outerHTML.slice(0, 80))
        }
      }
    }).observe({ type: 'layout-shift' })
  })
  const flushed = () => page.waitForResponse('**/v1/entries')
  await demo.answer(1)
  await flushed()
  await flushed()
  // What that led to is seen with the next look at the relay.
  await (await page.waitForResponse('**/v1/runs/*')).finished()
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  )
  expect(await page.evaluate(() => (globalThis as unknown as { moved: string[] }).moved)).toEqual(
    [],
  )
})

it.each([320, 768, 1280, 1920])(
  'needs no sideways scrolling at %i pixels, in either direction',
  async (width) => {
    await page.setViewportSize({ width, height: 800 })
    const tooWide = () =>
      page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement
        return scrollWidth - clientWidth
      })
    expect(await tooWide()).toBe(0)
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    expect(await tooWide()).toBe(0)
  },
)

it('is worked by keyboard alone, and shows where the focus is', async () => {
  await page.locator('#stand-in').focus()
  const seen: string[] = []
  const unseen: string[] = []
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      // The frame has stops of its own.
      if (!element || element.tagName === 'IFRAME') return undefined
      const { outlineStyle } = getComputedStyle(element)
      return { name: element.textContent ?? '', isOutlined: outlineStyle !== 'none' }
    })
    if (focused) (focused.isOutlined ? seen : unseen).push(focused.name)
  }
  expect(unseen).toEqual([])
  expect(seen).toContain('Start over')
})
