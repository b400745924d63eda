// The script tag in the pages that authors really write.

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { readRunId, startWorld, toTag } from './world.ts'
import type { StintGlobal, World } from './world.ts'

declare global {
  var Stint: StintGlobal
}

let world: World
let browser: TestBrowser

beforeAll(async () => {
  world = await startWorld()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

/** Opens a page of its own origin; console errors are kept, since a page author would look there. */
async function open(html: string): Promise<{ page: Page; errors: string[] }> {
  const site = await world.servePage(`<!doctype html>${html}`)
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon'))
      errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(site.origin)
  return { page, errors }
}

const pills = (page: Page) => page.locator('stint-timer').count()

/** The widget is loaded once the page runs. */
const untilPill = (page: Page) =>
  page.locator('stint-timer .widget').first().waitFor({ state: 'attached' })

it('starts from the head of a page that has no body yet, and shows the widget once it has', async () => {
  const tag = toTag(world.relayOrigin).replace(' defer', '')
  const { page } = await open(
    `<head>${tag}<script>window.early = Stint.current.runId</script></head><body>Hello`,
  )
  expect(await page.evaluate(() => (globalThis as unknown as { early: string }).early)).toBe(
    await readRunId(page),
  )
  await untilPill(page)
  expect(await pills(page)).toBe(1)
  await expect.poll(() => page.locator('stint-timer [role=status]').textContent()).toBe('Working')
})

it('times once when the tag is there twice', async () => {
  const tag = toTag(world.relayOrigin)
  const { page, errors } = await open(`<body>${tag}${tag}`)
  await untilPill(page)
  expect(await pills(page)).toBe(1)
  expect(errors).toEqual([])
})

it('is not put off by an element of the page that has its name', async () => {
  const { page } = await open(`<body><h2 id="Stint">Stint</h2>${toTag(world.relayOrigin)}`)
  expect(await readRunId(page)).not.toBe('')
})

it('keeps its pill when an app swaps the body', async () => {
  const { page } = await open(`<body>${toTag(world.relayOrigin)}`)
  await untilPill(page)
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')))
  expect(await pills(page)).toBe(1)
})

it.each([
  ['data-start', { start: 'Load' }],
  ['data-relay', { relay: 'relay.example' }],
  ['a number', { 'idle-after-ms': 'soon' }],
])(
  'tells the author in the console of a value that it can not use: %s',
  async (said, attributes) => {
    const { errors } = await open(`<body>${toTag(world.relayOrigin, attributes)}`)
    expect(errors.join()).toContain(said)
  },
)

it('waits for a click on [data-stint-start] when told to, and counts nothing before', async () => {
  const { page } = await open(
    `<body>${toTag(world.relayOrigin, { start: 'click' })}<button data-stint-start>Begin`,
  )
  expect(await page.evaluate(() => Stint.current)).toBe(null)
  await page.click('[data-stint-start]')
  expect(await readRunId(page)).not.toBe('')
})

it('does nothing by itself when started by hand, and takes the same activity from script', async () => {
  const { page } = await open(`<body>${toTag(world.relayOrigin, { start: 'manual' })}`)
  expect(await page.evaluate(() => Stint.current)).toBe(null)
  await page.evaluate(() => {
    Stint.start({ id: 'by-hand', name: 'By hand', course: { subject: 'Math', grade: 5 } })
  })
  await expect.poll(() => page.evaluate(() => Stint.getSnapshot().sync)).toBe('saved')
  const ended = await page.evaluate(() =>
    Stint.current?.end({ totalQuestions: 2, correctQuestions: 2, masteredUnits: 1 }),
  )
  expect(ended).toEqual({ saved: 'relay' })
  const { events, values } = await world.completion(await readRunId(page))
  expect(events).toHaveLength(2)
  expect(values).toMatchObject({ totalQuestions: 2, correctQuestions: 2, masteredUnits: 1 })
})

it('shows no widget when told not to', async () => {
  const { page } = await open(`<body>${toTag(world.relayOrigin, { widget: 'off' })}`)
  expect(await readRunId(page)).not.toBe('')
  expect(await pills(page)).toBe(0)
})

it('ends with a form that is submitted to another page', async () => {
  const end = 'data-stint-end data-total-questions="3" data-correct-questions="2"'
  const { page } = await open(
    `<body>${toTag(world.relayOrigin)}<form ${end} action="/next"><button>Hand in</button></form>`,
  )
  const runId = await readRunId(page)
  await expect.poll(() => page.evaluate(() => Stint.getSnapshot().sync)).toBe('saved')
  await page.click('button')
  const { values } = await world.completion(runId)
  expect(values).toMatchObject({ totalQuestions: 3, correctQuestions: 2 })
})

it('ends with the submit that a button begins, once the page has said how it went', async () => {
  const { page } = await open(
    `<body>${toTag(world.relayOrigin)}<form><input required><button data-stint-end>Finish</button></form>
     <script>
       document.forms[0].onsubmit = (event) => {
         event.preventDefault()
         Object.assign(event.submitter.dataset, { totalQuestions: 3, correctQuestions: 1 })
       }
     </script>`,
  )
  const runId = await readRunId(page)
  await expect.poll(() => page.evaluate(() => Stint.getSnapshot().sync)).toBe('saved')
  // Nothing is submitted while the answer is missing.
  await page.click('button')
  expect(await page.evaluate(() => Stint.current?.runId)).toBe(runId)
  await page.fill('input', '7')
  await page.click('button')
  const { values } = await world.completion(runId)
  expect(values).toMatchObject({ totalQuestions: 3, correctQuestions: 1 })
})

it('ends with the click of a button whose page keeps the form to itself, and of one in a shadow root', async () => {
  for (const html of [
    `<form><button data-stint-end onclick="event.preventDefault()">Finish</button></form>`,
    `<div><template shadowrootmode="open"><button data-stint-end>Finish</button></template></div>`,
    `<div><template shadowrootmode="open"><form onsubmit="return false"><button data-stint-end>Finish</button></form></template></div>`,
  ]) {
    const { page } = await open(`<body>${toTag(world.relayOrigin)}${html}`)
    await readRunId(page)
    await page.click('button')
    expect(await page.evaluate(() => Stint.getSnapshot().run?.isEnded)).toBe(true)
  }
})

it('takes the place of the page before, where a site loads no document anew', async () => {
  const tag = toTag(world.relayOrigin)
  const { page, errors } = await open(`<body>${tag}`)
  const runId = await readRunId(page)
  await page.evaluate(() => {
    const before = document.querySelector<HTMLScriptElement>('script[data-activity]')!
    const next = document.createElement('script')
    Object.assign(next.dataset, before.dataset, {
      activity: 'decimals',
      name: 'Decimals',
      start: 'load',
    })
    next.src = before.src
    document.body.replaceChildren(next)
  })
  await expect
    .poll(() => page.evaluate(() => Stint.getSnapshot().run?.activity.id))
    .toBe('decimals')
  expect(await readRunId(page)).not.toBe(runId)
  expect(errors).toEqual([])
})

it('goes on where the result can not be read, and says so', async () => {
  const { page, errors } = await open(
    `<body>${toTag(world.relayOrigin)}<button data-stint-end data-total-questions="{{total}}">Finish`,
  )
  const runId = await readRunId(page)
  await page.click('button')
  await expect.poll(() => errors.join()).toContain('totalQuestions is not right')
  expect(await page.evaluate(() => Stint.current?.runId)).toBe(runId)
})

it('does not end with a click inside a form that is not submitted', async () => {
  const { page } = await open(
    `<body>${toTag(world.relayOrigin)}<form data-stint-end><input required><button type="button">Help</button></form>`,
  )
  await page.click('button')
  await page.click('input')
  expect(await page.evaluate(() => Stint.current?.runId)).toBe(await readRunId(page))
})

it('tells the author in the console which attribute is missing, and leaves the page alone', async () => {
  const { page, errors } = await open(
    `<body>${toTag(world.relayOrigin, { grade: 'five' })}<h1>Fine`,
  )
  await expect.poll(() => errors.join()).toContain('course is not right')
  expect(await page.evaluate(() => Stint.current)).toBe(null)
  expect(await page.locator('h1').textContent()).toBe('Fine')
})

it('tells the author of a subject that Timeback does not have, and times nothing that would never count', async () => {
  const { page, errors } = await open(`<body>${toTag(world.relayOrigin, { subject: 'Maths' })}`)
  await expect.poll(() => errors.join()).toContain('course is not right')
  expect(await page.evaluate(() => Stint.current)).toBe(null)
})

it('survives a host with hostile styles and a strict Content Security Policy', async () => {
  const policy = `default-src 'none'; script-src ${world.relayOrigin}; connect-src ${world.relayOrigin}; require-trusted-types-for 'script'`
  const { page, errors } = await open(
    `<head><meta http-equiv="Content-Security-Policy" content="${policy}"></head><body>${toTag(world.relayOrigin)}`,
  )
  await expect.poll(() => page.locator('stint-timer [role=status]').textContent()).toBe('Working')
  expect(errors.filter((error) => error.includes('Content Security'))).toEqual([])
})

it('pauses and goes on at the learner’s word', async () => {
  const { page } = await open(`<body>${toTag(world.relayOrigin)}`)
  const button = page.locator('stint-timer .pause')
  await button.click()
  expect(await page.evaluate(() => Stint.getSnapshot().run?.presence)).toBe('paused')
  await expect.poll(() => button.getAttribute('aria-label')).toBe('Go on')
  await button.click()
  expect(await page.evaluate(() => Stint.getSnapshot().run?.presence)).toBe('active')
})
