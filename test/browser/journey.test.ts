// From a click to Timeback in a real browser: what a learner does ends as two events, with the time that an
// independent recorder saw.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { build } from 'vite'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { readLateMs, readTruth, recordTruth } from '../support/recorder.ts'
import { serveFolder } from '../support/serve-folder.ts'
import { serve } from '../support/serve.ts'
import { readRunId, startWorld, toTag } from './world.ts'
import type { StintGlobal, World } from './world.ts'

declare global {
  var Stint: StintGlobal
  var endedAt: number
}

const IDLE_AFTER_MS = 2_000
const FINISH =
  '<button data-stint-end data-total-questions="5" data-correct-questions="4">Finish</button>'

let world: World
let browser: TestBrowser

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  browser = await launchBrowser()
  return () => browser.close()
})

/** Opens a page with the recorder in it, and waits until its run is known to the relay. */
async function open(url: string): Promise<Page> {
  const page = await browser.newPage()
  await page.addInitScript(recordTruth)
  await page.addInitScript(() => {
    const remember = (event: Event) => {
      if ((event.target as Element).closest('[data-stint-end]'))
        globalThis.endedAt = performance.now()
    }
    addEventListener('click', remember, true)
    addEventListener('submit', remember, true)
  })
  await page.goto(url)
  await page.waitForFunction(() => Stint.getSnapshot().sync === 'saved')
  return page
}

const pause = (page: Page, ms: number) =>
  page.evaluate((wait) => new Promise((go) => setTimeout(go, wait)), ms)

/** Types and points for so long, as a person would. */
async function work(page: Page, ms: number) {
  const until = Date.now() + ms
  while (Date.now() < until) {
    await page.mouse.move(20 + Math.random() * 200, 100 + Math.random() * 100)
    await page.keyboard.press('a')
    await pause(page, 150)
  }
}

/** No machine here goes to sleep, and a busy one may look as if it had. */
const toPageTag = (attributes: Record<string, string> = {}) =>
  toTag(world.relayOrigin, { 'suspend-after-ms': 'never', ...attributes })

/** What the recorder saw between the run's start and the click that ended it. */
async function readTruthOfRun(page: Page, idleAfterMs: number) {
  const { from, to } = await page.evaluate(() => ({
    from: (Stint.getSnapshot().run?.startedAt ?? 0) - performance.timeOrigin,
    to: globalThis.endedAt,
  }))
  return readTruth(page, { idleAfterMs, from, to })
}

async function expectTrueTime(page: Page, runId: string, idleAfterMs: number) {
  const { values } = await world.completion(runId)
  const truth = await readTruthOfRun(page, idleAfterMs)
  const activeOffMs = (values.active ?? 0) * 1_000 - truth.active
  const awayOffMs =
    ((values.inactive ?? 0) + (values.waste ?? 0)) * 1_000 - truth.idle - truth.hidden
  console.info(`active ${activeOffMs.toFixed(1)} ms off, away ${awayOffMs.toFixed(1)} ms off`)
  const within = 100 + (await readLateMs(page))
  expect(Math.abs(activeOffMs)).toBeLessThanOrEqual(within)
  expect(Math.abs(awayOffMs)).toBeLessThanOrEqual(within)
}

