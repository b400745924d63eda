// Receiving what hosts and learners say of time: flags in spans, and idle time that was work on paper.

import { describe, expect, it } from 'vitest'
import type { OnPaper, SliceEntry, Span } from '../../src/contract/entry.ts'
import { isGrownFrom } from '../../src/relay/keep.ts'
import { MINUTE, MONDAY, toClaimed, toSlice, toSpans, toStart } from './entries.ts'
import { openPage, openWorld, readReport, toWords } from './relay-world.ts'

const SPANS = toSpans(['active', 10_000], ['idle', 20_000])
const MORE_SPANS = toSpans(['active', 10_000], ['idle', 20_000], ['active', 5_000])
const FIRST: OnPaper = [10_000, 20_000]
const SECOND_CLAIM: OnPaper = [10_000, 30_000]

const PLAIN = toSlice('r/a', 0, ...SPANS)
const LONGER = toSlice('r/a', 0, ...MORE_SPANS)

async function openStudied() {
  const world = await openWorld()
  const page = await openPage(world)
  world.clock.pass(MINUTE)
  await page.flush(toStart('r/a', MONDAY))
  return { world, ...page }
}

const readKept = async ({ db }: Awaited<ReturnType<typeof openStudied>>['world']) => {
  const row = await db.selectFrom('slices').selectAll().executeTakeFirstOrThrow()
  return [JSON.parse(row.spans), JSON.parse(row.on_paper ?? 'null')] as unknown[]
}

describe('a slice in which more time was on paper than in the copy before', () => {
  it.each<[what: string, before: SliceEntry, after: SliceEntry]>([
    ['for the first time, with nothing else new', PLAIN, toClaimed(PLAIN, FIRST)],
    ['for the first time, with more spans', PLAIN, toClaimed(LONGER, FIRST)],
    [
      'again, with nothing else new',
      toClaimed(PLAIN, FIRST),
      toClaimed(PLAIN, FIRST, SECOND_CLAIM),
    ],
    ['again, with more spans', toClaimed(PLAIN, FIRST), toClaimed(LONGER, FIRST, SECOND_CLAIM)],
    ['no more, but with more spans', toClaimed(PLAIN, FIRST), toClaimed(LONGER, FIRST)],
  ])('is stored: %s', async (_, before, after) => {
    const { world, flush } = await openStudied()
    await flush(before)
    const reach = after.spans.at(-1)![2]
    expect(await flush(after)).toEqual([{ index: 0, id: 'r/a/0', verdict: 'stored', reach }])
    expect(await readKept(world)).toEqual([after.spans, after.onPaper])
  })

  it('counts that time as unknown, and takes nothing else from the rest', async () => {
    const { world, flush } = await openStudied()
    await flush(PLAIN)
    await flush(toClaimed(LONGER, FIRST))
    expect((await readReport(world, 'r')).seen).toMatchObject({
      active: 15_000,
      inactive: 10_000,
      unknown: 10_000,
    })
  })

  it('may come after an older copy, which then takes nothing back', async () => {
    const { world, flush } = await openStudied()
    const whole = toClaimed(LONGER, FIRST, SECOND_CLAIM)
    await flush(whole)
    for (const older of [PLAIN, LONGER, toClaimed(PLAIN, FIRST), toClaimed(LONGER, FIRST), whole]) {
      expect(await flush(older)).toMatchObject([{ verdict: 'known', reach: 35_000 }])
    }
    expect(await readKept(world)).toEqual([MORE_SPANS, [FIRST, SECOND_CLAIM]])
  })
})

describe('a slice that takes back what was said', () => {
  it.each<[what: string, before: SliceEntry, after: SliceEntry]>([
    ['another stretch', toClaimed(PLAIN, FIRST), toClaimed(LONGER, [11_000, 20_000])],
    [
      'the same stretches in another order',
      toClaimed(PLAIN, FIRST, SECOND_CLAIM),
      toClaimed(LONGER, SECOND_CLAIM, FIRST),
    ],
    ['none of it, with more spans', toClaimed(PLAIN, FIRST), LONGER],
    [
      'less of it, with more spans',
      toClaimed(PLAIN, FIRST, SECOND_CLAIM),
      toClaimed(LONGER, FIRST),
    ],
    ['more of it, with fewer spans', LONGER, toClaimed(PLAIN, FIRST)],
  ])('is a conflict, and the first stays: %s', async (_, before, after) => {
    const { world, flush } = await openStudied()
    await flush(before)
    expect(await flush(after)).toEqual([
      {
        index: 0,
        id: 'r/a/0',
        verdict: 'conflict',
        code: 'not_the_same',
        path: 'spans',
        message: expect.any(String),
      },
    ])
    expect(await readKept(world)).toEqual([before.spans, before.onPaper ?? null])
  })
})

