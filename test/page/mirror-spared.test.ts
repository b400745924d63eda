// @vitest-environment happy-dom
// What has no second copy: time of nobody yet, and browsers that have no place for one.

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { leave, openBrowser, readCopy, toCopied, toKey } from './mirror-world.ts'
import { RUN_ID, toGrant, toIds, toRunRow, toSliceRow, toStartRow, toStored } from './rows.ts'

const HOUR_MS = 3_600_000

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
})

describe('what a page saw before it had a grant', () => {
  async function leaveUnclaimed() {
    const browser = openBrowser()
    const page = browser.openPage()
    const rows = [toStartRow(''), toSliceRow(5_000, '')]
    await page.write(rows, RUN_ID, toRunRow())
    return { browser, page, ids: toIds(rows) }
  }

  it('is copied as how much it is, and no word of what', async () => {
    await leaveUnclaimed()
    expect(readCopy()).toMatchObject({ rows: [], unclaimed: { rows: 2, ms: 5_000 } })
    expect(localStorage[toKey()]).not.toContain('active')
  })

  it('is copied whole as soon as its page gets one', async () => {
    const { page, ids } = await leaveUnclaimed()
    await page.adopt(toGrant())
    expect(readCopy()).toMatchObject({ unclaimed: { rows: 0, ms: 0 } })
    expect(toIds(toCopied()!)).toEqual(ids)
  })

  it('is forgotten with the page’s own if nobody is signed in', async () => {
    const { page } = await leaveUnclaimed()
    page.disown()
    expect(readCopy()).toMatchObject({ rows: [], unclaimed: { rows: 0, ms: 0 } })
  })

  it('is lost once no grant reaches back to it: counted once, given to nobody', async () => {
    const { browser } = await leaveUnclaimed()
    pass(12 * HOUR_MS)
    const early = browser.openPage()
    await early.waiting()
    expect(early.losses.total()).toEqual({ rows: 0, ms: 0 })
    pass(1)
    for (let round = 0; round < 2; round += 1) {
      const next = browser.openPage()
      expect(await next.waiting()).toEqual([])
      expect(next.losses.untold()).toEqual({ rows: 2, ms: 5_000 })
    }
    expect(browser.troubles).toHaveLength(1)
  })
})

describe('a browser that', () => {
  async function act({ openPage, troubles, ...browser }: ReturnType<typeof openBrowser>) {
    const page = await leave({ openPage, troubles, ...browser }, [toSliceRow(5_000)])
    page.copy()
    await page.settle([toStored(toSliceRow(4_000))])
    expect(await openPage().waiting()).toEqual([toSliceRow(5_000)])
    expect(troubles).toEqual([])
  }

  it('forbids localStorage has no second copy, and nothing is thrown', async () => {
    const browser = openBrowser()
    const property = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')!
    onTestFinished(() => void Object.defineProperty(globalThis, 'localStorage', property))
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    await act(browser)
  })

  it('has no room in localStorage has no second copy, and nothing is thrown', async () => {
    const browser = openBrowser()
    const full = new Proxy({} as Storage, {
      set() {
        throw new DOMException('full', 'QuotaExceededError')
      },
    })
    vi.stubGlobal('localStorage', full)
    await act(browser)
  })

  it('has something else under a key of ours is not harmed by it', async () => {
    const browser = openBrowser()
    localStorage[toKey('leg-9')] = 'not JSON'
    await act(browser)
    expect(localStorage[toKey('leg-9')]).toBe('not JSON')
  })
})
