import { set } from 'idb-keyval'
import { describe, expect, it } from 'vitest'
import { createOutbox } from '../../src/page/outbox.ts'
import { toStart } from '../contract/entries.ts'
import {
  createDisk,
  RELAY,
  RUN_ID,
  toEndRow,
  toGrant,
  toIds,
  toKnown,
  toRefused,
  toRunRow,
  toSliceRow,
  toStartRow,
  toStored,
} from './rows.ts'

describe('a row', () => {
  it('is on the disk under its entry’s id once it is written, and still waits', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    const row = toSliceRow(5_000)
    const { saved } = await page.write([row], RUN_ID, toRunRow(5_000))
    expect(saved).toBe('device')
    expect(await disk.read(`entry:${row.entry.id}`)).toEqual(row)
    expect(await page.waiting()).toEqual([row])
  })

  it('is in memory at once, without waiting for the disk', () => {
    const page = createDisk().openPage()
    const row = toSliceRow(5_000)
    void page.write([row], RUN_ID, toRunRow())
    expect(page.own()).toEqual([row])
  })

  it('leaves memory and disk by a verdict that names it, and no other row leaves with it', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    const [start, slice] = [toStartRow(), toSliceRow(5_000)]
    await page.write([start, slice], RUN_ID, toRunRow())
    await page.settle([toStored(start)])
    expect(page.own()).toEqual([slice])
    expect(await disk.openPage().waiting()).toEqual([slice])
  })

  it('does not leave by being looked at, or by a receipt without verdicts', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toStartRow()], RUN_ID, toRunRow())
    await page.waiting()
    await page.settle([])
    expect(await page.waiting()).toHaveLength(1)
    expect(await disk.openPage().waiting()).toHaveLength(1)
  })

  it('stays if it grew while it was under way', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    const sent = toSliceRow(5_000)
    await page.write([sent], RUN_ID, toRunRow())
    const grown = toSliceRow(6_000)
    await page.write([grown], RUN_ID, toRunRow())
    await page.settle([toStored(sent)])
    expect(page.own()).toEqual([grown])
    expect(await disk.openPage().waiting()).toEqual([grown])
    await page.settle([toStored(grown)])
    expect(await disk.openPage().waiting()).toEqual([])
  })

  it('leaves if the relay has a copy that reaches further', async () => {
    const page = createDisk().openPage()
    const row = toSliceRow(5_000)
    await page.write([row], RUN_ID, toRunRow())
    await page.settle([toKnown(row, 9_000)])
    expect(await page.waiting()).toEqual([])
  })

  it('is put aside with the reason if the relay will never take it, and does not wait any more', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    const row = toSliceRow(5_000)
    await page.write([row], RUN_ID, toRunRow())
    await page.settle([toRefused(row)])
    expect(await page.waiting()).toEqual([])
    expect(await disk.openPage().waiting()).toEqual([])
    const dead = { ...row, code: 'field_range', path: 'spans', message: 'out of range' }
    expect(await disk.read(`dead:${row.entry.id}`)).toMatchObject(dead)
    // Once, and for any page of this browser.
    expect(await page.dead()).toMatchObject([dead])
    expect(await disk.openPage().dead()).toMatchObject([dead])
  })

  it('is not made up by a verdict that names nothing we have', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.settle([toRefused(toSliceRow(1_000)), toStored(toStartRow())])
    expect(await disk.keys()).toEqual([])
  })
})

