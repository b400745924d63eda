// A browser's storage that fails while a learner works, in real Chromium: nothing is thrown into the page, what only
// memory has is counted, the relay gets all of it, and the disk has it again once it can.

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { setStage, toPage, until } from '../rules/stage.ts'

const stage = setStage()

const OTHER = '<!doctype html><title>Another tab</title>'

/** A page with a run, and all that was thrown in it. */
async function open() {
  const page = await stage.open('<input>', {}, { '/other': OTHER })
  const thrown: string[] = []
  page.on('pageerror', ({ message }) => thrown.push(message))
  return { page, thrown }
}

/** An error loses its code on its way out of a page. */
const readSnapshot = (page: Page) =>
  page.evaluate(() => {
    const { sync, unkept, lost, problem } = Stint.getSnapshot()
    return { sync, unkept, lost, code: problem?.code }
  })

const untilUnkept = (page: Page, isWanted: (rows: number, ms: number) => boolean) =>
  until(async () => {
    const { rows, ms } = (await readSnapshot(page)).unkept
    return isWanted(rows, ms)
  })

/** The relay does not answer this page any more. Returns the way back. */
async function cutOff(page: Page) {
  await page.route('**/v1/entries', (route) => route.abort())
  return () => page.unroute('**/v1/entries')
}

/** Keys of the rows on the disk. */
const readKeys = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('stint')
        opening.addEventListener('error', () => reject(opening.error!))
        opening.onsuccess = () => {
          const store = opening.result.transaction('outbox').objectStore('outbox')
          const reading = store.getAllKeys()
          reading.onsuccess = () => {
            opening.result.close()
            resolve(reading.result as string[])
          }
        }
      }),
  )

const NOTHING = { rows: 0, ms: 0 }

const hasSlice = (keys: string[]) => keys.some((key) => /^entry:.*\/0$/.test(key))

describe('a database that another tab holds by an upgrade', () => {
  it('is not waited for longer than 2 s, and is used again when it is free', async () => {
    const { page, thrown } = await open()
    const reconnect = await cutOff(page)
    const other = await stage.browser.openAt(`${new URL(page.url()).origin}/other`, 'background')
    await other.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('stint', 2)
          opening.onupgradeneeded = () => {
            resolve()
            const store = opening.transaction!.objectStore('outbox')
            // As long as requests follow each other, the upgrade is not over.
            const hold = () => {
              if (document.title === 'Let go') return
              store.count().onsuccess = hold
            }
            hold()
          }
          opening.onsuccess = () => opening.result.close()
        }),
    )
    await untilUnkept(page, (rows) => rows > 0)
    expect((await readSnapshot(page)).sync).toBe('memory')
    await other.evaluate(() => (document.title = 'Let go'))
    await untilUnkept(page, (rows) => rows === 0)
    expect(hasSlice(await readKeys(page))).toBe(true)
    await reconnect()
    expect((await readSnapshot(page)).lost).toEqual(NOTHING)
    await other.close()
    expect(thrown).toEqual([])
  })
})

/** Nothing of this size or more fits into the browser's storage any more. */
const fillUp = (page: Page) =>
  page.evaluate(async () => {
    const toResult = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(request.error!))
      })
    const opening = indexedDB.open('filler')
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore('filler', { autoIncrement: true })
    const database = await toResult(opening)
    const tryToPut = (chars: number) =>
      new Promise<boolean>((resolve) => {
        const transaction = database.transaction('filler', 'readwrite')
        transaction.objectStore('filler').put('x'.repeat(chars))
        transaction.addEventListener('complete', () => resolve(true))
        transaction.addEventListener('abort', () => resolve(false))
      })
    for (const chars of [100_000, 10_000, 1_000, 100, 1]) while (await tryToPut(chars));
    database.close()
  })

describe('a browser’s storage that is full', () => {
  it.each([
    ['from the beginning', 1],
    ['after a while', 2_000_000],
  ])('%s: the page says so, sends all it has, and writes again once it can', async (_, size) => {
    const site = await stage.world.servePage({ '/': toPage(stage), '/other': OTHER })
    const other = await stage.visit(`${site.origin}/other`)
    const session = await stage.browser.context.newCDPSession(other)
    const { origin } = site
    // Chromium asks again only after 30 s, unless what it has heard is not enough for a write: so it is told before the
    // first write, and then filled up.
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: size })
    const page = await stage.visit(origin)
    const thrown: string[] = []
    page.on('pageerror', ({ message }) => thrown.push(message))
    await until(() => page.evaluate(() => Stint.getSnapshot().learner === 'known'))
    if (size > 1) {
      await until(async () => (await readKeys(page)).some((key) => key.startsWith('run:')))
      await fillUp(other)
    }
    await until(async () => (await readSnapshot(page)).code === 'storage_failed')
    // All but the slice that is open, which is sent each second: a row with time in it, as a start has none.
    await untilUnkept(page, (rows, ms) => rows === 1 && ms > 0)
    const reconnect = await cutOff(page)
    // What was under way then may still have been answered; from here on the time that is nowhere else only grows.
    await untilUnkept(page, (rows, ms) => rows === 1 && ms > 1_000)
    expect((await readSnapshot(page)).sync).toBe('memory')
    await session.send('Storage.overrideQuotaForOrigin', { origin })
    await untilUnkept(page, (rows) => rows === 0)
    expect(hasSlice(await readKeys(page))).toBe(true)
    await reconnect()
    expect(await page.evaluate(() => Stint.current!.end({}))).toMatchObject({ saved: 'relay' })
    expect((await readSnapshot(page)).lost).toEqual(NOTHING)
    expect(thrown).toEqual([])
  })
})

/** Ways to take all of a page's database away while it works. */
const EMPTIED: [string, (page: Page) => Promise<unknown>][] = [
  [
    'cleared',
    (page) =>
      page.evaluate(() => {
        const opening = indexedDB.open('stint')
        opening.onsuccess = () => {
          opening.result.transaction('outbox', 'readwrite').objectStore('outbox').clear()
          opening.result.close()
        }
      }),
  ],
  [
    'deleted, and the connection with it',
    (page) => page.evaluate(() => void indexedDB.deleteDatabase('stint')),
  ],
  [
    'taken away by the browser, which closed the connection',
    async (page) => {
      const session = await stage.browser.context.newCDPSession(page)
      const { origin } = new URL(page.url())
      await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
    },
  ],
]

describe.each(EMPTIED)('a database that was %s', (_, empty) => {
  it('gets back what the page has, which says so, and the relay hears all of it', async () => {
    const { page, thrown } = await open()
    const reconnect = await cutOff(page)
    await until(async () => hasSlice(await readKeys(page)))
    await empty(page)
    // A write that was under way may fail first; the one after it puts all of it back.
    await until(async () => {
      const { code, sync } = await readSnapshot(page)
      return code === 'storage_failed' && sync !== 'memory'
    })
    const keys = await readKeys(page)
    expect(hasSlice(keys)).toBe(true)
    expect(keys.some((key) => key.startsWith('grant:'))).toBe(true)
    expect(await readSnapshot(page)).toMatchObject({ unkept: NOTHING, lost: NOTHING })
    await reconnect()
    expect(await page.evaluate(() => Stint.current!.end({}))).toMatchObject({ saved: 'relay' })
    expect(thrown).toEqual([])
  })
})
