// A storage that does not work: nothing is thrown, nothing is lost while the page lives, and the host is told.

import { clear, type UseStore } from 'idb-keyval'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createOutbox } from '../../src/page/outbox.ts'
import {
  createDisk,
  createFlaky,
  rejecting,
  RELAY,
  RUN_ID,
  throwing,
  toEndRow,
  toGrant,
  toIds,
  toRunRow,
  toSliceRow,
  toStartRow,
  toRefused,
  toStored,
} from './rows.ts'

function openPage(use: UseStore) {
  const troubles: unknown[] = []
  const outbox = createOutbox(RELAY, (cause) => void troubles.push(cause), use)
  return { outbox, troubles }
}

describe.each([
  ['rejects', rejecting],
  ['throws at once', throwing],
])('with a storage that %s', (_, use) => {
  it('a row is kept in memory, is said to be, and is sent from there', async () => {
    const { outbox, troubles } = openPage(use)
    const { saved, run } = await outbox.write([toSliceRow(5_000)], RUN_ID, toRunRow(5_000))
    expect(saved).toBe('memory')
    expect(run).toEqual(toRunRow(5_000))
    expect(troubles).not.toEqual([])
    expect(outbox.unkept()).toEqual({ rows: 1, ms: 5_000 })
    expect(await outbox.waiting()).toEqual([toSliceRow(5_000)])
  })

  it('a row leaves memory by its verdict', async () => {
    const { outbox } = openPage(use)
    const [start, slice] = [toStartRow(), toSliceRow(5_000)]
    await outbox.write([start, slice], RUN_ID, toRunRow())
    await outbox.settle([toStored(start), toRefused(slice)])
    expect(await outbox.waiting()).toEqual([])
    expect(outbox.own()).toEqual([])
  })

  it('a row that the relay will never take is kept with the reason while the page lives', async () => {
    const { outbox } = openPage(use)
    const row = toSliceRow(5_000)
    await outbox.write([row], RUN_ID, toRunRow())
    await outbox.settle([toRefused(row)])
    expect(await outbox.dead()).toMatchObject([{ ...row, code: 'field_range' }])
  })

  it('a grant is known, and what waited for it can be sent', async () => {
    const { outbox } = openPage(use)
    await outbox.write([toStartRow('')], RUN_ID, toRunRow())
    await outbox.adopt(toGrant())
    expect(await outbox.token('g1')).toBe('token-g1')
    expect(await outbox.waiting()).toEqual([toStartRow('g1')])
  })

  it('an unknown grant has no token', async () => {
    expect(await openPage(use).outbox.token('g9')).toBeUndefined()
  })
})

describe('with a storage that fails now and then', () => {
  it('loses no row, whichever step fails', async () => {
    for (const failing of [0, 1, 2, 3]) {
      let step = 0
      const disk = createDisk()
      const { outbox, troubles } = openPage(createFlaky(disk.use, () => step++ === failing))
      await outbox.write([toStartRow('')], RUN_ID, toRunRow())
      await outbox.adopt(toGrant())
      await outbox.write([toSliceRow(1_000)], RUN_ID, toRunRow())
      expect(await outbox.waiting(), `step ${failing}`).toEqual([
        toStartRow('g1'),
        toSliceRow(1_000),
      ])
      expect(troubles).toHaveLength(1)
    }
  })

  it('says of each write whether it is on the disk', async () => {
    let isBroken = true
    const { outbox } = openPage(createFlaky(createDisk().use, () => isBroken))
    const write = async (reach: number) =>
      (await outbox.write([toSliceRow(reach)], RUN_ID, toRunRow())).saved
    expect(await write(1_000)).toBe('memory')
    expect(outbox.unkept()).toEqual({ rows: 1, ms: 1_000 })
    isBroken = false
    expect(await write(2_000)).toBe('device')
    expect(outbox.unkept()).toEqual({ rows: 0, ms: 0 })
  })

  it('sends a row again whose deletion failed, and it is gone with the next receipt', async () => {
    const disk = createDisk()
    let isBroken = false
    const { outbox } = openPage(createFlaky(disk.use, () => isBroken))
    const row = toSliceRow(1_000)
    await outbox.write([row], RUN_ID, toRunRow())
    isBroken = true
    await outbox.settle([toStored(row)])
    isBroken = false
    expect(await outbox.waiting()).toEqual([row])
    await outbox.settle([toStored(row)])
    expect(await outbox.waiting()).toEqual([])
  })
})

