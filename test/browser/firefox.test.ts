// The second engine: what the rules of time ask of a browser, asked of Firefox where there is one.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFirefox, launchFirefox } from '../support/firefox.ts'
import type { Firefox, FirefoxPage } from '../support/firefox.ts'
import {
  expectNear,
  readLast,
  readSeen,
  readSpans,
  recordEvents,
  toPage,
  toPresences,
  until,
  untilGranted,
  untilPresence,
} from './rules/stage.ts'
import type { InPage } from './rules/stage.ts'
import { startWorld } from './world.ts'
import type { World } from './world.ts'

const file = findFirefox()
if (!file) {
  console.info('Firefox: none found, so its tests are skipped. Install it, or set STINT_FIREFOX.')
}

let world: World
let firefox: Firefox

const untilSeen = (page: InPage, type: string) =>
  until(async () => (await readSeen(page, type)).length > 0)

/** Opens a page with the script tag, in front. */
async function open(body: string, others: Record<string, string> = {}): Promise<FirefoxPage> {
  const html = toPage({ world }, body, { 'frame-idle-after-ms': '1500' })
  const site = await world.servePage({ '/': html, ...others })
  const page = await firefox.newPage()
  await page.goto(site.origin)
  await untilGranted(page)
  return page
}

describe.skipIf(!file)('in Firefox', () => {
  beforeAll(async () => {
    ;[world, firefox] = await Promise.all([startWorld(), launchFirefox(file!)])
    await firefox.addInitScript(recordEvents)
  })
  afterAll(async () => {
    await firefox.close()
    await world.close()
  })

  it('is idle idleAfterMs after the last interaction, and hidden behind another tab', async () => {
    const page = await open('')
    await page.point(50, 50)
    await untilSeen(page, 'pointermove')
    const movedAt = await readLast(page, 'pointermove')
    await untilPresence(page, 'idle')
    const cover = await firefox.newPage()
    await untilPresence(page, 'hidden')
    const back = untilPresence(page, 'active')
    await page.bringToFront()
    await back

    const spans = await readSpans(page, movedAt)
    const [hiddenEvent, visibleEvent] = (await readSeen(page, 'visibilitychange')).slice(-2)
    expect(toPresences(spans, 4)).toEqual(['active', 'idle', 'hidden', 'active'])
    expectNear(spans[0]?.to, movedAt + 1_000)
    expectNear(spans[1]?.to, hiddenEvent!.at)
    expectNear(spans[2]?.to, visibleEvent!.at)
    await cover.close()
    await page.close()
  })

  it('hears a frame of the same origin at its own instants, and of another one sees the focus', async () => {
    const toFrame = (origin: string) =>
      `<iframe src="${origin}/pane" width="300" height="120" style="display:block"></iframe>`
    const body = toFrame('') + toFrame('http://localhost:$PORT')
    const page = await open(body, { '/pane': '<!doctype html><body>Here' })
    const [near, far] = await page.frames()
    await near!.point(20, 20, true)
    await untilSeen(near!, 'click')
    const nearAt = await readLast(near!, 'click')
    await untilPresence(page, 'idle')
    expect(toPresences(await readSpans(page, nearAt), 2)).toEqual(['active', 'idle'])
    expectNear((await readSpans(page, nearAt))[0]?.to, nearAt + 1_000)

    const noticed = untilPresence(page, 'active')
    await far!.point(20, 20, true)
    await noticed
    await untilPresence(page, 'idle')
    // The page sees the focus go by a tick.
    const leftAt = await readLast(near!, 'blur')
    expectNear((await readSpans(page)).at(-1)?.from, leftAt + 1_500, 300)
    expect(await readSeen(page, 'click')).toEqual([])
    await page.close()
  })

  it('keeps what could not be sent, and sends it with the next visit, once', async () => {
    const page = await open('', { '/again': toPage({ world }) })
    const { runId, address } = await page.evaluate(() => ({
      runId: Stint.current?.runId ?? '',
      address: location.href,
    }))
    await world.stopRelay()
    await page.evaluate(() => {
      void Stint.current?.end({ totalQuestions: 5, correctQuestions: 4 })
    })
    await until(() => page.evaluate(() => Stint.getSnapshot().sync === 'offline'))
    await page.close()
    await world.startRelay()
    const next = await firefox.newPage()
    await next.goto(`${address}again`)

    const { events, values } = await world.completion(runId)
    expect(events).toHaveLength(2)
    expect(values).toMatchObject({ totalQuestions: 5, correctQuestions: 4 })
    await next.close()
  })
})
