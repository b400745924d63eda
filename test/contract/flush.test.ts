import { describe, expect, it } from 'vitest'
import { flushSchema, type FieldCode } from '../../src/contract/flush.ts'
import { grantRequestSchema } from '../../src/contract/grant.ts'
import { MAX_FLUSH_ENTRIES } from '../../src/contract/limits.ts'
import { toProblem } from '../../src/contract/problem.ts'
import { toChanged, toEnd, toSlice, toStart } from './entries.ts'

type Bad = [path: string, value: unknown, code: FieldCode]

const FLUSH = { v: 1, grant: 'token', sentAt: 1_769_508_000_000, entries: [toStart()] }
const ASK = { v: 1, startedAt: 1_769_508_000_000, sentAt: 1_769_508_000_500 }

describe('a flush', () => {
  it('carries entries of any type, as they are', () => {
    const flush = { ...FLUSH, entries: [toStart(), toSlice(), toEnd()] }
    expect(flushSchema.parse(flush)).toEqual(flush)
  })

  it('is not refused for an entry that nobody can read: that one is judged alone', () => {
    const entries = [null, 'slice', { type: 'new in v2' }, toSlice()]
    expect(flushSchema.parse({ ...FLUSH, entries }).entries).toEqual(entries)
  })

  it('is not refused for a field of a later version, which is left out', () => {
    expect(flushSchema.parse({ ...FLUSH, tab: 7 })).toEqual(FLUSH)
  })

  it('may say what its browser has lost', () => {
    const flush = { ...FLUSH, lost: { rows: 2, ms: 5_000 } }
    expect(flushSchema.parse(flush)).toEqual(flush)
  })

  it.each([null, 7, {}, { rows: 0, ms: 0 }, { rows: 1, ms: -1 }, { rows: 1.5, ms: 1 }])(
    'is not refused for a loss of %j: no entry waits for that',
    (lost) => {
      expect(flushSchema.parse({ ...FLUSH, lost }).lost).toBeUndefined()
    },
  )

  it('holds as many entries as it may', () => {
    const entries = Array.from({ length: MAX_FLUSH_ENTRIES }, toSlice)
    expect(flushSchema.parse({ ...FLUSH, entries }).entries).toHaveLength(MAX_FLUSH_ENTRIES)
  })

  it.each<Bad>([
    ['v', 2, 'field_value'],
    ['grant', undefined, 'field_missing'],
    ['grant', '', 'field_range'],
    ['grant', 'x'.repeat(4_097), 'field_range'],
    ['grant', 5, 'field_type'],
    ['sentAt', undefined, 'field_missing'],
    ['sentAt', -1, 'field_range'],
    ['sentAt', 0.1, 'field_type'],
    ['entries', undefined, 'field_missing'],
    ['entries', [], 'field_range'],
    ['entries', {}, 'field_type'],
    ['entries', Array.from({ length: MAX_FLUSH_ENTRIES + 1 }, toSlice), 'field_range'],
  ])('is refused for %s: %j', (path, value, code) => {
    const flush = toChanged(FLUSH, path, value)
    const { error } = flushSchema.safeParse(flush)
    expect(error && toProblem(error, flush)).toMatchObject({ code, path })
  })
})

describe('a grant request', () => {
  it('says by the page’s clock when the page began and when it asks', () => {
    expect(grantRequestSchema.parse(ASK)).toEqual(ASK)
  })

  it.each<Bad>([
    ['v', 0, 'field_value'],
    ['startedAt', undefined, 'field_missing'],
    ['startedAt', -1, 'field_range'],
    ['sentAt', '1769508000500', 'field_type'],
    ['sentAt', 1e17, 'field_range'],
  ])('is refused for %s: %j', (path, value, code) => {
    const ask = toChanged(ASK, path, value)
    const { error } = grantRequestSchema.safeParse(ask)
    expect(error && toProblem(error, ask)).toMatchObject({ code, path })
  })
})
