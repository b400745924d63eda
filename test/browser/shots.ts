// Pictures of the demo for a person to look at, by `npm run shots`: three widths in both themes, what is broken, killed
// and finished, right to left in a pseudo-locale, and forced colours. They go to test/browser/shots/.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core'
import { findBrowser } from '../support/find-browser.ts'
import { serve } from '../support/serve.ts'
import { startDemo } from './demo-process.ts'
import { toTag } from './world.ts'

const FOLDER = path.join(import.meta.dirname, 'shots')
const PORT = 4693
const WIDTHS = { phone: [320, 700], laptop: [1280, 800], stage: [1920, 1080] } as const

type Width = keyof typeof WIDTHS

interface Shot {
  name: string
  width: Width
  options?: BrowserContextOptions
  /** What is done before the picture is taken. */
  act?: (page: Page, activity: Frame) => Promise<void>
}

const answer = (activity: Frame, question: number) =>
  activity.locator(`fieldset[data-question="${question}"] input`).nth(1).check()

const press = (page: Page, name: string) => page.getByRole('button', { name }).click()

const SHOTS: Shot[] = [
  ...(Object.keys(WIDTHS) as Width[]).flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({
      name: `${width}-${colorScheme}`,
      width,
      options: { colorScheme },
    })),
  ),
  {
    name: 'broken',
    width: 'laptop',
    async act(page, activity) {
      await press(page, 'Go idle')
      await page.locator('output', { hasText: 'idle' }).waitFor()
      await press(page, 'Go idle')
      await press(page, 'Offline')
      await press(page, '500')
      await answer(activity, 2)
      await page.locator('#outbox.broken tbody tr').first().waitFor()
    },
  },
  {
    name: 'killed',
    width: 'laptop',
    async act(page) {
      await press(page, 'Offline')
      await page.locator('#outbox.broken tbody tr').first().waitFor()
      await press(page, 'Kill this tab')
    },
  },
  {
    name: 'finished',
    width: 'stage',
    async act(page) {
      await press(page, 'Finish')
      await page.locator('.event', { hasText: 'Completed' }).waitFor()
    },
  },
  {
    name: 'rtl-pseudo',
    width: 'laptop',
    act: async (page, activity) => {
      await Promise.all([page.evaluate(mirror), activity.evaluate(mirror)])
    },
  },
  {
    name: 'rtl-pseudo-phone',
    width: 'phone',
    act: async (page, activity) => {
      await Promise.all([page.evaluate(mirror), activity.evaluate(mirror)])
    },
  },
  { name: 'forced-colours', width: 'laptop', options: { forcedColors: 'active' } },
  {
    name: 'forced-colours-dark',
    width: 'laptop',
    options: { forcedColors: 'active', colorScheme: 'dark' },
  },
]

/** Right to left, and each Latin letter as an Arabic one, which is as long as it happens to be. */
function mirror(): void {
  document.documentElement.dir = 'rtl'
  const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنه'
  const turn = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue ?? ''
      const turned = text.replace(
        /[a-z]/gi,
        (letter) => letters[letter.toLowerCase().charCodeAt(0) - 97] ?? '',
      )
      if (turned !== text) node.nodeValue = turned
    }
  }
  turn()
  new MutationObserver(turn).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
  })
}

async function take(browser: Browser, origin: string, shot: Shot): Promise<void> {
  const [width, height] = WIDTHS[shot.width]
  const context = await browser.newContext({ ...shot.options, viewport: { width, height } })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(`${shot.name}: ${error.message}`))
  await page.goto(origin)
  await page.waitForSelector('#device[data-state="open"] iframe')
  await press(page, 'Start over')
  await page.locator('.word', { hasText: 'As new' }).waitFor()
  const frame = await page.waitForSelector('#device[data-state="open"] iframe')
  const activity = await frame.contentFrame()
  if (!activity) throw new Error('The activity has no frame')
  await answer(activity, 1)
  await page.locator('#ledger .span').first().waitFor()
  await shot.act?.(page, activity)
  const isTooWide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  )
  if (isTooWide) console.error(`${shot.name}: scrolls sideways`)
  await page.screenshot({ path: path.join(FOLDER, `${shot.name}.png`) })
  await page.screenshot({ path: path.join(FOLDER, `${shot.name}-whole.png`), fullPage: true })
  await context.close()
  console.log(shot.name)
}

/** A page that styles everything it can reach, and allows no script, style or request but what it must. */
async function takeHostile(browser: Browser, origin: string): Promise<void> {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    `script-src ${origin}`,
    `connect-src ${origin}`,
    "require-trusted-types-for 'script'",
  ]
  const host = await serve(({ url }) =>
    new URL(url).pathname === '/host.css'
      ? new Response(HOSTILE_CSS, { headers: { 'content-type': 'text/css' } })
      : new Response(`${HOSTILE_PAGE}${toTag(origin)}`, {
          headers: { 'content-type': 'text/html', 'content-security-policy': policy.join('; ') },
        }),
  )
  const context = await browser.newContext({ viewport: { width: 800, height: 500 } })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(`hostile: ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()))
  await page.goto(host.origin.replace('127.0.0.1', 'localhost'))
  await page.locator('stint-timer').getByText('Working').first().waitFor()
  await page.screenshot({ path: path.join(FOLDER, 'hostile.png') })
  await context.close()
  await host.close()
  console.log('hostile')
}

const HOSTILE_PAGE =
  '<!doctype html><title>Host</title><link rel="stylesheet" href="/host.css"><h1>A host of its own mind</h1>'
const HOSTILE_CSS = `* { all: unset !important; display: block !important; color: hotpink !important;
  font: 40px fantasy !important; transform: rotate(2deg) !important; }`

await mkdir(FOLDER, { recursive: true })
const demo = await startDemo(PORT)
const browser = await chromium.launch({
  executablePath: (await findBrowser()).path,
  args: ['--no-sandbox', '--disable-gpu'],
})
const wanted = process.argv.slice(2)
if (wanted.length === 0 || wanted.includes('hostile')) await takeHostile(browser, demo.origin)
for (const shot of SHOTS) {
  if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, demo.origin, shot)
}
await browser.close()
await demo.stop()
