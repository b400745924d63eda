// @vitest-environment happy-dom
// The second copy: in localStorage, one key per leg, put back where the browser has emptied IndexedDB.

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { leave, openBrowser, readCopy, toCopied } from './mirror-world.ts'
import {
  createFlaky,
  rejecting,
  RUN_ID,
  toEndRow,
  toGrant,
  toIds,
  toRefused,
  toRunRow,
  toSliceRow,
  toStartRow,
  toStored,
} from './rows.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
})

describe('the second copy of a leg', () => {
  it('has the rows that wait, and the token without which nobody could send them', async () => {
    const rows = [toStartRow(), toSliceRow(5_000)]
    await leave(openBrowser(), rows)
    expect(toCopied()).toEqual(rows)
    expect(readCopy()?.tokens).toMatchObject({ g1: { token: 'token-g1' } })
  })

  it('is made with the first row, then each minute, and at once when asked for', async () => {
    const page = await leave(openBrowser(), [toSliceRow(1_000)])
    const write = (reach: number) => page.write([toSliceRow(reach)], RUN_ID, toRunRow())
    pass(59_999)
    await write(2_000)
    expect(toCopied()).toEqual([toSliceRow(1_000)])
    pass(1)
    await write(3_000)
    expect(toCopied()).toEqual([toSliceRow(3_000)])
    await write(4_000)
    page.copy()
    expect(toCopied()).toEqual([toSliceRow(4_000)])
  })

  it('is made though the clock was set back', async () => {
    const page = await leave(openBrowser(), [toSliceRow(1_000)])
    pass(-DAY_MS)
    await page.write([toSliceRow(2_000)], RUN_ID, toRunRow())
    expect(toCopied()).toEqual([toSliceRow(2_000)])
  })

  it('goes once all of it was named by verdicts, and not before', async () => {
    const [start, slice] = [toStartRow(), toSliceRow(1_000)]
    const page = await leave(openBrowser(), [start, slice])
    page.copy()
    await page.settle([toStored(start)])
    expect(toCopied()).toEqual([slice])
    await page.settle([toStored(slice)])
    expect(readCopy()).toBeNull()
  })

  it('of a leg that goes on stays, empty, so that it is known to go on', async () => {
    const page = await leave(openBrowser(), [toSliceRow(1_000)])
    await page.settle([toStored(toSliceRow(1_000))])
    expect(readCopy()).toMatchObject({ isOpen: true, rows: [] })
    page.copy()
    expect(readCopy()).toBeNull()
  })

  it('is never written by another page, and two tabs do not overwrite each other', async () => {
    const browser = openBrowser()
    const one = await leave(browser, [toSliceRow(1_000, 'g1', 'leg-1')])
    const two = await leave(browser, [toSliceRow(2_000, 'g1', 'leg-2')])
    one.copy()
    two.copy()
    expect(toCopied('leg-1')).toEqual([toSliceRow(1_000, 'g1', 'leg-1')])
    expect(toCopied('leg-2')).toEqual([toSliceRow(2_000, 'g1', 'leg-2')])
  })

  it('has a result too', async () => {
    const page = await leave(openBrowser(), [toSliceRow(1_000), toEndRow()])
    page.copy()
    const { legId } = toEndRow().entry as { legId: string }
    expect(toCopied(legId)).toContainEqual(toEndRow())
  })
})

describe('a storage that was emptied while nobody was there', () => {
  it('gets back what the second copy has, and the next page can send it', async () => {
    const browser = openBrowser()
    const rows = [toStartRow(), toSliceRow(5_000)]
    await leave(browser, rows)
    await browser.empty()
    const next = browser.openPage()
    expect(await next.waiting()).toEqual(expect.arrayContaining(rows))
    expect(await next.token('g1')).toBe('token-g1')
    expect(await browser.keys()).toContain(`entry:${toIds(rows)[0]}`)
  })

  it('is said, and what its page saw after the last copy is counted: a minute at most', async () => {
    const browser = openBrowser()
    await leave(browser, [toSliceRow(5_000)])
    await browser.empty()
    pass(7_000)
    const next = browser.openPage()
    await next.waiting()
    await next.waiting()
    expect(browser.troubles).toEqual(['The storage was emptied'])
    expect(next.losses.total()).toEqual({ rows: 1, ms: 7_000 })
    await browser.empty()
    pass(DAY_MS)
    const last = browser.openPage()
    await last.waiting()
    expect(last.losses.total()).toEqual({ rows: 2, ms: 67_000 })
  })

  it('has lost nothing of a page that had gone for good or was hidden', async () => {
    const browser = openBrowser()
    const page = await leave(browser, [toSliceRow(5_000)])
    page.copy()
    await browser.empty()
    pass(7_000)
    const next = browser.openPage()
    expect(await next.waiting()).toEqual([toSliceRow(5_000)])
    expect(browser.troubles).toEqual(['The storage was emptied'])
    expect(next.losses.total()).toEqual({ rows: 0, ms: 0 })
  })

  it('is not confused with one that only sent all it had', async () => {
    const browser = openBrowser()
    const page = await leave(browser, [toSliceRow(5_000)])
    await page.settle([toStored(toSliceRow(5_000))])
    const next = browser.openPage()
    expect(await next.waiting()).toEqual([])
    expect(browser.troubles).toEqual([])
  })
})

