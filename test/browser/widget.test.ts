// What the widget does on the pages of the script tag: when it comes, where it is, what it asks, and how it goes.

import { describe, expect, it } from 'vitest'
import type { StintGlobal } from './world.ts'
import { loadWidget, openDetails, untilWidget, useWidgetWorld } from './widget-world.ts'
import type { WidgetGlobal } from './widget-world.ts'

declare global {
  var Stint: StintGlobal
}

const { open, hideBehind } = useWidgetWorld()

const scripts = (loaded: string[]) => loaded.filter((path) => path.endsWith('.js')).toSorted()

describe('the files', () => {
  it('come when they are wanted: timing first, then the pill, the details when they are opened', async () => {
    const { page, loaded } = await open()
    await untilWidget(page)
    expect(scripts(loaded)).toEqual(['/stint-widget.js', '/stint.js'])
    await openDetails(page)
    expect(scripts(loaded)).toEqual(['/stint-panel.js', '/stint-widget.js', '/stint.js'])
  })

  it('are the timing alone where no widget is wanted', async () => {
    const { page, loaded } = await open({ attributes: { widget: 'off' } })
    await expect.poll(() => page.evaluate(() => Stint.getSnapshot().sync)).toBe('saved')
    expect(scripts(loaded)).toEqual(['/stint.js'])
    expect(await page.locator('stint-timer').count()).toBe(0)
  })

  it('that do not come stop no time, and the author is told', async () => {
    const { page, errors } = await open()
    await page.route('**/stint-widget.js', (route) => route.abort())
    await page.reload()
    await expect.poll(() => errors.join()).toContain('the widget can not be shown')
    await expect.poll(() => page.evaluate(() => Stint.current!.totalActiveMs)).toBeGreaterThan(0)
  })

  it('are the language’s of the page, one more for Spanish', async () => {
    const { page, loaded } = await open({ lang: 'es-MX' })
    const state = page.locator('stint-timer .state')
    await expect.poll(() => state.textContent()).toBe('Trabajando')
    expect(scripts(loaded)).toContain('/stint-es.js')
  })
})

describe('on the page', () => {
  it('takes the words of the page', async () => {
    const words = '<script type="application/json" id="w">{ "active": "Am Werk" }</script>'
    const { page } = await open({ html: words, attributes: { words: 'w', lang: 'de' } })
    const widget = page.locator('stint-timer .widget')
    await expect.poll(() => widget.locator('.state').textContent()).toBe('Am Werk')
    expect(await widget.getAttribute('lang')).toBe('de')
  })

  it('goes where the page puts it, and moves nothing around it, whatever it says', async () => {
    const html = '<p>Before <stint-timer></stint-timer> after</p><h1 id="below">Below</h1>'
    const { page } = await open({ html })
    await untilWidget(page)
    const look = () =>
      page.evaluate(() => document.getElementById('below')!.getBoundingClientRect().top)
    const before = await look()
    expect(await page.locator('stint-timer').count()).toBe(1)
    await openDetails(page)
    await page.locator('stint-timer .pause').click()
    await expect.poll(() => page.locator('stint-timer .state').textContent()).toBe('Paused')
    expect(await look()).toBe(before)
  })

  it('never takes the focus, and gives it back to its own button when the details are closed', async () => {
    const { page } = await open({ html: '<input id="answer" autofocus>' })
    await page.focus('#answer')
    await untilWidget(page)
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: element } = document
        return element?.shadowRoot?.activeElement?.className ?? element?.id
      })
    expect(await focused()).toBe('answer')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('details')
    await page.keyboard.press('Enter')
    await page.locator('stint-timer .panel').waitFor()
    expect(await focused()).toBe('details')
    await page.keyboard.press('Escape')
    await page.locator('stint-timer .panel').waitFor({ state: 'detached' })
    expect(await focused()).toBe('details')
    // Collapse and back, by keys alone: the focus goes along.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('dot')
    await page.keyboard.press('Enter')
    await page.locator('stint-timer .pill').waitFor()
    expect(await focused()).not.toBe('')
  })

  it('is in the corner that the learner chose, on the next page too', async () => {
    const { page } = await open({ attributes: { corner: 'top-start' } })
    await untilWidget(page)
    const corner = () =>
      page.locator('stint-timer .widget').evaluate((widget) => {
        const { left, top } = widget.getBoundingClientRect()
        return `${top < innerHeight / 2 ? 'top' : 'bottom'} ${left < innerWidth / 3 ? 'left' : 'right'}`
      })
    expect(await corner()).toBe('top left')
    await openDetails(page)
    await page.getByRole('button', { name: 'Move to another corner' }).click()
    expect(await corner()).toBe('top right')
    await page.reload()
    await untilWidget(page)
    expect(await corner()).toBe('top right')
  })
})

