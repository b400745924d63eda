// Every button of the demo that breaks something, pressed in a real browser: what then waits, and that it all arrives.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { untilArrived, untilOpen, useDemo } from './demo-page.ts'
import type { DemoPage } from './demo-page.ts'

const PORT = 4773

let page: Page
let demo: DemoPage

useDemo(PORT, (opened) => {
  demo = opened
  page = opened.page
})

const presence = (word: string) => page.locator('output', { hasText: word }).waitFor()

const events = () => demo.panel('received').locator('.event')

/** The relay has some of the run: only then can it be missed, and only with its grant is anything on the disk. */
const untilKnown = () => demo.panel('ledger').getByText('The run is open').waitFor()

/** Two, and no third in the second that follows: the relay has had more rounds by then. */
async function expectToldOnce(timeout = 30_000): Promise<void> {
  await expect.poll(() => events().count(), { timeout }).toBe(2)
  await demo.panel('ledger').getByText('delivered').waitFor()
  const received = page.waitForResponse('**/demo/received')
  await (await received).finished()
  expect(await events().allTextContents()).toEqual([
    expect.stringContaining('5 of 5 right'),
    expect.stringContaining('active'),
  ])
}

it('keeps the visitor’s hands off the learner’s page, which goes idle, until they are back', async () => {
  await demo.press('Go idle')
  await presence('idle')
  const box = (await page.locator('iframe').boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.move(x + 30, y + 30)
  expect(await page.locator('output').textContent()).toBe('idle')
  await demo.press('Go idle')
  await page.mouse.move(x, y)
  await page.mouse.move(x + 30, y + 30)
  await presence('active')
})

it('is hidden behind a tab that it opens, and says of what became of the time', async () => {
  const opening = page.context().waitForEvent('page')
  await demo.press('Hide')
  const away = await opening
  // The debugger holds both tabs while it attaches to the new one, and the event of that moment is lost: so once more.
  await page.bringToFront()
  await away.bringToFront()
  await away.getByText('hidden: inactive').waitFor()
  const closed = away.waitForEvent('close')
  // The tab goes under the pointer, and the word that it was pressed may go with it.
  await Promise.allSettled([away.getByRole('button', { name: 'Go back' }).click()])
  await closed
  await demo.said('Welcome back')
  await demo
    .panel('timeline')
    .getByRole('button', { name: 'another tab in front' })
    .first()
    .waitFor()
})

it('keeps rows while it is offline, and has them all at the relay when it is back', async () => {
  await untilKnown()
  await demo.press('Offline')
  const outbox = demo.panel('outbox')
  await page.locator('#outbox.broken').waitFor()
  await demo.answer(1)
  await outbox.locator('tbody tr').first().waitFor()
  await page.locator('.places .broken', { hasText: 'offline' }).waitFor()
  // In whole seconds, of which one has to pass.
  const unseen = async () => {
    const { seen, relay } = await demo.figures()
    return seen - relay
  }
  await expect.poll(unseen).toBeGreaterThan(0)
  const { seen } = await demo.figures()
  await demo.press('Offline')
  await untilArrived(demo, seen)
  await page.locator('#outbox:not(.broken)').waitFor()
})

it('keeps rows while the relay is down, says so there, and has them all when it is back', async () => {
  await untilKnown()
  await demo.press('Relay down')
  await demo.panel('ledger').getByText('does not answer').waitFor()
  await page.locator('#outbox.broken tbody tr').first().waitFor()
  const { seen } = await demo.figures()
  await demo.press('Relay down')
  await untilArrived(demo, seen)
  await page.locator('#ledger:not(.broken)').waitFor()
})

it('loses with a killed tab only what it had not written, and goes on with the run', async () => {
  await untilKnown()
  const runId = await demo.runId()
  await demo.press('Offline')
  await page.locator('#outbox.broken tbody tr').first().waitFor()
  await demo.press('Kill this tab')
  await demo.panel('outbox').getByText('The page is gone').waitFor()
  // The disk is looked at each second, and what was seen of it before the last write says too much.
  const lost = async () => {
    const verdict = await page.locator('.verdict').textContent()
    return verdict === 'nothing lost' ? 0 : Number.parseFloat(verdict ?? '')
  }
  await expect.poll(lost).toBeLessThanOrEqual(1.1)
  const { seen } = await demo.figures()
  // Nobody is there to send it, though the network is.
  await demo.press('Offline')
  expect(await demo.panel('outbox').locator('tbody tr').count()).toBeGreaterThan(0)
  await demo.press('Open it again')
  await untilOpen(page)
  expect(await demo.runId()).toBe(runId)
  await untilArrived(demo, seen - 1_100)
})

it('goes on with the same run after a reload, and with what was answered', async () => {
  const runId = await demo.runId()
  await demo.answer(1)
  const { seen } = await demo.figures()
  const reloaded = page.waitForEvent('framenavigated')
  await demo.press('Reload')
  await reloaded
  await untilOpen(page)
  expect(await demo.runId()).toBe(runId)
  await demo.activity.getByText('1 of 5 answered').waitFor()
  await expect.poll(async () => (await demo.figures()).seen).toBeGreaterThanOrEqual(seen)
})

it('waits as long as a Timeback asks that answers 429, and tells it once when it takes it', async () => {
  await demo.press('429')
  await demo.press('Finish')
  await demo.panel('ledger').getByText('tried').waitFor()
  await page.locator('#received.broken').waitFor()
  expect(await events().count()).toBe(0)
  await demo.press('429')
  await expectToldOnce(50_000)
})

it('asks a Timeback that answered 500 whether it has it, and sends nothing twice', async () => {
  await demo.press('500')
  await demo.press('Finish')
  await demo.panel('ledger').getByText('asks Timeback').waitFor()
  await expectToldOnce()
})

it('waits for a slow Timeback, and tells it once', async () => {
  await demo.press('slowly')
  await demo.press('Finish')
  await demo.panel('ledger').getByText('being sent').waitFor()
  await expectToldOnce()
})

it('asks a Timeback that never answers what it has, and sends nothing twice', async () => {
  await demo.press('never')
  await demo.press('Finish')
  await demo.panel('ledger').getByText('asks Timeback').waitFor()
  await expectToldOnce()
})

it('counts what is flagged as waste, until it is not', async () => {
  await demo.press('Flag guessing')
  await presence('flagged')
  await demo.answer(1)
  await demo.press('Flag guessing')
  await presence('active')
  await demo
    .panel('timeline')
    .getByRole('button', { name: 'flagged by the page: guessing' })
    .waitFor()
})

it('counts a quiet stretch as work on paper when the learner says so, and none before', async () => {
  await demo.press('Was on paper')
  await demo.said('no quiet stretch')
  await demo.press('Go idle')
  await presence('idle')
  await demo.press('Go idle')
  await demo.answer(1)
  await demo.press('Was on paper')
  await demo.said('turns violet')
  await demo.panel('timeline').getByRole('button', { name: 'on paper' }).waitFor()
})

it('begins as new, with nothing broken and nothing told', async () => {
  const runId = await demo.runId()
  await demo.press('Finish')
  await expect.poll(() => events().count(), { timeout: 20_000 }).toBe(2)
  await demo.press('Relay down')
  await demo.press('500')
  await demo.press('Start over')
  await demo.said('As new')
  await untilOpen(page)
  await expect.poll(() => events().count()).toBe(0)
  expect(await page.locator('#breakers [aria-pressed="true"]').count()).toBe(0)
  expect(await demo.runId()).not.toBe(runId)
  await demo.panel('ledger').locator('.span').first().waitFor({ timeout: 15_000 })
})

it('says beside the buttons what did not work, and why', async () => {
  await page.route('**/demo/switches', (route) => route.abort())
  await demo.press('Offline')
  await page.locator('.word.error', { hasText: 'npm start' }).waitFor()
  expect(await page.locator('#breakers [aria-pressed="true"]').count()).toBe(0)
})