describe('a page with the script tag and no script of its own', () => {
  it('ends as exactly two events, with the time that was there, from another origin', async () => {
    const site = await world.servePage(
      `<!doctype html><body>${toPageTag({ 'idle-after-ms': `${IDLE_AFTER_MS}` })}<input>${FINISH}`,
    )
    const page = await open(site.origin)
    const runId = await readRunId(page)
    await page.click('input')
    await work(page, 2_000)
    await pause(page, IDLE_AFTER_MS + 1_000)
    await work(page, 500)
    const comeBack = await browser.hideBehind(page)
    await pause(page, 1_500)
    await comeBack()
    await work(page, 500)
    await page.click('[data-stint-end]')

    const { events, values } = await world.completion(runId)
    expect(events.map(({ type }) => type).toSorted()).toEqual(['ActivityEvent', 'TimeSpentEvent'])
    expect(values).toMatchObject({ totalQuestions: 5, correctQuestions: 4 })
    await expectTrueTime(page, runId, IDLE_AFTER_MS)
    expect(await page.evaluate(() => Stint.current)).toBe(null)
  })

  it('goes on with its run after a reload, and XP counts the minutes of both', async () => {
    const site = await world.servePage(
      `<!doctype html><body>${toPageTag({ activity: 'reloaded' })}<input>${FINISH}`,
    )
    const page = await open(site.origin)
    const runId = await readRunId(page)
    await work(page, 4_800)
    const before = await page.evaluate(() => Stint.current?.totalActiveMs ?? 0)
    await page.reload()
    await page.waitForFunction(() => Stint.getSnapshot().sync === 'saved')
    expect(await readRunId(page)).toBe(runId)
    expect(await page.evaluate(() => Stint.current?.totalActiveMs ?? 0)).toBeGreaterThanOrEqual(
      before,
    )
    await work(page, 4_800)
    await page.click('[data-stint-end]')

    const { events, values } = await world.completion(runId)
    expect(events).toHaveLength(2)
    expect(values.active).toBeGreaterThan(9)
    // A minute is worth one, by tenths. Either half alone would come to 0.1.
    expect(values.xpEarned).toBe(Math.round(values.active! / 6) / 10)
    expect(values.xpEarned).toBeGreaterThanOrEqual(0.2)
  })

  it('is told once when the relay was gone in the middle', async () => {
    const site = await world.servePage(`<!doctype html><body>${toPageTag()}${FINISH}`)
    const page = await open(site.origin)
    const runId = await readRunId(page)
    await work(page, 1_000)
    await world.stopRelay()
    await work(page, 1_500)
    await page.click('[data-stint-end]')
    await page.waitForFunction(() => Stint.getSnapshot().sync === 'offline')
    expect(world.events(runId)).toEqual([])
    await world.startRelay()

    const { events, values } = await world.completion(runId)
    expect(events).toHaveLength(2)
    expect(values.active).toBeGreaterThan(2.4)
    await expectTrueTime(page, runId, 60_000)
  })

  it('loses nothing and contradicts nothing with two tabs on one run', async () => {
    const runId = crypto.randomUUID()
    const tag = toPageTag({ 'run-id': runId })
    const site = await world.servePage(`<!doctype html><body>${tag}${FINISH}`)
    const first = await open(site.origin)
    await work(first, 1_500)
    const second = await open(site.origin)
    await work(second, 1_500)
    const begunAt = await second.evaluate(() => Stint.current?.spans()[0]?.from ?? NaN)
    // The first tab has been hidden since the second came; the learner was active all the time.
    await second.click('[data-stint-end]')

    const { events, values } = await world.completion(runId)
    expect(events).toHaveLength(2)
    expect(values.active).toBeGreaterThan(3)
    // Between them lies what it took the browser to open the second page, and nothing else.
    const hiddenAt = await first.evaluate(
      () => performance.timeOrigin + truthLog.find(({ kind }) => kind === 'hidden')!.at,
    )
    // The relay places each leg by its own quickest flush, which on a busy machine may be a late one.
    expect(Math.abs(values.inactive! * 1_000 - (begunAt - hiddenAt))).toBeLessThan(500)
    const problems = await Promise.all(
      [first, second].map((page) => page.evaluate(() => Stint.getSnapshot().problem)),
    )
    expect(problems).toEqual([null, null])
  })

  it('delivers what a closed tab left behind, with the next visit', async () => {
    const site = await world.servePage(`<!doctype html><body>${toPageTag()}${FINISH}`)
    const page = await open(site.origin)
    const runId = await readRunId(page)
    await world.stopRelay()
    await work(page, 1_500)
    await page.click('[data-stint-end]')
    await page.waitForFunction(() => Stint.getSnapshot().sync === 'offline')
    await page.close()
    await world.startRelay()
    await open(site.origin)

    const { events, values } = await world.completion(runId)
    expect(events).toHaveLength(2)
    expect(values.active).toBeGreaterThan(1.4)
  })
})

describe('a page built from the packed package', () => {
  it('ends as exactly two events, with the time that was there', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'stint-npm-'))
    const run = promisify(execFile)
    const root = path.resolve(import.meta.dirname, '../..')
    const { stdout } = await run(
      'npm',
      ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
      {
        cwd: root,
      },
    )
    await run('mkdir', ['-p', path.join(folder, 'node_modules/stint')])
    await run('tar', [
      'xzf',
      path.join(folder, stdout.trim()),
      '-C',
      path.join(folder, 'node_modules/stint'),
      '--strip-components=1',
    ])
    await writeFile(
      path.join(folder, 'index.html'),
      '<body><button data-stint-end>Finish</button><script type="module" src="/main.js"></script>',
    )
    await writeFile(
      path.join(folder, 'main.js'),
      `import { createStint } from 'stint'
       const stint = createStint({ relay: '${world.relayOrigin}', idleAfterMs: ${IDLE_AFTER_MS}, suspendAfterMs: 'never' })
       window.Stint = stint
       const run = stint.start({ id: 'decimals', name: 'Decimals', course: { subject: 'Math', grade: 5 } })
       document.querySelector('button').onclick = () => run.end({ totalQuestions: 3, correctQuestions: 3 })`,
    )
    await build({ root: folder, logLevel: 'error', configFile: false })
    const site = await serve(serveFolder(path.join(folder, 'dist')))
    const page = await open(site.origin)
    const runId = await readRunId(page)
    await work(page, 1_000)
    await pause(page, IDLE_AFTER_MS + 500)
    await page.click('button')

    const { events } = await world.completion(runId)
    expect(events.map(({ type }) => type).toSorted()).toEqual(['ActivityEvent', 'TimeSpentEvent'])
    await expectTrueTime(page, runId, IDLE_AFTER_MS)
    await site.close()
    await rm(folder, { recursive: true, force: true })
  })
})
