import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import type { Allowance, Policy } from '../../src/contract/grant.ts'
import { DEFAULT_POLICY, TIMEBACK_SDK_POLICY, toTerms } from '../../src/core/policy.ts'

const ESSAY: Activity = { id: 'essay', name: 'Essay', course: { subject: 'Writing', grade: 5 } }

const read = (changes: {
  policy?: Partial<Policy>
  allowances?: Allowance[]
  mayRelax?: boolean
  asked?: Partial<Policy>
}) =>
  toTerms(
    {
      policy: { ...DEFAULT_POLICY, ...changes.policy },
      allowances: changes.allowances ?? [],
      ...(changes.mayRelax && { mayRelax: true }),
    },
    ESSAY,
    changes.asked,
  )

describe('toTerms', () => {
  it('gives the documented defaults', () => {
    expect(read({})).toEqual({
      idleAfterMs: 60_000,
      mediaIdleAfterMs: 900_000,
      frameIdleAfterMs: 120_000,
      suspendAfterMs: 2_000,
      leaveAfterMs: 600_000,
      idleWasteAfterMs: 300_000,
      hiddenWasteAfterMs: 60_000,
    })
  })

  it('has no end for a rule that is switched off', () => {
    expect(read({ policy: { idleAfterMs: 'never' } }).idleAfterMs).toBe(Infinity)
  })

  it('lets a page be stricter, and not laxer', () => {
    expect(read({ asked: { idleAfterMs: 5_000 } }).idleAfterMs).toBe(5_000)
    expect(read({ asked: { idleAfterMs: 90_000, leaveAfterMs: 'never' } })).toMatchObject({
      idleAfterMs: 60_000,
      leaveAfterMs: 600_000,
    })
  })

  it('lets a page be laxer where the relay does', () => {
    const asked = { idleAfterMs: 90_000, leaveAfterMs: 'never' } as const
    expect(read({ asked, mayRelax: true })).toMatchObject({
      idleAfterMs: 90_000,
      leaveAfterMs: Infinity,
    })
  })

  it('takes nothing below a second from a page, and nothing at all for a mistake', () => {
    expect(read({ asked: { idleAfterMs: 5 } }).idleAfterMs).toBe(1_000)
    expect(read({ asked: { idleAfterMs: -5 } }).idleAfterMs).toBe(1_000)
    expect(read({ asked: { idleAfterMs: NaN } }).idleAfterMs).toBe(60_000)
  })

  it('takes an operator at their word, a threshold of 0 too', () => {
    expect(read({ policy: { hiddenWasteAfterMs: 0 } }).hiddenWasteAfterMs).toBe(0)
  })

  it('does not let a page lengthen a threshold that is 0', () => {
    expect(read({ policy: { idleAfterMs: 500 }, asked: { idleAfterMs: 100 } }).idleAfterMs).toBe(
      500,
    )
  })

  it.each<[string, Allowance, boolean]>([
    ['everywhere', { paper: true }, true],
    ['its activity', { activity: 'essay', paper: true }, true],
    ['another activity', { activity: 'quiz', paper: true }, false],
    ['its course', { course: { subject: 'Writing', grade: 5 }, paper: true }, true],
    ['another grade', { course: { subject: 'Writing', grade: 6 }, paper: true }, false],
    ['a course by code', { course: { code: 'Writing' }, paper: true }, false],
    [
      'its activity in another course',
      { activity: 'essay', course: { subject: 'Math', grade: 5 }, paper: true },
      false,
    ],
  ])('allows paper for %s', (_, allowance, isAllowed) => {
    expect(read({ allowances: [allowance] }).idleWasteAfterMs).toBe(isAllowed ? Infinity : 300_000)
    expect(read({ allowances: [allowance] }).hiddenWasteAfterMs).toBe(60_000)
  })

  it('adds up what is allowed, and one allowance takes nothing from another', () => {
    const allowances = [{ paper: true }, { activity: 'essay', otherTabs: true }]
    expect(read({ allowances })).toMatchObject({
      idleWasteAfterMs: Infinity,
      hiddenWasteAfterMs: Infinity,
    })
  })

  it('knows no idle, no waste and no leaving by the preset of the official SDK', () => {
    expect(read({ policy: TIMEBACK_SDK_POLICY })).toMatchObject({
      idleAfterMs: Infinity,
      leaveAfterMs: Infinity,
      idleWasteAfterMs: Infinity,
      hiddenWasteAfterMs: Infinity,
    })
  })
})
