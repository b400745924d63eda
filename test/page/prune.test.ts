// What nobody needs any more leaves the disk by age; and no row does that the relay may still take.

import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createOutbox } from '../../src/page/outbox.ts'
import {
  createDisk,
  RELAY,
  RUN_ID,
  toGrant,
  toRefused,
  toRunRow,
  toSliceRow,
  toStartRow,
  toStored,
} from './rows.ts'

const DAY_MS = 24 * 3_600_000
const NONE: ReadonlySet<string> = new Set()

function openBrowser() {
  const disk = createDisk()
  const troubles: unknown[] = []
  const openPage = () => createOutbox(RELAY, (cause) => void troubles.push(cause), disk.use)
  return { ...disk, openPage, troubles, prune: (refused = NONE) => openPage().prune(refused) }
}

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
})

describe('pruning', () => {
  it('takes a run that nobody has written for 36 days, and no younger one', async () => {
    const { openPage, prune, keys } = openBrowser()
    await openPage().write([], RUN_ID, toRunRow())
    pass(30 * DAY_MS)
    await openPage().write([], 'run-2', toRunRow())
    pass(6 * DAY_MS)
    await prune()
    expect(await keys()).toEqual([`run:${RUN_ID}`, 'run:run-2'])
    pass(1)
    await prune()
    expect(await keys()).toEqual(['run:run-2'])
  })

  it('takes a refused row after 30 days', async () => {
    const { openPage, prune, keys } = openBrowser()
    const page = openPage()
    await page.write([toSliceRow(5_000)], RUN_ID, toRunRow())
    await page.settle([toRefused(toSliceRow(5_000))])
    const dead = `dead:${RUN_ID}/leg-1/0`
    pass(30 * DAY_MS)
    await prune()
    expect(await keys()).toContain(dead)
    pass(1)
    await prune()
    expect(await keys()).not.toContain(dead)
  })

  it('takes a token once no row waits for it and nothing could be sent by it', async () => {
    const { openPage, prune, keys } = openBrowser()
    const page = openPage()
    await page.adopt(toGrant())
    await page.write([toStartRow()], RUN_ID, toRunRow())
    pass(40 * DAY_MS)
    await prune()
    expect(await keys()).toContain('grant:g1')
    await page.settle([toStored(toStartRow())])
    await prune()
    expect(await keys()).not.toContain('grant:g1')
  })

  it('keeps a young token that no row waits for', async () => {
    const { openPage, prune, keys } = openBrowser()
    await openPage().adopt(toGrant())
    pass(36 * DAY_MS)
    await prune()
    expect(await keys()).toEqual(['grant:g1'])
  })

  it('takes rows whose grant is old and refused too: they are counted as lost, and it is said', async () => {
    const { openPage, prune, keys, troubles } = openBrowser()
    const page = openPage()
    await page.adopt(toGrant())
    await page.write([toStartRow(), toSliceRow(5_000)], RUN_ID, toRunRow())
    pass(37 * DAY_MS)
    const next = openPage()
    await next.prune(new Set(['g1']))
    expect(next.losses.total()).toEqual({ rows: 2, ms: 5_000 })
    expect(troubles).toHaveLength(1)
    await prune()
    expect(await keys()).toEqual([])
  })

  it.each([
    ['whose grant is old', 37, NONE],
    ['whose grant is refused', 35, new Set(['g1'])],
  ])('keeps rows %s and no more than that', async (_, days, refused) => {
    const { openPage, prune, troubles } = openBrowser()
    const page = openPage()
    await page.adopt(toGrant())
    await page.write([toSliceRow(5_000)], RUN_ID, toRunRow())
    pass(days * DAY_MS)
    await prune(refused)
    expect(await openPage().waiting()).toEqual([toSliceRow(5_000)])
    expect(await openPage().token('g1')).toBe('token-g1')
    expect(troubles).toEqual([])
  })
})
