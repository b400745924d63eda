// How the widget looks and reads where it is hard: hostile hosts, small windows, long words, the other direction,
// forced colours, print; and what assistive technology gets, by the browser's own accessibility tree. What axe says of
// it is in widget-axe.test.ts, and each pair of colours in test/widget/colours.test.ts.

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { english } from '../../src/widget/strings.ts'
import { openDetails, showMorning, unmountAll, useWidgetWorld, type Shown } from './widget-world.ts'

const { open, relayOrigin, connect } = useWidgetWorld()

const off = { attributes: { widget: 'off' } }

async function show(shown: Shown = {}, page = open(off)) {
  const opened = await page
  await showMorning(opened.page, shown)
  return opened
}

/** Twice as long, in Arabic letters: what is in braces stays. */
const PSEUDO = Object.fromEntries(
  Object.entries(english).map(([name, text]) => [
    name,
    text
      .split(' ')
      .map((word) =>
        word.startsWith('{') ? word : `${'مرحبا'.slice(0, word.length)}${'ـ'.repeat(word.length)}`,
      )
      .join(' '),
  ]),
)

/** What sticks out of the window, or of its own box. */
const findOverflow = (page: Page) =>
  page.evaluate(() => {
    const root = [...document.querySelectorAll('stint-timer')].find(
      (one) => one.shadowRoot,
    )!.shadowRoot!
    return [...root.querySelectorAll<HTMLElement>('.widget *:not(.said)')].flatMap((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      const isOut = width > 0 && (left < -0.5 || right > innerWidth + 0.5)
      const isClipped = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
      const isBox =
        !(element instanceof SVGElement) && getComputedStyle(element).display !== 'inline'
      return isOut || (isBox && isClipped) ? [`${element.className}: ${element.textContent}`] : []
    })
  })

const VIEWS: [string, Shown, boolean][] = [
  ['the pill', { snapshot: { sync: 'offline' } }, false],
  ['the details', { run: { claimableMs: 50_000 } }, true],
  [
    'the summary',
    { run: { isEnded: true, result: { totalQuestions: 5, correctQuestions: 4 } } },
    false,
  ],
  ['the question of paper', { run: { claimableMs: 92_000 } }, false],
  ['an hour and somebody who is not signed in', { snapshot: { learner: 'unknown' } }, false],
]

describe.each(VIEWS)('%s', (_, shown, isOpen) => {
  it.each([
    [320, 640, {}],
    // A window of 1280 by 1024 at 400 %.
    [320, 256, {}],
    [320, 640, { lang: 'ar', words: PSEUDO }],
    [1280, 700, { lang: 'ar', words: PSEUDO }],
  ])('fits into a window of %i by %i, with the options %o', async (width, height, options) => {
    const { page } = await open(off)
    await page.setViewportSize({ width, height })
    await showMorning(page, { ...shown, options })
    if (isOpen) await openDetails(page)
    expect(await findOverflow(page)).toEqual([])
    const top = await page
      .locator('stint-timer .widget')
      .evaluate((widget) =>
        Math.min(
          ...[widget, ...widget.querySelectorAll('*:not(.said)')].map((one) =>
            one.closest('.panel') && !one.matches('.panel') ? 0 : one.getBoundingClientRect().top,
          ),
        ),
      )
    expect(top).toBeGreaterThanOrEqual(0)
    await page.close()
  })
})

describe('the other direction', () => {
  it('has the pill in the other corner, and its parts the other way round', async () => {
    const { page } = await show({ options: { lang: 'ar', words: PSEUDO } })
    const [ring, time, collapse] = await Promise.all(
      ['.ring', '.time', '.collapse'].map((part) =>
        page.locator(`stint-timer ${part}`).evaluate((one) => one.getBoundingClientRect().left),
      ),
    )
    expect(ring!).toBeGreaterThan(time!)
    expect(time!).toBeGreaterThan(collapse!)
    expect(collapse!).toBeLessThan(100)
  })
})

/** What a page may do to every element it can reach. */
const HOSTILE = `<style>
:not(html, body) { all: unset !important; display: none !important; opacity: 0 !important; visibility: hidden !important;
  direction: rtl !important; color: red !important; font: 40px serif !important; letter-spacing: 1em !important;
  text-transform: uppercase !important; transform: scale(0) !important; pointer-events: none !important; }
stint-timer { position: static !important; inset: auto !important; width: 1px !important; overflow: hidden !important; }
</style>`

it('stands above the worst that a host’s style can say', async () => {
  const fair = await show()
  const hostile = await show({}, open({ ...off, head: HOSTILE }))
  const read = (page: Page) =>
    page.locator('stint-timer .time').evaluate((time) => {
      const {
        color,
        fontSize,
        direction,
        visibility,
        letterSpacing,
        textTransform,
        pointerEvents,
      } = getComputedStyle(time)
      const { x, y, width, height } = time.getBoundingClientRect()
      const style = {
        color,
        fontSize,
        direction,
        visibility,
        letterSpacing,
        textTransform,
        pointerEvents,
      }
      return { ...style, x, y, width, height }
    })
  const seen = await read(hostile.page)
  expect(seen).toEqual(await read(fair.page))
  expect(seen.width).toBeGreaterThan(20)
})

it('keeps to the strictest Content Security Policy, with all of its parts', async () => {
  const policy = `default-src 'none'; script-src ${relayOrigin()}; connect-src ${relayOrigin()}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">`
  const { page, errors } = await open({ head, lang: 'es' })
  await openDetails(page)
  await page.locator('stint-timer .ask').click()
  await page.locator('stint-timer .help').waitFor()
  expect(errors).toEqual([])
})

