// @vitest-environment happy-dom
// What a flusher does besides sending: the flush that the browser keeps, what is told of losses, what is taken away.

import { describe, expect, it, vi } from 'vitest'
import type { Entry } from '../../src/contract/entry.ts'
import type { Flush } from '../../src/contract/flush.ts'
import { FLUSH_ENTRIES } from '../../src/contract/limits.ts'
import { createFlusher } from '../../src/page/flush.ts'
import {
  createHost,
  isAway,
  openFlusher,
  refuseAll,
  takeAll,
  toMany,
  type Answer,
} from './fake-page.ts'
import { RUN_ID, toIds, toRunRow, toSliceRow, toStartRow } from './rows.ts'

describe('the flush that the browser keeps', () => {
  const toLater = (body: string | undefined) => JSON.parse(body!) as Flush
  const toEntryIds = (body: string | undefined) =>
    toLater(body).entries.map((entry) => (entry as { id: string }).id)

  it('is what this page would send, and its rows stay until a receipt names them', async () => {
    const rows = [toStartRow(), toSliceRow(5_000)]
    const { flusher, outbox, later, sent } = await openFlusher(takeAll, rows)
    await flusher.arm()
    expect(toLater(later.body)).toEqual({
      v: 1,
      grant: 'token-g1',
      sentAt: 1_000_000,
      entries: rows.map(({ entry }) => entry),
    })
    expect(await outbox.waiting()).toEqual(rows)
    expect(sent).toEqual([])
  })

  it('is called off once every row has left', async () => {
    const { flusher, later } = await openFlusher(takeAll, [toStartRow(), toSliceRow(5_000)])
    await flusher.arm()
    await flusher.drain()
    await vi.waitUntil(() => !later.body)
  })

  it('holds what was not named yet after a receipt that did not name all', async () => {
    const rows = [toStartRow(), toSliceRow(5_000)]
    const half: Answer = async (sent) =>
      takeAll({ ...sent, body: { ...sent.body, entries: sent.body.entries.slice(0, 1) } })
    const { flusher, later } = await openFlusher(half, rows)
    await flusher.arm()
    await flusher.drain()
    await vi.waitUntil(() => toEntryIds(later.body).length === 1)
    expect(toEntryIds(later.body)).toEqual(toIds(rows.slice(1)))
  })

  it('has the youngest rows that come to 8 kB', async () => {
    const spans = Array.from({ length: 64 }, (_, at) => ['active', at, at + 1, at] as const)
    const rows = toMany(10).map((row) => ({ ...row, entry: { ...row.entry, spans } as Entry }))
    const { flusher, later } = await openFlusher(takeAll, rows)
    await flusher.arm()
    expect(later.body!.length).toBeLessThan(8_000)
    const ids = toEntryIds(later.body)
    expect(ids.length).toBeGreaterThan(2)
    expect(ids).toEqual(toIds(rows.slice(-ids.length)))
  })

  it('is not there for a grant that the relay does not know, or without one', async () => {
    const { flusher, later } = await openFlusher(refuseAll, [toStartRow()])
    await flusher.drain()
    await flusher.arm()
    expect(later.body).toBeFalsy()
    const world = createHost(takeAll)
    await world.page.outbox.write([toStartRow('')], RUN_ID, toRunRow())
    await createFlusher(world.page).arm()
    expect(world.later.body).toBeFalsy()
  })
})

describe('what has gone for good', () => {
  it('is told with a flush until a receipt has come, and then no more', async () => {
    let isUp = false
    const { flusher, outbox, sent } = await openFlusher(
      (one) => (isUp ? takeAll(one) : isAway(one)),
      toMany(FLUSH_ENTRIES + 1),
    )
    const lost = { rows: 1, ms: 2_000 }
    outbox.losses.add(lost)
    await flusher.drain()
    isUp = true
    await flusher.drain()
    expect(sent.map(({ body }) => body.lost)).toEqual([lost, lost, undefined])
  })
})

describe('rows that waited too long', () => {
  it('are taken away after a round that found their grant refused, and only once a page', async () => {
    const { flusher, outbox } = await openFlusher(refuseAll, [toStartRow('g2')])
    const prune = vi.spyOn(outbox, 'prune')
    await flusher.drain()
    await flusher.drain()
    expect(prune.mock.calls).toEqual([[new Set(['g2'])]])
  })

  it('are not looked for in a round that came to no end', async () => {
    const { flusher, outbox } = await openFlusher(isAway, [toStartRow()])
    const prune = vi.spyOn(outbox, 'prune')
    await flusher.drain()
    expect(prune).not.toHaveBeenCalled()
  })
})
