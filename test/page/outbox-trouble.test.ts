// A storage that does not work: nothing is thrown, nothing is lost while the page lives, and the host is told.

import type { UseStore } from 'idb-keyval'
import { describe, expect, it } from 'vitest'
import { createOutbox } from '../../src/page/outbox.ts'
import {
  createDisk,
  createFlaky,
  rejecting,
  RUN_ID,
  throwing,
  toGrant,
  toRunRow,
  toSliceRow,
  toStartRow,
  toRefused,
  toStored,
} from './rows.ts'

function openPage(use: UseStore) {
  const troubles: unknown[] = []
  const outbox = createOutbox((cause) => void troubles.push(cause), use)
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
    isBroken = false
    expect(await write(2_000)).toBe('device')
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