describe('with a storage that works again', () => {
  it('everything that only memory had is on the disk with the next write, and the grant too', async () => {
    let isBroken = true
    const disk = createDisk()
    const { outbox } = openPage(createFlaky(disk.use, () => isBroken))
    await outbox.write([toStartRow('')], RUN_ID, toRunRow())
    await outbox.adopt(toGrant())
    await outbox.write([toSliceRow(3_000)], RUN_ID, toRunRow())
    expect(outbox.unkept()).toEqual({ rows: 2, ms: 3_000 })
    isBroken = false
    await outbox.write([], RUN_ID, toRunRow())
    expect(outbox.unkept()).toEqual({ rows: 0, ms: 0 })
    // The page dies: another has all of it.
    const next = disk.openPage()
    expect(toIds(await next.waiting()).toSorted()).toEqual(
      toIds([toSliceRow(3_000), toStartRow()]).toSorted(),
    )
    expect(await next.token('g1')).toBe('token-g1')
  })

  it('what the relay took meanwhile does not come back', async () => {
    let isBroken = true
    const disk = createDisk()
    const { outbox } = openPage(createFlaky(disk.use, () => isBroken))
    await outbox.write([toStartRow()], RUN_ID, toRunRow())
    await outbox.settle([toStored(toStartRow())])
    expect(outbox.unkept()).toEqual({ rows: 0, ms: 0 })
    isBroken = false
    await outbox.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    expect(toIds(await disk.openPage().waiting())).toEqual(toIds([toSliceRow(1_000)]))
  })
})

describe('with a storage that hangs', () => {
  const PATIENCE_MS = 2_000

  function openHanging() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const disk = createDisk()
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    return { disk, release, ...openPage((mode, act) => held.then(() => disk.use(mode, act))) }
  }

  it('a row is in memory for sure after 2 s, and nobody waits for the next', async () => {
    const { outbox, troubles } = openHanging()
    const writing = outbox.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1)
    expect(outbox.isFailing()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect((await writing).saved).toBe('memory')
    expect(outbox.isFailing()).toBe(true)
    expect(await outbox.waiting()).toEqual([toSliceRow(1_000)])
    expect((await outbox.write([toSliceRow(2_000)], RUN_ID, toRunRow())).saved).toBe('memory')
    expect(outbox.unkept()).toEqual({ rows: 1, ms: 2_000 })
    expect(troubles).toHaveLength(1)
  })

  it('and lets go, everything is on the disk with the next write', async () => {
    const { outbox, disk, release } = openHanging()
    const writing = outbox.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    await vi.advanceTimersByTimeAsync(PATIENCE_MS)
    await writing
    await outbox.write([toSliceRow(2_000)], RUN_ID, toRunRow())
    release()
    await vi.waitUntil(async () => (await disk.keys()).length > 0)
    const { saved } = await outbox.write([], RUN_ID, toRunRow())
    expect(saved).toBe('device')
    expect(outbox.unkept()).toEqual({ rows: 0, ms: 0 })
    expect(await disk.openPage().waiting()).toEqual([toSliceRow(2_000)])
  })
})

describe('with a storage that was emptied', () => {
  it('the page puts back what it has, its grant too, and says so', async () => {
    const disk = createDisk()
    const { outbox, troubles } = openPage(disk.use)
    await outbox.write([toStartRow('')], RUN_ID, toRunRow())
    await outbox.adopt(toGrant())
    await clear(disk.use)
    await outbox.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    expect(troubles).toEqual([new Error('The storage was emptied')])
    expect(outbox.unkept()).toEqual({ rows: 0, ms: 0 })
    const next = disk.openPage()
    expect(await next.waiting()).toEqual(expect.arrayContaining([toStartRow(), toSliceRow(1_000)]))
    expect(await next.token('g1')).toBe('token-g1')
  })

  it('so does each page of a run, though another has put back the run before it', async () => {
    const disk = createDisk()
    const { outbox } = openPage(disk.use)
    const other = openPage(disk.use).outbox
    await outbox.adopt(toGrant())
    await outbox.write([toStartRow(), toSliceRow(1_000)], RUN_ID, toRunRow(1_000))
    await other.adopt(toGrant({ id: 'g2', token: 'token-g2' }))
    const toOther = (reach: number) => toSliceRow(reach, 'g2', 'leg-2')
    const { run } = await other.write([toOther(1_000)], RUN_ID, toRunRow(1_000, 'leg-2'))
    await clear(disk.use)
    await other.write([toOther(2_000)], RUN_ID, run)
    await outbox.write([toSliceRow(2_000)], RUN_ID, toRunRow(2_000))
    const next = disk.openPage()
    expect(await next.token('g1')).toBe('token-g1')
    expect(await next.waiting()).toEqual(
      expect.arrayContaining([toStartRow(), toSliceRow(2_000), toOther(2_000)]),
    )
  })

  it('and only then: another page that ends the run has not emptied it', async () => {
    const disk = createDisk()
    const { outbox, troubles } = openPage(disk.use)
    await outbox.adopt(toGrant())
    await outbox.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    await disk.openPage().write([toEndRow()], RUN_ID, toRunRow())
    await outbox.write([toSliceRow(2_000)], RUN_ID, toRunRow())
    expect(troubles).toEqual([])
  })
})
