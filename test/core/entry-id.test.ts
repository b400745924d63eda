import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endSchema, sliceSchema, startSchema } from '../../src/contract/entry.ts'
import { MAX_ID_CHARS, MAX_SLICES_PER_LEG } from '../../src/contract/limits.ts'
import { readEntryId, toEndId, toSliceId, toStartId } from '../../src/core/entry-id.ts'
import { RUNS } from './signals.ts'

const part = fc
  .stringMatching(new RegExp(`^[\\w.~-]{1,${MAX_ID_CHARS}}$`))
  .filter((text) => text !== '.' && text !== '..')
const number = fc.nat(MAX_SLICES_PER_LEG - 1)

describe('an entry id', () => {
  it('is what DESIGN.md says', () => {
    expect([toStartId('r', 'l'), toSliceId('r', 'l', 7), toEndId('r')]).toEqual([
      'r/l/start',
      'r/l/7',
      'r/end',
    ])
  })

  it('is read back as it was made', () => {
    fc.assert(
      fc.property(part, part, number, (runId, legId, n) => {
        expect(readEntryId(toStartId(runId, legId))).toEqual({ runId, legId })
        expect(readEntryId(toSliceId(runId, legId, n))).toEqual({ runId, legId, n })
        expect(readEntryId(toEndId(runId))).toEqual({ runId })
      }),
      RUNS,
    )
  })

  it('is taken by its own schema and by no other', () => {
    const schemas = [startSchema, sliceSchema, endSchema].map(({ shape }) => shape.id)
    const takes = (id: string) => schemas.map((schema) => schema.safeParse(id).success)
    fc.assert(
      fc.property(part, part, number, (runId, legId, n) => {
        expect(takes(toStartId(runId, legId))).toEqual([true, false, false])
        expect(takes(toSliceId(runId, legId, n))).toEqual([false, true, false])
        expect(takes(toEndId(runId))).toEqual([false, false, true])
      }),
      RUNS,
    )
  })

  it.each(['end', 'start', '7'])(
    'is not misread for a run and a leg that are called %s',
    (name) => {
      expect(readEntryId(toStartId(name, name))).toEqual({ runId: name, legId: name })
      expect(readEntryId(toSliceId(name, name, 7))).toEqual({ runId: name, legId: name, n: 7 })
      expect(readEntryId(toEndId(name))).toEqual({ runId: name })
    },
  )

  it('numbers slices: the first is 0, which is a number and not an absence', () => {
    expect(readEntryId('r/l/0').n).toBe(0)
    expect(readEntryId('r/l/start')).not.toHaveProperty('n')
    expect(readEntryId('r/end')).not.toHaveProperty('legId')
  })
})