describe('work on paper', () => {
  it('is believed of idle time alone, not of what was hidden, paused or flagged', async () => {
    const { world, flush } = await openStudied()
    const spans = toSpans(
      ['active', 5_000],
      ['hidden', 5_000],
      ['paused', 5_000],
      ['flag', 5_000, 'waste', 'guessing'],
      ['suspended', 5_000],
      ['idle', 5_000],
    )
    await flush(toClaimed(toSlice('r/a', 0, ...spans), [0, 30_000]))
    expect((await readReport(world, 'r')).seen).toEqual({
      active: 5_000,
      inactive: 10_000,
      waste: 5_000,
      unknown: 5_000,
      'anti-pattern': 0,
      uncounted: 5_000,
    })
  })

  it('may be said in a later slice than the one with the time', async () => {
    const { world, flush } = await openStudied()
    await flush(
      toClaimed(toSlice('r/a', 1, ['active', 30_000, 35_000, 30_000]), [10_000, 30_000]),
      PLAIN,
    )
    expect((await readReport(world, 'r')).seen).toMatchObject({
      active: 15_000,
      inactive: 0,
      unknown: 20_000,
    })
  })

  it('is of the leg that says so, not of another', async () => {
    const { world, flush } = await openStudied()
    await flush(
      PLAIN,
      toStart('r/b', MONDAY),
      toClaimed(toSlice('r/b', 0, ['active', 0, 1_000, 0]), [10_000, 30_000]),
    )
    expect((await readReport(world, 'r')).seen).toMatchObject({ inactive: 20_000, unknown: 0 })
  })
})

const GUESSING: Span = ['flag', 10, 20, 10, 'waste', 'guessing']
const BEFORE: Span = ['active', 0, 10, 0]

describe('a list of spans with a flag', () => {
  it.each<[what: string, longer: Span[]]>([
    ['the same', [BEFORE, GUESSING]],
    ['a flag that went on', [BEFORE, ['flag', 10, 25, 10, 'waste', 'guessing']]],
    ['more after it', [BEFORE, GUESSING, ['flag', 20, 21, 20, 'waste']]],
  ])('has grown into %s', (_, longer) => {
    expect(isGrownFrom(longer, [BEFORE, GUESSING])).toBe(true)
  })

  it.each<[what: string, longer: Span[]]>([
    ['a flag for something else', [BEFORE, ['flag', 10, 25, 10, 'unknown', 'guessing']]],
    ['a flag for another reason', [BEFORE, ['flag', 10, 25, 10, 'waste', 'skipping']]],
    ['a flag without its reason', [BEFORE, ['flag', 10, 25, 10, 'waste']]],
    ['a flag that began elsewhere', [BEFORE, ['flag', 10, 25, 5, 'waste', 'guessing']]],
    ['no flag', [BEFORE, ['paused', 10, 25, 10]]],
    ['a shorter one', [BEFORE, ['flag', 10, 19, 10, 'waste', 'guessing']]],
    ['less than all', [BEFORE]],
  ])('has not grown into %s', (_, longer) => {
    expect(isGrownFrom(longer, [BEFORE, GUESSING])).toBe(false)
  })

  it('has not grown into one that says why only later', () => {
    expect(isGrownFrom([BEFORE, GUESSING], [BEFORE, ['flag', 10, 20, 10, 'waste']])).toBe(false)
  })

  it('is stored, known and refused by the same rule', async () => {
    const { flush } = await openStudied()
    const send = (...flag: Span) => flush(toSlice('r/a', 0, BEFORE, flag))
    expect(toWords(await send(...GUESSING))).toEqual(['stored'])
    expect(toWords(await send(...GUESSING))).toEqual(['known'])
    expect(toWords(await send('flag', 10, 25, 10, 'waste', 'guessing'))).toEqual(['stored'])
    expect(toWords(await send(...GUESSING))).toEqual(['known'])
    expect(toWords(await send('flag', 10, 30, 10, 'waste', 'skipping'))).toEqual(['conflict'])
    expect(toWords(await send('flag', 10, 30, 10, 'waste'))).toEqual(['conflict'])
  })
})
