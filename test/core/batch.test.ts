import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBatches } from '../../src/core/batch.ts'
import { RUNS } from './signals.ts'

const GRANTS = ['', 'a', 'b', 'c']

const toRow = (grantId: string, n: number, type = 'slice') => ({ grantId, n, entry: { type } })

type Row = ReturnType<typeof toRow>

const isEnd = ({ entry }: Row) => entry.type === 'end'

const rows = fc
  .array(fc.tuple(fc.constantFrom(...GRANTS), fc.constantFrom('slice', 'slice', 'end')), {
    maxLength: 40,
    size: 'max',
  })
  .map((all) => all.map(([grantId, type], n) => toRow(grantId, n, type)))
const most = fc.integer({ min: 1, max: 12 })

describe('toBatches', () => {
  it('makes no batch of no rows', () => {
    expect(toBatches([], 10)).toEqual([])
  })

  it('sends rows of one grant together, in their order', () => {
    const all = [toRow('a', 2), toRow('a', 0), toRow('a', 1)]
    expect(toBatches(all, 10)).toEqual([all])
  })

  it('never mixes grants, not even those whose rows come by turns', () => {
    const all = [toRow('b', 0), toRow('a', 1), toRow('b', 2), toRow('a', 3)]
    const batches = toBatches(all, 10)
    expect(batches).toHaveLength(2)
    expect(batches).toContainEqual([all[0], all[2]])
    expect(batches).toContainEqual([all[1], all[3]])
  })

  it('puts rows without a grant by themselves', () => {
    const all = [toRow('', 0), toRow('a', 1)]
    expect(toBatches(all, 10)).toEqual([[all[0]], [all[1]]])
  })

  it('sends an end after all that its run may have in other batches, and leaves the others as they are', () => {
    const end = toRow('a', 0, 'end')
    const [a1, a2, a3, b1, b2] = ['a', 'a', 'a', 'b', 'b'].map((grantId, n) =>
      toRow(grantId, n + 1),
    )
    expect(toBatches([end, a1!, a2!, b1!, a3!, b2!], 2)).toEqual([
      [a1, a2],
      [b1, b2],
      [a3, end],
    ])
  })

  it('fills a batch to the last row, and not one over it', () => {
    const all = Array.from({ length: 21 }, (_, n) => toRow('a', n))
    expect(toBatches(all.slice(1), 10).map(({ length }) => length)).toEqual([10, 10])
    expect(toBatches(all, 10).map(({ length }) => length)).toEqual([10, 10, 1])
  })

  it('sends one by one if it must, as after a flush that was too large', () => {
    const all = [toRow('a', 0), toRow('a', 1)]
    expect(toBatches(all, 1)).toEqual([[all[0]], [all[1]]])
  })

  it('sends each row once, in its grant, in its order but for ends, and no batch is empty or too large', () => {
    fc.assert(
      fc.property(rows, most, (all, count) => {
        const batches = toBatches(all, count)
        for (const batch of batches) {
          expect(new Set(batch.map(({ grantId }) => grantId)).size).toBe(1)
          expect(batch.length).toBeLessThanOrEqual(count)
        }
        for (const grant of GRANTS) {
          const granted = all.filter(({ grantId }) => grantId === grant)
          expect(batches.flat().filter(({ grantId }) => grantId === grant)).toEqual([
            ...granted.filter((row) => !isEnd(row)),
            ...granted.filter(isEnd),
          ])
        }
        const held = batches.map((batch) => batch.some(isEnd))
        expect(held).toEqual(held.toSorted())
      }),
      RUNS,
    )
  })

  it('makes no more requests than it must', () => {
    fc.assert(
      fc.property(rows, most, (all, count) => {
        const needed = GRANTS.map((grant) =>
          Math.ceil(all.filter(({ grantId }) => grantId === grant).length / count),
        )
        expect(toBatches(all, count)).toHaveLength(needed.reduce((sum, n) => sum + n, 0))
      }),
      RUNS,
    )
  })

  it('does not change the rows it is given, nor their order', () => {
    const all = [toRow('b', 0), toRow('a', 1)]
    const before = structuredClone(all)
    toBatches(all, 1)
    expect(all).toEqual(before)
  })
})
