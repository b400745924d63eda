import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/contract/result.ts'
import { toXp, type XpFacts, type XpRule } from '../../src/relay/xp.ts'
import { FRACTIONS, MINUTE, SECOND } from './entries.ts'

const of = (correctQuestions: number, totalQuestions = 10) => ({ totalQuestions, correctQuestions })

function give(xp: XpRule, facts: Partial<XpFacts>, maxPageXp = 20): number {
  const none = { activity: FRACTIONS, result: {}, attempt: 1, activeMs: 0, resourceXp: null }
  return toXp({ xp, maxPageXp }, { ...none, ...facts })
}

const toMinutesXp = (activeMs: number, result: Result, attempt: number, resourceXp?: number) =>
  give('minutes', { activeMs, result, attempt, resourceXp: resourceXp ?? null })

describe('XP by minutes', () => {
  it.each([
    ['all right: a quarter more', 10 * MINUTE, of(10), 1, 12.5],
    ['nine of ten: a minute, a point', 10 * MINUTE, of(9), 1, 10],
    ['eight of ten: just enough', 10 * MINUTE, of(8), 1, 10],
    ['under eight of ten: nothing', 10 * MINUTE, of(7), 1, 0],
    ['79 of 100: nothing', 10 * MINUTE, of(79, 100), 1, 0],
    ['none right: nothing', 10 * MINUTE, of(0), 1, 0],
    ['the second attempt: half', 10 * MINUTE, of(10), 2, 6.3],
    ['the third attempt: a quarter', 10 * MINUTE, of(9), 3, 2.5],
    ['the fourth attempt: nothing', 10 * MINUTE, of(10), 4, 0],
    ['the hundredth attempt: nothing', 10 * MINUTE, of(10), 100, 0],
    ['no time: nothing', 0, of(10), 1, 0],
    ['a tenth of a minute: in steps of a tenth', 6 * SECOND, of(9), 1, 0.1],
    ['less than half a step: nothing', 2_999, of(9), 1, 0],
    ['half a step: a step', 3 * SECOND, of(9), 1, 0.1],
    ['no questions: nothing', 10 * MINUTE, {}, 1, 0],
    ['no questions asked: nothing', 10 * MINUTE, of(0, 0), 1, 0],
    ['a page that states its own: no more', 10 * MINUTE, { ...of(9), xpEarned: 500 }, 1, 10],
  ])('%s', (_, activeMs, result, attempt, xp) => {
    expect(toMinutesXp(activeMs, result, attempt)).toBe(xp)
  })

  it('has no tail of binary digits', () => {
    for (let ms = 0; ms < 30 * MINUTE; ms += 777) {
      expect(String(toMinutesXp(ms, of(10), 1))).toMatch(/^\d+(\.\d)?$/)
    }
  })

  it('is never more than the best that the resource can give, however long it took', () => {
    expect(toMinutesXp(60 * MINUTE, of(10), 1, 12)).toBe(15)
    expect(toMinutesXp(60 * MINUTE, of(9), 2, 12)).toBe(15)
    expect(toMinutesXp(10 * MINUTE, of(9), 1, 12)).toBe(10)
  })
})

describe('XP by the resource', () => {
  it.each([
    ['all right at first: a quarter more', of(10), 1, 15],
    ['eight of ten at first: what it is worth', of(8), 1, 12],
    ['under eight of ten at first: nothing', of(79, 100), 1, 0],
    ['all right later: what it is worth', of(10), 2, 12],
    ['nine of ten later: half', of(9), 5, 6],
    ['under eight of ten later: nothing', of(7), 2, 0],
    ['no questions: nothing', {}, 1, 0],
  ])('%s', (_, result, attempt, xp) => {
    expect(give('resource', { result, attempt, resourceXp: 12 })).toBe(xp)
  })

  it('is not a matter of time', () => {
    expect(give('resource', { result: of(9), activeMs: 90 * MINUTE, resourceXp: 12 })).toBe(12)
  })

  it('is nothing where nobody says what the resource is worth', () => {
    expect(give('resource', { result: of(10) })).toBe(0)
  })
})

describe('XP by the page', () => {
  it('is what the page states, up to what the operator allows', () => {
    expect(give('page', { result: { xpEarned: 7.26 } })).toBe(7.3)
    expect(give('page', { result: { xpEarned: 500 } })).toBe(20)
    expect(give('page', { result: of(10), activeMs: 9 * MINUTE })).toBe(0)
  })
})

describe('XP by a function', () => {
  it('gets all that XP can depend on, and is rounded to a tenth', () => {
    const facts = { result: of(9), attempt: 2, activeMs: 62_000, resourceXp: 12 }
    const rule: XpRule = ({ activity, attempt, activeMs, result, resourceXp }) => {
      expect([activity.id, attempt, resourceXp]).toEqual([FRACTIONS.id, 2, 12])
      return (activeMs / 60_000) * (result.correctQuestions ?? 0)
    }
    expect(give(rule, facts)).toBe(9.3)
  })

  it.each([Number.NaN, Infinity, -1])('is refused if it answers %s', (answer) => {
    expect(() => give(() => answer, {})).toThrow(RangeError)
  })
})
