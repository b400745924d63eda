// The other browser tests are worth only as much as this: that the harness hides, types, cuts the network
// and kills for real.

import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { readTruth, recordTruth } from '../support/recorder.ts'
import { serve } from '../support/serve.ts'
import type { TestServer } from '../support/serve.ts'

const HTML = '<!doctype html><title>Page</title><input autofocus><div style="height:9000px"></div>'

declare global {
  var longestGap: number
}

let server: TestServer
let browser: TestBrowser

beforeAll(async () => {
  server = await serve(() => new Response(HTML, { headers: { 'content-type': 'text/html' } }))
  return () => server.close()
})

beforeEach(async () => {
  browser = await launchBrowser()
})

afterEach(() => browser.close())

async function openPage(): Promise<Page> {
  const page = await browser.newPage()
  await page.addInitScript(recordTruth)
  await page.goto(server.origin)
  return page
}

describe('the browser harness', () => {
  it('really hides a page behind another tab, and brings it back', async () => {
    const page = await openPage()
    expect(await page.evaluate(() => document.visibilityState)).toBe('visible')

    const comeBack = await browser.hideBehind(page)
    await expect
      .poll(() => page.evaluate(() => [document.visibilityState, document.hasFocus()]))
      .toEqual(['hidden', false])
    await comeBack()
    expect(await page.evaluate(() => document.visibilityState)).toBe('visible')

    const kinds = await page.evaluate(() => truthLog.map((entry) => entry.kind))
    expect(kinds.filter((kind) => kind !== 'interaction')).toEqual(['visible', 'hidden', 'visible'])
  })

  it('gives input that the page takes for a person’s', async () => {
    const page = await openPage()
    await page.mouse.move(50, 50)
    await page.mouse.down()
    await page.mouse.up()
    await page.mouse.wheel(0, 300)
    await page.keyboard.type('ab')
    await expect
      .poll(() => page.evaluate(() => truthLog.map((entry) => entry.type)))
      .toEqual(expect.arrayContaining(['pointermove', 'pointerdown', 'keydown', 'wheel', 'scroll']))
  })

  it('does not record events that a script made', async () => {
    const page = await openPage()
    const grown = await page.evaluate(() => {
      const before = truthLog.length
      document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true }))
      window.dispatchEvent(new Event('focus'))
      return truthLog.length - before
    })
    expect(grown).toBe(0)
  })

  it('measures the three kinds of time', async () => {
    const page = await openPage()
    const from = await page.evaluate(() => performance.now())
    await page.waitForTimeout(600)
    const comeBack = await browser.hideBehind(page)
    await page.waitForTimeout(500)
    await comeBack()
    const to = await page.evaluate(() => performance.now())

    const truth = await readTruth(page, { idleAfterMs: 100, from, to })
    expect(truth.active + truth.idle + truth.hidden).toBeCloseTo(to - from, 3)
    expect(truth.hidden).toBeGreaterThan(450)
    expect(truth.idle).toBeGreaterThan(350)
  })

  it('takes the network away from the page, and gives it back', async () => {
    const page = await openPage()
    const isReachable = () => page.evaluate(() => fetch('/').then(Boolean, () => false))
    expect(await isReachable()).toBe(true)
    await browser.context.setOffline(true)
    expect(await isReachable()).toBe(false)
    expect(await page.evaluate(() => navigator.onLine)).toBe(false)
    await browser.context.setOffline(false)
    expect(await isReachable()).toBe(true)
  })

  it('stops the whole browser while it sleeps', async () => {
    const page = await openPage()
    await page.evaluate(() => {
      let last = performance.now()
      globalThis.longestGap = 0
      setInterval(() => {
        globalThis.longestGap = Math.max(globalThis.longestGap, performance.now() - last)
        last = performance.now()
      }, 20)
    })
    const wake = browser.suspend()
    await new Promise((resolve) => setTimeout(resolve, 700))
    wake()
    await expect.poll(() => page.evaluate(() => globalThis.longestGap)).toBeGreaterThan(600)
  })

  it('removes its profile when it is closed', async () => {
    const page = await openPage()
    await access(browser.profile)
    await browser.close()
    await expect.poll(() => page.isClosed()).toBe(true)
    await expect(access(browser.profile)).rejects.toThrow('ENOENT')
  })
})

it('keeps what a page stored when the browser is killed and started again', async () => {
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-profile-'))
  const open = async () => {
    const killable = await launchBrowser({ profile })
    const page = await killable.newPage()
    await page.goto(server.origin)
    return { killable, page }
  }
  try {
    const first = await open()
    await first.page.evaluate(putStrictly)
    await first.killable.kill()

    const second = await open()
    expect(await second.page.evaluate(readKept)).toBe('kept')
    await second.killable.close()
    await access(profile)
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
})

/** In the page. On the disk once it resolves (IndexedDB 3.0, "durability"): a kill may lose whatever is lazier. */
function putStrictly(): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('kept')
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('kept'))
    opening.addEventListener('error', reject)
    opening.addEventListener('success', () => {
      const options = { durability: 'strict' } as const
      const transaction = opening.result.transaction('kept', 'readwrite', options)
      transaction.objectStore('kept').put('kept', 'key')
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('abort', reject)
    })
  })
}

function readKept(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('kept')
    opening.addEventListener('error', reject)
    opening.addEventListener('success', () => {
      const { objectStoreNames } = opening.result
      if (!objectStoreNames.contains('kept')) return resolve(undefined)
      const reading = opening.result.transaction('kept').objectStore('kept').get('key')
      reading.addEventListener('success', () => resolve(reading.result))
      reading.addEventListener('error', reject)
    })
  })
}