describe('with the learner', () => {
  it('asks whether they are still there before it is quiet, and any key answers', async () => {
    const { page } = await open({ attributes: { 'idle-after-ms': '12000' } })
    await untilWidget(page)
    await page.keyboard.press('a')
    const said = page.locator('stint-timer [role=status]')
    await expect.poll(() => said.textContent(), { timeout: 15_000 }).toContain('Still there?')
    expect(await page.evaluate(() => Stint.getSnapshot().run!.presence)).toBe('active')
    await page.keyboard.press('a')
    await expect.poll(() => said.textContent()).toBe('Working')
    expect(await page.evaluate(() => Stint.getSnapshot().run!.presence)).toBe('active')
  })

  it('lets them say that they worked on paper', async () => {
    const { page } = await open({ attributes: { 'idle-after-ms': '1000' } })
    await untilWidget(page)
    await expect
      .poll(() => page.evaluate(() => Stint.getSnapshot().run!.claimableMs))
      .toBeGreaterThan(500)
    await openDetails(page)
    await page.getByRole('button', { name: /I was working on paper/ }).click()
    const claimed = () =>
      page.evaluate(() => Stint.current!.spans().some(({ reason }) => reason === 'on-paper'))
    expect(await claimed()).toBe(true)
    await expect
      .poll(() => page.locator('stint-timer li').allTextContents())
      .toContainEqual(expect.stringMatching(/^On paper/))
  })

  it('says what a run came to when it has ended, and takes that away when told to', async () => {
    const end =
      '<button data-stint-end data-total-questions="5" data-correct-questions="4">Done</button>'
    const { page } = await open({ html: end })
    await untilWidget(page)
    await page.click('[data-stint-end]')
    const bubble = page.locator('stint-timer .bubble')
    await expect.poll(() => bubble.textContent()).toContain('4 of 5 right')
    await bubble.getByRole('button', { name: 'Close' }).click()
    await bubble.waitFor({ state: 'detached' })
    expect(await page.locator('stint-timer .state').textContent()).toBe('Finished')
  })
})

describe('what it draws', () => {
  /** Counts in the page how often something in the widget changes, each batch once. */
  const watchDrawing = `
    window.drawn = 0
    new MutationObserver(() => { window.drawn += 1 }).observe(
      document.querySelector('stint-timer').shadowRoot,
      { subtree: true, childList: true, characterData: true, attributes: true },
    )
    window.published = 0
    Stint.subscribe(() => { window.published += 1 })`

  /** Until the stint has told of so many seconds more, and how often the widget changed meanwhile. */
  const drawnIn = (page: Awaited<ReturnType<typeof open>>['page'], seconds: number) =>
    page.evaluate(async (wanted) => {
      const seen = globalThis as unknown as { drawn: number; published: number }
      Object.assign(seen, { drawn: 0, published: 0 })
      const begin = performance.now()
      while (seen.published < wanted) await new Promise((resolve) => setTimeout(resolve, 50))
      return { drawn: seen.drawn, seconds: (performance.now() - begin) / 1_000 }
    }, seconds)

  it('is at most one change a second, and none while it is a dot', async () => {
    const { page } = await open()
    await untilWidget(page)
    await expect.poll(() => page.evaluate(() => Stint.getSnapshot().sync)).toBe('saved')
    await page.evaluate(watchDrawing)
    const { drawn, seconds } = await drawnIn(page, 4)
    expect(drawn).toBeGreaterThan(0)
    expect(drawn).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
    await page.locator('stint-timer .collapse').click()
    expect((await drawnIn(page, 4)).drawn).toBe(0)
  })

  it('is nothing while the page is hidden', async () => {
    const { page } = await open()
    await untilWidget(page)
    await page.evaluate(watchDrawing)
    const comeBack = await hideBehind(page)
    expect((await drawnIn(page, 2)).drawn).toBe(0)
    await comeBack()
    await expect.poll(() => page.locator('stint-timer .state').textContent()).toBe('Working')
  })
})

it('does not shift the layout when it comes, nor later', async () => {
  const { page } = await open({
    html: '<h1>Fractions</h1><p>Text</p>',
    attributes: { widget: 'off' },
  })
  await loadWidget(page)
  const shift = await page.evaluate(async () => {
    let sum = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
    ;(globalThis as unknown as WidgetGlobal).widget.mountWidget(Stint)
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    return sum
  })
  expect(shift).toBe(0)
})
