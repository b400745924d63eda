import { describe, expect, it } from 'vitest'
import type { FieldCode } from '../../src/contract/flush.ts'
import { ALL_RIGHT, MONDAY, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import { openPage, openWorld, readReport } from './relay-world.ts'

type Json = Record<string, unknown>
type Case = [what: string, path: (string | number)[], value: unknown, code: FieldCode, at?: string]

/** A value of its own, so that a key can be taken away in the table as well as changed. */
const ABSENT = Symbol('absent')

const START = toStart('r/a', MONDAY)
const SLICE = toSlice('r/a', 0, ...toSpans(['active', 5_000], ['idle', 2_000]))
const END = toEnd('r/a', 7_000, { ...ALL_RIGHT, masteredUnits: 1, pctComplete: 50, xpEarned: 3 })

/** A copy with one thing changed. */
function change(entry: object, path: (string | number)[], value: unknown): unknown {
  const copy = structuredClone(entry) as Json
  const last = path.at(-1) ?? ''
  const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, copy)
  if (value === ABSENT) delete parent[last]
  else parent[last] = value
  return copy
}

const LONG = 'x'.repeat(201)

/** Where the path of the answer is not the path that was changed, it stands at the end. */
const CASES: Record<string, { entry: object; cases: Case[] }> = {
  start: {
    entry: START,
    cases: [
      ['no version', ['v'], ABSENT, 'field_missing'],
      ['a version that is not known', ['v'], 2, 'field_value'],
      ['a version as text', ['v'], '1', 'field_value'],
      ['no type', ['type'], ABSENT, 'field_missing'],
      ['an unknown type', ['type'], 'heartbeat', 'field_value'],
      ['the type of another entry', ['type'], 'slice', 'field_format', 'id'],
      ['no id', ['id'], ABSENT, 'field_missing'],
      ['a number as id', ['id'], 7, 'field_type'],
      ['the id of a slice', ['id'], 'r/a/0', 'field_format'],
      ['an id without a leg', ['id'], 'r/start', 'field_format'],
      ['an id with a space', ['id'], 'r r/a/start', 'field_format'],
      ['an id with too many parts', ['id'], 'r/a/b/start', 'field_format'],
      ['an id that is too long', ['id'], `${LONG}/a/start`, 'field_range'],
      ['no activity', ['activity'], ABSENT, 'field_missing'],
      ['null as activity', ['activity'], null, 'field_type'],
      ['an activity by its id alone', ['activity'], 'fractions', 'field_type'],
      ['an activity without id', ['activity', 'id'], ABSENT, 'field_missing'],
      ['an activity with an empty id', ['activity', 'id'], '', 'field_range'],
      ['an activity whose id is blank', ['activity', 'id'], '  ', 'field_range'],
      ['an activity whose id is too long', ['activity', 'id'], LONG, 'field_range'],
      ['an activity without name', ['activity', 'name'], ABSENT, 'field_missing'],
      ['an activity with an empty name', ['activity', 'name'], '', 'field_range'],
      ['an activity whose name is too long', ['activity', 'name'], LONG, 'field_range'],
      ['an activity whose name is a number', ['activity', 'name'], 5, 'field_type'],
      ['an unknown key in the activity', ['activity', 'xp'], 100, 'field_unknown'],
      ['no course', ['activity', 'course'], ABSENT, 'field_missing'],
      ['a course as text', ['activity', 'course'], 'Math 5', 'field_type'],
      ['a course without subject', ['activity', 'course', 'subject'], ABSENT, 'field_missing'],
      ['an unknown subject', ['activity', 'course', 'subject'], 'Maths', 'field_value'],
      ['a subject in lower case', ['activity', 'course', 'subject'], 'math', 'field_value'],
      ['a course without grade', ['activity', 'course', 'grade'], ABSENT, 'field_missing'],
      ['a grade as text', ['activity', 'course', 'grade'], '5', 'field_type'],
      ['a grade below Pre-K', ['activity', 'course', 'grade'], -2, 'field_range'],
      ['a grade above AP', ['activity', 'course', 'grade'], 14, 'field_range'],
      ['half a grade', ['activity', 'course', 'grade'], 5.5, 'field_type'],
      ['a course by grade and by code', ['activity', 'course', 'code'], 'M5', 'field_unknown'],
      [
        'an empty course code',
        ['activity', 'course'],
        { code: '' },
        'field_range',
        'activity.course.code',
      ],
      ['no wall clock', ['wallAt'], ABSENT, 'field_missing'],
      ['a wall clock as text', ['wallAt'], '2026-01-26', 'field_type'],
      ['a wall clock before 1970', ['wallAt'], -1, 'field_range'],
      ['a fraction of a millisecond', ['wallAt'], MONDAY + 0.5, 'field_type'],
      ['a wall clock beyond what a number holds', ['wallAt'], 2 ** 53, 'field_range'],
      ['no monotonic clock', ['monoAt'], ABSENT, 'field_missing'],
      ['a monotonic clock below 0', ['monoAt'], -1, 'field_range'],
      ['an unknown key', ['learner'], 'ben', 'field_unknown'],
    ],
  },
  slice: {
    entry: SLICE,
    cases: [
      ['a version that is not known', ['v'], 0, 'field_value'],
      ['the id of a start', ['id'], 'r/a/start', 'field_format'],
      ['a number below 0', ['id'], 'r/a/-1', 'field_format'],
      ['a number with seven digits', ['id'], 'r/a/1000000', 'field_format'],
      ['no spans', ['spans'], ABSENT, 'field_missing'],
      ['an empty list of spans', ['spans'], [], 'field_range'],
      [
        'too many spans',
        ['spans'],
        toSpans(...Array.from({ length: 65 }, () => ['active', 1] as ['active', 1])),
        'field_range',
      ],
      ['spans that are no list', ['spans'], { 0: SLICE.spans[0] }, 'field_type'],
      ['a span that is no list', ['spans', 1], 'idle', 'field_type'],
      ['a span of three', ['spans', 1], ['idle', 5_000, 7_000], 'field_range'],
      [
        'a span that says more without being a flag',
        ['spans', 1],
        ['idle', 5_000, 7_000, 5_000, 'waste'],
        'field_unknown',
        'spans.1.4',
      ],
      [
        'a span of seven',
        ['spans', 1],
        ['flag', 5_000, 7_000, 5_000, 'waste', 'guessing', 'again'],
        'field_range',
      ],
      ['a flag that does not say for what', ['spans', 1, 0], 'flag', 'field_missing', 'spans.1.4'],
      [
        'a flag for active time',
        ['spans', 1],
        ['flag', 5_000, 7_000, 5_000, 'active'],
        'field_value',
        'spans.1.4',
      ],
      [
        'a reason that is an address',
        ['spans', 1],
        ['flag', 5_000, 7_000, 5_000, 'waste', 'https://x'],
        'field_format',
        'spans.1.5',
      ],
      ['null for work on paper', ['onPaper'], null, 'field_type'],
      ['no stretch of work on paper', ['onPaper'], [], 'field_range'],
      [
        'work on paper that took no time',
        ['onPaper'],
        [[5_000, 5_000]],
        'field_range',
        'onPaper.0.1',
      ],
      ['work on paper without an end', ['onPaper'], [[5_000]], 'field_range', 'onPaper.0'],
      ['half a ms of work on paper', ['onPaper'], [[5_000, 5_000.5]], 'field_type', 'onPaper.0.1'],
      ['an unknown presence', ['spans', 1, 0], 'asleep', 'field_value'],
      ['a span that begins before its leg', ['spans', 0, 1], -1, 'field_range'],
      ['a span as text', ['spans', 0, 2], '5000', 'field_type'],
      ['a fraction of a millisecond', ['spans', 1, 2], 7_000.5, 'field_type'],
      ['null as an instant', ['spans', 0, 1], null, 'field_type'],
      ['a span that is empty', ['spans', 1, 2], 5_000, 'field_range'],
      ['a span that runs backwards', ['spans', 1, 2], 4_000, 'field_range'],
      ['a presence that began after its span', ['spans', 1, 3], 5_001, 'field_range'],
      ['a gap between two spans', ['spans', 1, 1], 5_001, 'field_range'],
      ['two spans that overlap', ['spans', 0, 2], 5_001, 'field_range', 'spans.1.1'],
      ['a leg of more than forty days', ['spans', 1, 2], 40 * 86_400_000 + 1, 'field_range'],
      ['its own idea of the metric', ['metric'], 'active', 'field_unknown'],
    ],
  },
  end: {
    entry: END,
    cases: [
      ['no version', ['v'], ABSENT, 'field_missing'],
      ['the id of a leg', ['id'], 'r/a/end', 'field_format'],
      ['no leg', ['legId'], ABSENT, 'field_missing'],
      ['a leg with a slash', ['legId'], 'r/a', 'field_format'],
      ['an empty leg', ['legId'], '', 'field_format'],
      ['a leg that is too long', ['legId'], 'x'.repeat(65), 'field_range'],
      ['no instant', ['at'], ABSENT, 'field_missing'],
      ['an instant before the leg', ['at'], -1, 'field_range'],
      ['no result', ['result'], ABSENT, 'field_missing'],
      ['null as result', ['result'], null, 'field_type'],
      ['an unknown key in the result', ['result', 'score'], 90, 'field_unknown'],
      ['correct answers alone', ['result', 'totalQuestions'], ABSENT, 'field_missing'],
      ['a total alone', ['result', 'correctQuestions'], ABSENT, 'field_missing'],
      ['more right than asked', ['result', 'correctQuestions'], 11, 'field_range'],
      ['fewer than no questions', ['result', 'totalQuestions'], -1, 'field_range'],
      ['half a question', ['result', 'correctQuestions'], 9.5, 'field_type'],
      ['too many questions', ['result', 'totalQuestions'], 10_001, 'field_range'],
      ['null for a number of questions', ['result', 'totalQuestions'], null, 'field_type'],
      ['units lost', ['result', 'masteredUnits'], -1, 'field_range'],
      ['half a unit', ['result', 'masteredUnits'], 0.5, 'field_type'],
      ['more than all of a course', ['result', 'pctComplete'], 101, 'field_range'],
      ['XP below 0', ['result', 'xpEarned'], -1, 'field_range'],
      ['XP as text', ['result', 'xpEarned'], '3', 'field_type'],
      ['no legs', ['legs'], ABSENT, 'field_missing'],
      ['a list of legs', ['legs'], ['a'], 'field_type'],
      ['a leg that no id could have', ['legs', 'a b'], { slices: 1, reach: 1 }, 'field_value'],
      ['a leg without its number of slices', ['legs', 'a', 'slices'], ABSENT, 'field_missing'],
      ['a leg with fewer than no slices', ['legs', 'a', 'slices'], -1, 'field_range'],
      ['a leg without its reach', ['legs', 'a', 'reach'], ABSENT, 'field_missing'],
      ['an unknown key', ['attempt'], 1, 'field_unknown'],
    ],
  },
}