describe('a storage that was emptied under an open page', () => {
  it('gets other pages’ rows back too, and nothing is lost', async () => {
    const browser = openBrowser()
    const dead = await leave(browser, [toSliceRow(9_000, 'g0', 'leg-0')], 'g0')
    dead.copy()
    const page = await leave(browser, [toSliceRow(1_000)])
    await page.waiting()
    await browser.empty()
    await page.write([toSliceRow(2_000)], RUN_ID, toRunRow())
    expect(toIds(await page.waiting()).toSorted()).toEqual([
      `${RUN_ID}/leg-0/0`,
      `${RUN_ID}/leg-1/0`,
    ])
    expect(new Set(browser.troubles)).toEqual(new Set(['The storage was emptied']))
    expect(page.losses.total()).toEqual({ rows: 0, ms: 0 })
  })
})

describe('a page that puts back what others left', () => {
  it('leaves a row alone that reaches further, and lengthens one that does not', async () => {
    const browser = openBrowser()
    const page = await leave(browser, [toSliceRow(5_000)])
    await page.write([toSliceRow(6_000)], RUN_ID, toRunRow())
    expect(toCopied()).toEqual([toSliceRow(5_000)])
    expect(await browser.openPage().waiting()).toEqual([toSliceRow(6_000)])
    // The disk could not take the last one.
    const failing = browser.openPage(createFlaky(browser.use, () => true))
    await failing.write([toSliceRow(8_000, 'g1', 'leg-1')], RUN_ID, toRunRow())
    expect(await browser.openPage().waiting()).toEqual([toSliceRow(8_000)])
  })

  it('takes their keys away once verdicts have named all their rows', async () => {
    const browser = openBrowser()
    const [start, slice] = [toStartRow(), toSliceRow(5_000)]
    const page = await leave(browser, [start, slice])
    page.copy()
    const next = browser.openPage()
    await next.waiting()
    await next.settle([toStored(start)])
    expect(toCopied()).toEqual([start, slice])
    await next.settle([toRefused(slice)])
    expect(readCopy()).toBeNull()
    expect(await browser.openPage().waiting()).toEqual([])
  })

  it('does not take away the key of a leg that has grown meanwhile', async () => {
    const browser = openBrowser()
    const page = await leave(browser, [toSliceRow(5_000)])
    page.copy()
    const next = browser.openPage()
    await next.waiting()
    await page.write([toSliceRow(6_000)], RUN_ID, toRunRow())
    page.copy()
    await next.settle([toStored(toSliceRow(5_000))])
    expect(toCopied()).toEqual([toSliceRow(6_000)])
  })

  it('leaves the key of a page at work alone, and takes it if that turns out to be dead', async () => {
    const browser = openBrowser()
    await leave(browser, [toSliceRow(5_000)])
    const next = browser.openPage()
    await next.waiting()
    await next.settle([toStored(toSliceRow(5_000))])
    expect(readCopy()?.isOpen).toBe(true)
    pass(2 * 60_000)
    await next.settle([])
    expect(readCopy()).toBeNull()
  })

  it.each([
    ['no copy', '{}'],
    ['a list', '[]'],
    ['rows of a later version', { rows: { 'run/leg/0': 'packed' } }],
    ['a row without its entry', { rows: [{ grantId: 'g9', reach: 5 }] }],
    ['a grant without its token', { tokens: { g9: null } }],
    ['no word of what is unclaimed', { unclaimed: {} }],
  ])('leaves a key with %s as it is, and finds the others', async (_, wrong) => {
    const browser = openBrowser()
    const page = await leave(browser, [toSliceRow(5_000)])
    page.copy()
    const text =
      typeof wrong === 'string' ? wrong : JSON.stringify({ ...readCopy(), ...(wrong as object) })
    localStorage['stint:leg:a'] = localStorage['stint:leg:z'] = text
    await browser.empty()
    const next = browser.openPage()
    expect(await next.waiting()).toEqual([toSliceRow(5_000)])
    await next.settle([toStored(toSliceRow(5_000))])
    expect(readCopy()).toBeNull()
    expect(localStorage['stint:leg:a']).toBe(text)
    expect(localStorage['stint:leg:z']).toBe(text)
    expect(browser.troubles).toEqual(['The storage was emptied'])
  })

  it('tries again if the storage failed', async () => {
    const browser = openBrowser()
    await leave(browser, [toSliceRow(5_000)])
    await browser.empty()
    let isBroken = true
    const next = browser.openPage(createFlaky(browser.use, () => isBroken))
    expect(await next.waiting()).toEqual([])
    expect(readCopy()).not.toBeNull()
    isBroken = false
    expect(await next.waiting()).toEqual([toSliceRow(5_000)])
  })

  it('finds what the disk never took of a page whose storage failed', async () => {
    const browser = openBrowser()
    const failing = browser.openPage(rejecting)
    await failing.adopt(toGrant())
    await failing.write([toSliceRow(5_000)], RUN_ID, toRunRow())
    failing.copy()
    const next = browser.openPage()
    expect(await next.waiting()).toEqual([toSliceRow(5_000)])
    expect(await next.token('g1')).toBe('token-g1')
  })
})