describe('a row without a grant', () => {
  it('is not stored and not sent, but not forgotten either', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    const { saved } = await page.write([toStartRow('')], RUN_ID, toRunRow())
    expect(saved).toBe('memory')
    expect((await disk.keys()).filter((key) => key.startsWith('entry:'))).toEqual([])
    expect(await page.waiting()).toEqual([])
    expect(page.own()).toHaveLength(1)
  })

  it('belongs to the grant that this page gets, and is on the disk from then on', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toStartRow('')], RUN_ID, toRunRow())
    await page.adopt(toGrant())
    expect(await page.waiting()).toEqual([toStartRow('g1')])
    expect(await disk.openPage().waiting()).toEqual([toStartRow('g1')])
  })

  it('is never given to the grant of another page', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toStartRow('')], RUN_ID, toRunRow())
    const other = disk.openPage()
    await other.adopt(toGrant({ id: 'g2' }))
    expect(await other.waiting()).toEqual([])
    expect(page.own()).toEqual([toStartRow('')])
  })

  it('does not change hands once it has a grant', async () => {
    const page = createDisk().openPage()
    await page.write([toStartRow('')], RUN_ID, toRunRow())
    await page.adopt(toGrant())
    await page.adopt(toGrant({ id: 'g2' }))
    expect(await page.waiting()).toEqual([toStartRow('g1')])
  })

  it('changes hands if the relay does not know its grant any more, on the disk too, and no other does', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toStartRow('g1')], RUN_ID, toRunRow())
    await page.write([toSliceRow(1_000, 'g0')], RUN_ID, toRunRow())
    await page.adopt(toGrant({ id: 'g2' }), 'g1')
    const moved = [toStartRow('g2'), toSliceRow(1_000, 'g0')]
    expect(await page.waiting()).toEqual(moved)
    expect(await disk.openPage().waiting()).toEqual(expect.arrayContaining(moved))
  })

  it('changes hands if it reaches beyond the sitting of its grant, and what came before does not', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    const beyond = toSliceRow(1_001)
    beyond.entry.id = `${RUN_ID}/leg-1/1`
    await page.write([toStartRow(), toSliceRow(1_000), beyond], RUN_ID, toRunRow())
    const { wallAt } = toStart()
    await page.adopt(toGrant({ id: 'g2' }), 'g1', wallAt + 1_000)
    const rows = [toStartRow(), toSliceRow(1_000), { ...beyond, grantId: 'g2' }]
    expect(await page.waiting()).toEqual(rows)
    expect(await disk.openPage().waiting()).toEqual(expect.arrayContaining(rows))
  })

  it('is forgotten when the relay knows no such learner; granted rows are not', async () => {
    const page = createDisk().openPage()
    await page.write([toStartRow(''), toSliceRow(5_000)], RUN_ID, toRunRow())
    page.disown()
    expect(page.own()).toEqual([toSliceRow(5_000)])
    await page.adopt(toGrant())
    expect(await page.waiting()).toEqual([toSliceRow(5_000)])
  })
})

describe('a run that turns out to be somebody else’s', () => {
  it('has the rows that this page wrote without a grant renamed, and no others', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toStartRow('g1', 'leg-0')], RUN_ID, toRunRow())
    await page.write([toStartRow(''), toSliceRow(1_000, '')], RUN_ID, toRunRow())
    const other = toStartRow('')
    other.entry.id = `${RUN_ID}0/leg-1/start`
    await page.write([other], `${RUN_ID}0`, toRunRow())
    page.rename(RUN_ID, 'run-2')
    expect(toIds(page.own())).toEqual([
      `${RUN_ID}/leg-0/start`,
      `${RUN_ID}0/leg-1/start`,
      'run-2/leg-1/start',
      'run-2/leg-1/0',
    ])
    await page.adopt(toGrant({ id: 'g2' }))
    const keys = await disk.keys()
    expect(keys).toContain('entry:run-2/leg-1/0')
    expect(keys).not.toContain(`entry:${RUN_ID}/leg-1/0`)
  })
})

describe('the token of a grant', () => {
  it('is there for this page at once, and for any page of this browser later', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.adopt(toGrant())
    expect(await page.token('g1')).toBe('token-g1')
    expect(await disk.openPage().token('g1')).toBe('token-g1')
  })

  it('is shown to the relay that gave it and to no other, one of an older page to any', async () => {
    const { use } = createDisk()
    const open = (relay: string) => createOutbox(relay, () => undefined, use)
    await open('https://a.example').adopt(toGrant())
    await set('grant:old', { token: 'token-old', at: 0 }, use)
    expect(await open('https://a.example').token('g1')).toBe('token-g1')
    expect(await open('https://b.example').token('g1')).toBeUndefined()
    expect(await open('https://b.example').token('old')).toBe('token-old')
  })

  it('is not another grant’s', async () => {
    const page = createDisk().openPage()
    await page.adopt(toGrant())
    expect(await page.token('g2')).toBeUndefined()
  })
})

