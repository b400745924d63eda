// A browser's storage that fails while a learner works, in real Chromium: nothing is thrown into the page, what only
// memory has is counted, the relay gets all of it, and the disk has it again once it can.

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { setStage, until } from '../rules/stage.ts'

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
    const { sync, unkept, problem } = Stint.getSnapshot()
    return { sync, unkept, code: problem?.code }
  })

const untilUnkept = (page: Page, isWanted: (rows: number) => boolean) =>
  until(async () => isWanted((await readSnapshot(page)).unkept.rows))

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
    await other.close()
    expect(thrown).toEqual([])
  })
})

describe.each([
  [
    'cleared',
    () => {
      const opening = indexedDB.open('stint')
      opening.onsuccess = () => {
        opening.result.transaction('outbox', 'readwrite').objectStore('outbox').clear()
        opening.result.close()
      }
    },
  ],
  ['deleted, and the connection with it', () => void indexedDB.deleteDatabase('stint')],
])('a database that was %s', (_, empty) => {
  it('gets back what the page has, which says so, and the relay hears all of it', async () => {
    const { page, thrown } = await open()
    const reconnect = await cutOff(page)
    await until(async () => hasSlice(await readKeys(page)))
    await page.evaluate(empty)
    await until(async () => (await readSnapshot(page)).code === 'storage_failed')
    const keys = await readKeys(page)
    expect(hasSlice(keys)).toBe(true)
    expect(keys.some((key) => key.startsWith('grant:'))).toBe(true)
    expect((await readSnapshot(page)).unkept).toEqual({ rows: 0, ms: 0 })
    await reconnect()
    expect(await page.evaluate(() => Stint.current!.end({}))).toMatchObject({ saved: 'relay' })
    expect(thrown).toEqual([])
  })
})
