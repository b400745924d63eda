// What an operator can say of how time counts: a preset, numbers, `never`, and where paper and other tabs are allowed.

import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import type { Allowance } from '../../src/contract/grant.ts'
import { DEFAULT_POLICY, TIMEBACK_SDK_POLICY } from '../../src/core/policy.ts'
import type { RelaySettings } from '../../src/relay/relay.ts'
import { FRACTIONS, HOUR, MINUTE, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import { openPage, openWorld, readReport } from './relay-world.ts'
import { readTimes, sumTimes } from './told-view.ts'

type Counted = Pick<RelaySettings, 'preset' | 'policy' | 'allowances'>

const IDLE_AND_HIDDEN = toSpans(
  ['active', MINUTE],
  ['idle', 7 * MINUTE],
  ['active', MINUTE],
  ['hidden', 3 * MINUTE],
)

/** What is told of a run in which a learner is idle for 7 minutes and hidden for 3, by a relay of these options. */
async function tell(options: Counted, spans = IDLE_AND_HIDDEN, activity: Activity = FRACTIONS) {
  const world = await openWorld({ options })
  const page = await openPage(world)
  const wallAt = page.wall()
  const reach = spans.at(-1)![2]
  world.clock.pass(reach)
  await page.flush(
    toStart('r/a', wallAt, activity),
    toSlice('r/a', 0, ...spans),
    toEnd('r/a', reach),
  )
  await world.relay.deliver()
  return { world, grant: page.grant, told: sumTimes(world) }
}

describe('the preset of the official SDK', () => {
  it('tells pages its own thresholds, and changes no other', async () => {
    const { grant } = await tell({ preset: 'timeback-sdk' })
    expect(grant.policy).toEqual(TIMEBACK_SDK_POLICY)
    expect(grant.policy).toMatchObject({ idleAfterMs: 'never', leaveAfterMs: 'never' })
  })

  it('knows no waste: neither of it nor of idle or hidden time is a second told as such', async () => {
    const { told, world } = await tell({ preset: 'timeback-sdk' })
    expect(told).toEqual({ active: 120, inactive: 600 })
    expect(readTimes(world)[0]?.because).toEqual({ inactive: 'idle' })
  })

  it('lets nobody leave, however long a tab is hidden or a run is paused', async () => {
    const spans = toSpans(['hidden', 2 * HOUR], ['paused', 2 * HOUR])
    const { told } = await tell({ preset: 'timeback-sdk' }, spans)
    expect(told).toEqual({ active: 0, inactive: 4 * 3_600 })
  })

  it('still takes the host’s word, and counts no sleep', async () => {
    const spans = toSpans(['flag', MINUTE, 'waste', 'guessing'], ['suspended', MINUTE])
    expect((await tell({ preset: 'timeback-sdk' }, spans)).told).toEqual({
      active: 0,
      inactive: 0,
      waste: 60,
    })
  })

  it('is a beginning: each number can be given beside it', async () => {
    const { told, grant } = await tell({
      preset: 'timeback-sdk',
      policy: { hiddenWasteAfterMs: MINUTE },
    })
    expect(grant.policy).toEqual({ ...TIMEBACK_SDK_POLICY, hiddenWasteAfterMs: MINUTE })
    expect(told).toEqual({ active: 120, inactive: 480, waste: 120 })
  })
})

describe('a policy in numbers', () => {
  it.each<[what: string, policy: Counted['policy'], told: Record<string, number>]>([
    ['what nobody changed', {}, { active: 120, inactive: 360, waste: 240 }],
    [
      'idle that is waste at once',
      { idleWasteAfterMs: 0 },
      { active: 120, inactive: 60, waste: 540 },
    ],
    [
      'idle that never is waste',
      { idleWasteAfterMs: 'never' },
      { active: 120, inactive: 480, waste: 120 },
    ],
    [
      'hidden that is waste after two minutes',
      { hiddenWasteAfterMs: 2 * MINUTE },
      { active: 120, inactive: 420, waste: 180 },
    ],
    [
      'hidden that never is waste',
      { hiddenWasteAfterMs: 'never' },
      { active: 120, inactive: 480, waste: 120 },
    ],
    [
      'learners who leave after two minutes',
      { leaveAfterMs: 2 * MINUTE },
      { active: 120, inactive: 180, waste: 60 },
    ],
    [
      'learners who leave before anything is waste',
      { leaveAfterMs: MINUTE },
      { active: 120, inactive: 120, waste: 0 },
    ],
  ])('counts %s', async (_, policy, told) => {
    expect((await tell({ policy })).told).toEqual(told)
  })

  it('counts none of what pages tell presence by: that is said in the spans already', async () => {
    const policy = {
      idleAfterMs: 5_000,
      mediaIdleAfterMs: 5_000,
      frameIdleAfterMs: 'never',
      suspendAfterMs: 'never',
    } as const
    const { told, grant } = await tell({ policy })
    expect(told).toEqual({ active: 120, inactive: 360, waste: 240 })
    expect(grant.policy).toEqual({ ...DEFAULT_POLICY, ...policy })
  })
})

describe('an allowance', () => {
  const ESSAY: Activity = { ...FRACTIONS, id: 'essay' }
  const READING: Activity = { ...FRACTIONS, course: { code: 'READ-X' } }
  const PAPER = { active: 120, inactive: 480, waste: 120 }
  const TABS = { active: 120, inactive: 480, waste: 120 }
  const USUAL = { active: 120, inactive: 360, waste: 240 }
  const MATH = { subject: 'Math', grade: 5 } as const

  it.each<[what: string, allowances: Allowance[], activity: Activity, told: object]>([
    ['of paper everywhere', [{ paper: true }], FRACTIONS, PAPER],
    ['of other tabs everywhere', [{ otherTabs: true }], FRACTIONS, TABS],
    ['of paper for an activity', [{ activity: 'essay', paper: true }], ESSAY, PAPER],
    ['of other tabs for an activity', [{ activity: 'essay', otherTabs: true }], ESSAY, TABS],
    ['of paper in a course', [{ course: MATH, paper: true }], ESSAY, PAPER],
    ['of paper in a coded course', [{ course: { code: 'READ-X' }, paper: true }], READING, PAPER],
    [
      'of paper for an activity of a course',
      [{ activity: 'essay', course: MATH, paper: true }],
      ESSAY,
      PAPER,
    ],
  ])('%s has that time never be waste, and only that', async (_, allowances, activity, told) => {
    expect((await tell({ allowances }, IDLE_AND_HIDDEN, activity)).told).toEqual(told)
  })

  it.each<[what: string, allowances: Allowance[]]>([
    ['another activity', [{ activity: 'essay', paper: true, otherTabs: true }]],
    ['an activity whose id only begins alike', [{ activity: 'fraction', paper: true }]],
    ['another grade', [{ course: { subject: 'Math', grade: 6 }, paper: true }]],
    ['another subject', [{ course: { subject: 'Reading', grade: 5 }, paper: true }]],
    ['a coded course', [{ course: { code: 'READ-X' }, paper: true }]],
    [
      'the same activity in another course',
      [{ activity: 'fractions', course: { code: 'READ-X' }, paper: true }],
    ],
    ['nothing', [{ activity: 'fractions' }]],
    ['nothing, in so many words', [{ paper: false, otherTabs: false }]],
  ])('for %s changes nothing', async (_, allowances) => {
    expect((await tell({ allowances })).told).toEqual(USUAL)
  })

  it('of both, from two places, has no waste, and none is reported', async () => {
    const allowances: Allowance[] = [{ paper: true }, { activity: 'essay', otherTabs: true }]
    const { told, world } = await tell({ allowances }, IDLE_AND_HIDDEN, ESSAY)
    expect(told).toEqual({ active: 120, inactive: 600 })
    expect((await readReport(world, 'r')).seen).toMatchObject({ inactive: 600_000, waste: 0 })
  })

  it('everywhere can be taken back for one activity by a later one', async () => {
    const allowances: Allowance[] = [{ paper: true }, { activity: 'essay', paper: false }]
    expect((await tell({ allowances }, IDLE_AND_HIDDEN, ESSAY)).told).toEqual(USUAL)
    expect((await tell({ allowances })).told).toEqual(PAPER)
  })

  it('names its course however the operator orders the words', async () => {
    const allowances: Allowance[] = [{ course: { grade: 5, subject: 'Math' }, paper: true }]
    expect((await tell({ allowances })).told).toEqual(PAPER)
  })

  it('keeps nobody from leaving', async () => {
    const spans = toSpans(['idle', HOUR])
    const { told } = await tell({ allowances: [{ paper: true, otherTabs: true }] }, spans)
    expect(told).toEqual({ active: 0, inactive: 600 })
  })

  it('is told to the page with the grant, so that it shows what will be told', async () => {
    const allowances: Allowance[] = [{ activity: 'essay', course: MATH, paper: true }]
    expect((await tell({ allowances })).grant.allowances).toEqual(allowances)
  })
})