describe('the theme', () => {
  const ground = (page: Page) =>
    page.locator('stint-timer .pill').evaluate((pill) => getComputedStyle(pill).backgroundColor)
  const LIGHT = 'rgb(255, 255, 255)'
  const DARK = 'rgb(28, 37, 48)'

  it('is the system’s, unless the host says otherwise', async () => {
    const { page } = await show()
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await ground(page)).toBe(LIGHT)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await ground(page)).toBe(DARK)
    await unmountAll(page)
    await page.evaluate(() => (document.documentElement.dataset['theme'] = 'light'))
    await showMorning(page)
    expect(await ground(page)).toBe(LIGHT)
    await unmountAll(page)
    await showMorning(page, { options: { theme: 'dark' } })
    expect(await ground(page)).toBe(DARK)
  })

  it('takes the host’s own colours and parts', async () => {
    const head =
      '<style>:root { --stint-paper: rgb(1, 2, 3) } stint-timer::part(pill) { border-radius: 3px }</style>'
    const { page } = await show({}, open({ ...off, head }))
    expect(await ground(page)).toBe('rgb(1, 2, 3)')
    const radius = await page
      .locator('stint-timer .pill')
      .evaluate((pill) => getComputedStyle(pill).borderRadius)
    expect(radius).toBe('3px')
  })

  it('has no animation for those who want none, and none of it is printed', async () => {
    const { page } = await show({ run: { claimableMs: 92_000 } })
    const bubble = page.locator('stint-timer .bubble')
    const toAnimation = () => bubble.evaluate((one) => getComputedStyle(one).animationName)
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await toAnimation()).toBe('come')
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await toAnimation()).toBe('none')
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('stint-timer .widget').isVisible()).toBe(false)
  })
})

describe('assistive technology', () => {
  interface Node {
    role: string
    name: string
    expanded: unknown
  }

  /** The browser's own tree, as a screen reader gets it: what is ignored is left out. */
  async function readTree(page: Page): Promise<Node[]> {
    const session = await connect(page)
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    return nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name, properties = [] }) => ({
        role: String(role?.value),
        name: String(name?.value ?? ''),
        expanded: properties.find((one) => one.name === 'expanded')?.value.value,
      }))
  }

  const named = (nodes: Node[], role: string) =>
    nodes.filter((node) => node.role === role).map(({ name }) => name)

  it('gets a region, a status and buttons, each with a name', async () => {
    const { page } = await show({ run: { claimableMs: 50_000 } })
    await openDetails(page)
    const nodes = await readTree(page)
    expect(named(nodes, 'region')).toEqual(['Learning time'])
    expect(named(nodes, 'status')).toHaveLength(1)
    expect(named(nodes, 'group')).toContain('Details')
    expect(named(nodes, 'heading')).toEqual(['Comparing fractions'])
    expect(named(nodes, 'image').join()).toContain('Your time, in order: ')
    expect(named(nodes, 'button')).toEqual([
      'Pause',
      'Details',
      'Make small',
      'I was working on paper (50 sec)',
      'What is recorded?',
      'Move to another corner',
      'Close',
    ])
    expect(nodes.find(({ name }) => name === 'Details')?.expanded).toBe(true)
    expect(
      nodes.filter(({ role, name }) => /button|image|region|group/.test(role) && !name),
    ).toEqual([])
  })

  it('gets the dot as one named button', async () => {
    const { page } = await show()
    await page.locator('stint-timer .collapse').click()
    const nodes = await readTree(page)
    expect(named(nodes, 'button')).toEqual(['Show learning time'])
    expect(named(nodes, 'status')).toHaveLength(1)
  })

  it('has targets of at least 24 px that do not overlap, and a focus that is seen', async () => {
    const { page } = await show({ run: { claimableMs: 50_000 } })
    await openDetails(page)
    const buttons = page.locator('stint-timer button')
    const boxes = await buttons.evaluateAll((all) =>
      all.map((one) => {
        const { left, top, right, bottom } = one.getBoundingClientRect()
        return { left, top, right, bottom }
      }),
    )
    for (const { left, top, right, bottom } of boxes) {
      expect(Math.min(right - left, bottom - top)).toBeGreaterThanOrEqual(24)
    }
    const overlap = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (other) =>
            one.left < other.right &&
            other.left < one.right &&
            one.top < other.bottom &&
            other.top < one.bottom,
        ),
    )
    expect(overlap).toEqual([])
    // From the details' own button, the second, to the last.
    for (let at = 2; at < (await buttons.count()); at += 1) {
      await page.keyboard.press('Tab')
      const outline = await page.evaluate(() => {
        const focused = document.activeElement?.shadowRoot?.activeElement
        return focused ? getComputedStyle(focused).outlineStyle : 'nothing of the widget'
      })
      expect(outline).toBe('solid')
    }
  })

  it('sees shapes in forced colours, drawn in the system’s own', async () => {
    const { page } = await open(off)
    await page.emulateMedia({ forcedColors: 'active' })
    await showMorning(page)
    await openDetails(page)
    const fills = await page
      .locator('stint-timer .bars rect')
      .evaluateAll((all) => [...new Set(all.map((one) => getComputedStyle(one).fill))])
    // Work is highlighted, all else is text: no colour of ours.
    expect(fills).toHaveLength(2)
    const border = await page
      .locator('stint-timer .pause')
      .evaluate((one) => getComputedStyle(one).borderStyle)
    expect(border).toBe('solid')
  })
})