describe.each(Object.entries(CASES))('a %s', (_, { entry, cases }) => {
  it.each(cases)(
    'with %s is refused by code and path, and costs its neighbours nothing',
    async (_what, path, value, code, at = path.join('.')) => {
      const world = await openWorld()
      const page = await openPage(world)
      const first = toStart('other/a', MONDAY)
      const last = toSlice('other/a', 0, ['active', 0, 5_000, 0])

      const verdicts = await page.flush(first, change(entry, path, value), last)

      expect(verdicts).toEqual([
        { index: 0, id: 'other/a/start', verdict: 'stored', reach: 0 },
        {
          index: 1,
          id: expect.any(String),
          verdict: 'refused',
          code,
          path: at,
          message: expect.any(String),
        },
        { index: 2, id: 'other/a/0', verdict: 'stored', reach: 5_000 },
      ])
      await expect(readReport(world, 'r')).rejects.toThrow('run_unknown')
    },
  )

  it('without a mistake is stored', async () => {
    const page = await openPage(await openWorld())
    expect(await page.flush(entry)).toMatchObject([{ verdict: 'stored' }])
  })
})

describe('what is no entry at all', () => {
  it.each([
    ['null', null],
    ['a number', 7],
    ['text', 'r/a/0'],
    ['a list', []],
    ['nothing in it', {}],
  ])('is refused, and costs its neighbours nothing: %s', async (_, entry) => {
    const page = await openPage(await openWorld())
    expect(await page.flush(entry, START)).toMatchObject([
      { index: 0, id: '', verdict: 'refused', code: expect.stringMatching(/^field_/) },
      { index: 1, id: 'r/a/start', verdict: 'stored' },
    ])
  })

  it('keeps as much of its id as the page needs to find the row, and no more', async () => {
    const page = await openPage(await openWorld())
    const [verdict] = await page.flush({ id: 'y'.repeat(5_000) })
    expect(verdict?.id).toBe('y'.repeat(256))
  })
})
