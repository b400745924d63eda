// A browser that finds its IndexedDB empty when it starts again, as one that was killed in mid-write may: the second copy
// is put back, the relay gets all of it, and what nobody has a copy of is counted and told.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { launchBrowser } from '../../support/browser.ts'
import { toPage, until, untilGranted } from '../rules/stage.ts'
import { readRunId, startWorld, type World } from '../world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

/** A profile whose browser can be started again and again. */
async function openProfile() {
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-profile-'))
  const browsers: Awaited<ReturnType<typeof launchBrowser>>[] = []
  onTestFinished(async () => {
    await browsers.at(-1)?.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  return {
    async launch() {
      const browser = await launchBrowser({ profile })
      browsers.push(browser)
      return browser
    },
    empty: () => rm(path.join(profile, 'Default/IndexedDB'), { recursive: true, maxRetries: 5 }),
  }
}

const readLegs = (page: Page) =>
  page.evaluate(() =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith('stint:leg:'))
      .map(
        (key) => JSON.parse(localStorage[key] as string) as { isOpen: boolean; rows: unknown[] },
      ),
  )

const readWorkedMs = (page: Page) =>
  page.evaluate(() => {
    const spans = Stint.current!.spans()
    return spans.at(-1)!.to - spans[0]!.from
  })

const readReach = async (runId: string) => {
  const { legs } = await world.report(runId)
  return legs.flatMap(({ spans }) => spans).at(-1)?.[2] ?? 0
}

const OTHER = '<!doctype html><title>No Stint here</title>'

it('what was worked offline reaches the relay from the second copy, though the first is gone', async () => {
  const { launch, empty } = await openProfile()
  const site = await world.servePage({ '/': toPage({ world }), '/other': OTHER })
  let browser = await launch()
  let page = await browser.newPage()
  await page.goto(site.origin)
  await untilGranted(page)
  const runId = await readRunId(page)
  await world.stopRelay()
  const workedMs = 3_000
  await until(async () => (await readWorkedMs(page)) > workedMs)
  // A browser that is closed does not always wait for its pages' last words, so the page is left first.
  await page.goto(`${site.origin}/other`)
  await until(async () => (await readLegs(page)).every(({ isOpen }) => !isOpen))
  await browser.close()
  await empty()

  browser = await launch()
  page = await browser.newPage()
  await page.goto(`${site.origin}/other`)
  expect((await readLegs(page)).map(({ rows }) => rows.length)).toEqual([1])
  await world.startRelay()
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  await page.goto(site.origin)
  await until(async () => (await readReach(runId)) > workedMs)
  // What a page says comes another way, and may come later.
  await until(() => said.join().includes('storage_failed'))
  expect(await page.evaluate(() => Stint.getSnapshot().lost)).toEqual({ rows: 0, ms: 0 })
  // Its keys go once verdicts have named all of their rows.
  await until(async () => (await readLegs(page)).length === 1)
})
