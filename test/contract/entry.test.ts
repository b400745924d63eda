import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entrySchema, runIdSchema, type Span } from '../../src/contract/entry.ts'
import type { FieldCode } from '../../src/contract/flush.ts'
import {
  MAX_ID_CHARS,
  MAX_LEG_MS,
  MAX_LEGS_PER_RUN,
  MAX_SLICE_SPANS,
  MAX_SLICES_PER_LEG,
} from '../../src/contract/limits.ts'
import { toChanged, toEnd, toSaid, toSlice, toStart } from './entries.ts'

type Bad = [path: string, value: unknown, code: FieldCode, where?: string]

const toSpans = (count: number): Span[] =>
  Array.from({ length: count }, (_, at) => ['active', at, at + 1, 0])

const toLegs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`leg-${n}`, { slices: 1, reach: 1 }]))

const RUN_ID = 'r'.repeat(MAX_ID_CHARS)

describe('an entry', () => {
  it.each([
    ['a start', toStart()],
    ['a start of a coded course', toChanged(toStart(), 'activity.course', { code: 'MATH-3' })],
    ['a slice', toSlice()],
    [
      'a later slice, of a presence that began before it',
      { ...toSlice(), spans: [['idle', 9, 10, 0]] },
    ],
    ['a slice as full as it may be', { ...toSlice(), spans: toSpans(MAX_SLICE_SPANS) }],
    ['a span up to the longest leg', { ...toSlice(), spans: [['hidden', 0, MAX_LEG_MS, 0]] }],
    ['an end', toEnd()],
    ['an end with an empty result', { ...toEnd(), result: {} }],
    ['an end that knows of no leg', { ...toEnd(), legs: {} }],
    ['an end of as many legs as there may be', { ...toEnd(), legs: toLegs(MAX_LEGS_PER_RUN) }],
    ['ids as long as they may be', { ...toSlice(), id: `${RUN_ID}/${RUN_ID}/99999` }],
    ['ids of every character that an address takes', { ...toEnd(), id: 'aZ09._~-/end' }],
  ])('is taken as it is: %s', (_, entry) => {
    expect(entrySchema.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry)
  })

  it.each(['active', 'idle', 'hidden', 'paused', 'suspended', 'left'])('may be %s', (presence) => {
    expect(toSaid({ ...toSlice(), spans: [[presence, 0, 1, 0]] })).toBeUndefined()
  })

  it.each<[unknown, FieldCode, string]>([
    [null, 'field_type', ''],
    [[], 'field_type', ''],
    ['slice', 'field_type', ''],
    [{}, 'field_missing', 'type'],
  ])('is not %j', (value, code, path) => {
    expect(toSaid(value)).toEqual({ code, path })
  })
})

describe('a start is refused', () => {
  it.each<Bad>([
    ['v', undefined, 'field_missing'],
    ['v', 2, 'field_value'],
    ['v', '1', 'field_value'],
    ['type', undefined, 'field_missing'],
    ['type', 'begin', 'field_value'],
    ['type', 'slice', 'field_format', 'id'],
    ['id', undefined, 'field_missing'],
    ['id', 7, 'field_type'],
    ['id', 'run-1/leg-1/0', 'field_format'],
    ['id', 'run-1/start', 'field_format'],
    ['id', 'run-1//start', 'field_format'],
    ['id', 'run 1/leg-1/start', 'field_format'],
    ['id', 'run-1/leg-1/start\n', 'field_format'],
    ['id', `${'r'.repeat(200)}/l/start`, 'field_range'],
    ['wallAt', undefined, 'field_missing'],
    ['wallAt', -1, 'field_range'],
    ['wallAt', 0.5, 'field_type'],
    ['wallAt', 2 ** 53, 'field_range'],
    ['wallAt', 1e300, 'field_range'],
    ['wallAt', null, 'field_type'],
    ['monoAt', '5', 'field_type'],
    ['learner', 'ann', 'field_unknown'],
    ['activity', undefined, 'field_missing'],
    ['activity.id', '', 'field_range'],
    ['activity.id', '  ', 'field_range'],
    ['activity.id', 'x'.repeat(121), 'field_range'],
    ['activity.name', undefined, 'field_missing'],
    ['activity.name', 'x'.repeat(201), 'field_range'],
    ['activity.xp', 10, 'field_unknown'],
    ['activity.course', 'Math', 'field_type'],
    ['activity.course.grade', undefined, 'field_missing'],
    ['activity.course.grade', 14, 'field_range'],
    ['activity.course.grade', -2, 'field_range'],
    ['activity.course.grade', 3.5, 'field_type'],
    ['activity.course.subject', undefined, 'field_missing'],
    ['activity.course.subject', 'math', 'field_value'],
  ])('for %s: %j', (path, value, code, where = path) => {
    expect(toSaid(toChanged(toStart(), path, value))).toEqual({ code, path: where })
  })
})

