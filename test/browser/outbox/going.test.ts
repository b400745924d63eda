// Pages that end or stop without a word, in real Chromium: what was worked in a page whose renderer crashes reaches the
// relay though nobody comes back, and a page that is frozen in the middle of a flush holds up no other.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { Span } from '../../../src/contract/entry.ts'
import { setStage, toPage, until, untilGranted } from '../rules/stage.ts'
import { readRunId } from '../world.ts'

/** No flush of its own, once the first has gone, until the page ends. */
const stage = setStage({ flushEveryMs: 600_000 })

interface StoredSlice {
  entry: { spans?: Span[] }
  reach: number
}

/** How far the disk has the page's time. */
const readStoredReach = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('stint')
        opening.addEventListener('error', () => reject(opening.error!))
        opening.onsuccess = () => {
          const store = opening.result.transaction('outbox').objectStore('outbox')
          const reading = store.getAll(IDBKeyRange.bound('entry:', 'entry;'))
          reading.onsuccess = () => {
            opening.result.close()
            resolve(Math.max(0, ...(reading.result as StoredSlice[]).map(({ reach }) => reach)))
          }
        }
      }),
  )

const readReach = async (runId: string) => {
  const { legs } = await stage.world.report(runId)
  return legs.flatMap(({ spans }) => spans).at(-1)?.[2] ?? 0
}

it('what was worked until the renderer crashed reaches the relay, and nobody comes back', async () => {
  const page = await stage.open('<input>')
  const runId = await readRunId(page)
  // Whatever was under way since the start is over, and the next is ten minutes away.
  await page.evaluate(() => Stint.flush())
  const flushed = await readReach(runId)
  await until(async () => (await readStoredReach(page)) >= flushed + 3_000)
  const worked = await readStoredReach(page)
  // None of that has gone out.
  expect(await readReach(runId)).toBe(flushed)
  const session = await stage.browser.context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // It has no answer: who should give it is gone.
  void session.send('Page.crash').catch(() => undefined)
  await crashed
  await until(async () => (await readReach(runId)) >= worked)
})

it('a page that is frozen while it flushes holds no lock', async () => {
  const page = await stage.open('<input>', {}, { '/other': toPage(stage) })
  const other = await stage.visit(`${new URL(page.url()).origin}/other`)
  await untilGranted(other)
  // Its first turns are over, and the next is ten minutes away: the lock is nobody's.
  await other.evaluate(() => Stint.flush())
  await page.route('**/v1/entries', () => {})
  const query = () =>
    other.evaluate(async () => (await navigator.locks.query()).held!.map(({ name }) => name))
  await page.evaluate(() => void Stint.flush())
  await until(async () => (await query()).includes('stint-flush'))
  const session = await stage.browser.context.newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await until(async () => !(await query()).includes('stint-flush'))
  await session.send('Page.setWebLifecycleState', { state: 'active' })
})