describe('two pages of one browser', () => {
  it('may each send what the other wrote', async () => {
    const disk = createDisk()
    const [one, two] = [disk.openPage(), disk.openPage()]
    await one.write([toSliceRow(1_000, 'g1', 'leg-1')], RUN_ID, toRunRow())
    await two.write([toSliceRow(2_000, 'g1', 'leg-2')], RUN_ID, toRunRow())
    const both = [`${RUN_ID}/leg-1/0`, `${RUN_ID}/leg-2/0`]
    expect(toIds(await one.waiting()).toSorted()).toEqual(both)
    expect(toIds(await two.waiting()).toSorted()).toEqual(both)
  })

  it('are not confused by the other’s receipt: the writer sends its row again, and then it is gone', async () => {
    const disk = createDisk()
    const [writer, sender] = [disk.openPage(), disk.openPage()]
    const row = toSliceRow(1_000)
    await writer.write([row], RUN_ID, toRunRow())
    await sender.settle([toStored(row)])
    expect(await sender.waiting()).toEqual([])
    expect(await writer.waiting()).toEqual([row])
    await writer.settle([toKnown(row)])
    expect(await writer.waiting()).toEqual([])
  })

  it('do not take away a row that its page has written further', async () => {
    const disk = createDisk()
    const [writer, sender] = [disk.openPage(), disk.openPage()]
    await writer.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    const [sent] = await sender.waiting()
    await writer.write([toSliceRow(2_000)], RUN_ID, toRunRow())
    await sender.settle([toStored(sent!)])
    expect(await sender.waiting()).toEqual([toSliceRow(2_000)])
  })

  it('see a row once, and the writer sees its own, which is newer than the stored one', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    void page.write([toSliceRow(2_000)], RUN_ID, toRunRow())
    expect(await page.waiting()).toEqual([toSliceRow(2_000)])
  })

  it('lose no leg of a run which both write at the same time', async () => {
    const disk = createDisk()
    const [one, two] = [disk.openPage(), disk.openPage()]
    await Promise.all([
      one.write([], RUN_ID, toRunRow(1_000, 'leg-1')),
      two.write([], RUN_ID, toRunRow(3_000, 'leg-2')),
      one.write([], RUN_ID, toRunRow(2_000, 'leg-1')),
    ])
    const { run } = await one.write([], RUN_ID, toRunRow(2_000, 'leg-1'))
    expect(run.legs).toEqual({
      'leg-1': { slices: 1, reach: 2_000 },
      'leg-2': { slices: 1, reach: 3_000 },
    })
    expect(run.totals.active).toBe(3_000)
  })

  it('know since when a run goes that both write: since the earlier of the two', async () => {
    const disk = createDisk()
    const [one, two] = [disk.openPage(), disk.openPage()]
    const write = async (page: typeof one, startedAt: number) =>
      (await page.write([], RUN_ID, { ...toRunRow(), startedAt })).run.startedAt
    expect(await write(one, 5_000)).toBe(5_000)
    expect(await write(two, 9_000)).toBe(5_000)
    expect(await write(one, 4_000)).toBe(4_000)
    expect(await write(two, 9_000)).toBe(4_000)
  })

  it('keep what is known of a run until its end, and not longer', async () => {
    const disk = createDisk()
    const page = disk.openPage()
    await page.write([toStartRow()], RUN_ID, toRunRow())
    await page.settle([toStored(toStartRow())])
    expect(await disk.keys()).toEqual([`run:${RUN_ID}`])
    await page.write([toSliceRow(5_000), toEndRow()], RUN_ID, toRunRow())
    expect(await disk.keys()).not.toContain(`run:${RUN_ID}`)
  })
})

describe('an end', () => {
  it('is on the disk itself before it is said to be kept; what is written each 800 ms need not be', async () => {
    const { use } = createDisk()
    const durabilities: unknown[] = []
    const page = createOutbox(
      RELAY,
      () => undefined,
      (mode, act, options) => {
        durabilities.push(options?.durability)
        return use(mode, act)
      },
    )
    await page.write([toSliceRow(1_000)], RUN_ID, toRunRow())
    await page.write([toEndRow()], RUN_ID, toRunRow())
    expect(durabilities).toEqual(['default', 'strict'])
  })
})