describe('a slice is refused', () => {
  it.each<Bad>([
    ['id', 'run-1/7', 'field_format'],
    ['id', 'run-1/leg-1/-1', 'field_format'],
    ['id', 'run-1/leg-1/1.5', 'field_format'],
    ['id', 'run-1/leg-1/100000', 'field_format'],
    ['id', 'run-1/leg-1/007', 'field_format'],
    ['id', '../leg-1/0', 'field_format'],
    ['id', 'run-1/./0', 'field_format'],
    ['id', 'run-1/leg-1/0/0', 'field_format'],
    ['activeMs', 60_000, 'field_unknown'],
    ['spans', undefined, 'field_missing'],
    ['spans', [], 'field_range'],
    ['spans', {}, 'field_type'],
    ['spans', toSpans(MAX_SLICE_SPANS + 1), 'field_range'],
    ['spans.1', null, 'field_type'],
    ['spans.1', ['idle', 60_000, 61_000], 'field_range'],
    ['spans.1', ['idle', 60_000, 61_000, 60_000, 1], 'field_value', 'spans.1.4'],
    ['spans.0.0', 'working', 'field_value'],
    ['spans.0.1', -1, 'field_range'],
    ['spans.0.1', 0.5, 'field_type'],
    ['spans.0.1', '0', 'field_type'],
    ['spans.1.1', 60_001, 'field_range'],
    ['spans.1.1', 59_999, 'field_range', 'spans.1.3'],
    ['spans.0.2', 0, 'field_range'],
    ['spans.0.2', null, 'field_type'],
    ['spans.0.2', 59_999, 'field_range', 'spans.1.1'],
    ['spans.1.2', 60_000, 'field_range'],
    ['spans.1.2', MAX_LEG_MS + 1, 'field_range'],
    ['spans.1.3', 60_001, 'field_range'],
    ['spans.1.3', -1, 'field_range'],
  ])('for %s: %j', (path, value, code, where = path) => {
    expect(toSaid(toChanged(toSlice(), path, value))).toEqual({ code, path: where })
  })

  it('for a gap or an overlap between any two spans, and told which', () => {
    const place = fc.integer({ min: 1, max: MAX_SLICE_SPANS - 1 })
    fc.assert(
      fc.property(place, fc.constantFrom(-1, 1), (at, shift) => {
        const spans = toSpans(MAX_SLICE_SPANS).map(([presence, from, to], index): Span =>
          index < at
            ? [presence, 5 * from, 5 * to, 0]
            : [presence, 5 * from + shift, 5 * to + shift, 0],
        )
        const said = toSaid({ ...toSlice(), spans })
        expect(said).toEqual({ code: 'field_range', path: `spans.${at}.1` })
      }),
    )
  })
})

describe('an end is refused', () => {
  it.each<Bad>([
    ['id', 'run-1/leg-1/end', 'field_format'],
    ['id', '/end', 'field_format'],
    ['id', `${'r'.repeat(128)}/end`, 'field_range'],
    ['legs.leg-1.totals', { active: 1 }, 'field_unknown'],
    ['legId', undefined, 'field_missing'],
    ['legId', 'leg/1', 'field_format'],
    ['legId', 'l'.repeat(65), 'field_range'],
    ['at', -1, 'field_range'],
    ['at', MAX_LEG_MS + 1, 'field_range'],
    ['learner', 'ann', 'field_unknown'],
    ['result', undefined, 'field_missing'],
    ['result', null, 'field_type'],
    ['result.score', 1, 'field_unknown'],
    ['result.correctQuestions', 11, 'field_range'],
    ['result.correctQuestions', undefined, 'field_missing'],
    ['result.totalQuestions', undefined, 'field_missing'],
    ['legs', undefined, 'field_missing'],
    ['legs', [], 'field_type'],
    ['legs.leg-1', 2, 'field_type'],
    ['legs.leg-1.slices', MAX_SLICES_PER_LEG + 1, 'field_range'],
    ['legs.leg-1.slices', undefined, 'field_missing'],
    ['legs.leg-2.reach', 1.5, 'field_type'],
    ['legs.leg/3', { slices: 1, reach: 1 }, 'field_value'],
  ])('for %s: %j', (path, value, code, where = path) => {
    expect(toSaid(toChanged(toEnd(), path, value))).toEqual({ code, path: where })
  })

  it('for more legs than a run may have', () => {
    expect(toSaid({ ...toEnd(), legs: toLegs(MAX_LEGS_PER_RUN + 1) })).toMatchObject({
      path: 'legs',
    })
  })
})

describe('a run id', () => {
  it.each(['0', '...', '.a', 'a.b~c_d-e', '3f2b6c0e-8d53-4d6e-9a54-0d0f6f0f4a11', RUN_ID])(
    'may be %s',
    (id) => {
      expect(runIdSchema.safeParse(id).success).toBe(true)
    },
  )

  it.each(['', '.', '..', 'a/b', 'a b', 'ä', 'a%20b', 'a?b', 'a#b', 'a\n', `${RUN_ID}r`])(
    'is never %j, which an address or an entry id would not survive',
    (id) => {
      expect(runIdSchema.safeParse(id).success).toBe(false)
    },
  )
})
